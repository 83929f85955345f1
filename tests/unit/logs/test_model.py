"""Models in a log: what no capture has made is refused."""

import zlib
from pathlib import Path
from typing import Any

import pytest
from tests.unit.store.kinds.hostile import peak_of, tensor

import cutaway
from cutaway.events.core import frame
from cutaway.events.wire import MalformedError, bytes_field
from cutaway.logs.model import Model


def test_traces_that_unpack_to_what_no_model_is(tmp_path: Path) -> None:
    for columns in (b"[" * 5_000_000, b"[" + b"0," * 50_000_000 + b"0]", b'{"a":{}' + b',"a":{}' * 10_000_000 + b"}"):
        model = Model("model", b"CTRC\x02" + zlib.compress(columns, 9))

        def read(model: Any = model) -> None:
            with pytest.raises(MalformedError, match="the model cannot be decoded"):
                model.describe()

        assert peak_of(read) < 64 << 20


def test_a_value_that_is_no_string_is_no_model(tmp_path: Path) -> None:
    value = tensor(1, (), "cutaway_model", float_val=[1.0])
    (tmp_path / "events.out.tfevents.1").write_bytes(frame(bytes_field(5, bytes_field(1, value))))
    (models,) = (run.models(tag) for run in cutaway.open(tmp_path).values() for tag in run.tags("cutaway_model"))
    with pytest.raises(MalformedError, match="must be one string"):
        models[0]
