"""The schema: JSON and back is the identity, anything else is refused with its reason."""

import json
import re

import pytest
from tests.unit.model.networks import Convolutional, Language
from torch import nn

from cutaway.model.records import SCHEMA_VERSION, TraceError
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary
from cutaway.model.trace import Trace


def traces() -> list[Trace]:
    with pytest.raises(ForwardError) as failed:
        summary(nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6)), (2, 3), verbose=False)
    return [
        summary(Convolutional(), (2, 3, 8, 8), backward=True, verbose=False).trace,
        summary(Language(), {"ids": (2, 7)}, dtypes="int64", verbose=False).trace,
        summary(nn.LazyLinear(3), verbose=False).trace,
        failed.value.summary.trace,
    ]


@pytest.mark.parametrize("idx", range(4))
def test_round_trip(idx: int) -> None:
    trace = traces()[idx]
    assert Trace.from_dict(json.loads(json.dumps(trace.to_dict(), allow_nan=False))) == trace


def test_columns_are_of_equal_length() -> None:
    columns = traces()[0].to_dict()
    for table in ("modules", "calls", "ops", "parameters"):
        assert len({len(column) for column in columns[table].values()}) == 1
        assert len(next(iter(columns[table].values()))) > 0


@pytest.mark.parametrize("version", [0, 1, True, SCHEMA_VERSION + 1, "1", None, [2]])
def test_another_version_is_refused(version: object) -> None:
    columns = traces()[0].to_dict()
    columns["version"] = version
    message = f"the trace has version {version!r}; this release reads versions 2 and {SCHEMA_VERSION}"
    with pytest.raises(TraceError, match=re.escape(message)):
        Trace.from_dict(columns)


@pytest.mark.parametrize("missing", ["method", "calls", "ops", "failure"])
def test_a_missing_table_is_refused(missing: str) -> None:
    columns = traces()[0].to_dict()
    del columns[missing]
    with pytest.raises(TraceError, match=missing):
        Trace.from_dict(columns)


def test_broken_columns_are_refused() -> None:
    columns = traces()[0].to_dict()
    del columns["ops"]["name"]
    with pytest.raises(TraceError, match="Op has the columns"):
        Trace.from_dict(columns)
    columns = traces()[0].to_dict()
    columns["ops"]["name"].pop()
    with pytest.raises(TraceError):
        Trace.from_dict(columns)
    columns = traces()[0].to_dict()
    columns["method"] = "guessed"
    with pytest.raises(TraceError, match="'guessed'; one of fake, real, modules"):
        Trace.from_dict(columns)


@pytest.mark.parametrize("times", [-1, 2.0, "5", None, True])
def test_rounds_of_a_loop_are_a_whole_number(times: object) -> None:
    columns = traces()[0].to_dict()
    columns["ops"]["times"][0] = times
    with pytest.raises(TraceError, match=f"an op runs {times!r} times; a whole number is expected"):
        Trace.from_dict(columns)
