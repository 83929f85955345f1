"""Every kind of summary with every argument: our bytes against those of TensorFlow's operations, field by field."""

import base64
import json
from pathlib import Path

import pytest
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tests.fixtures.tensorflow1_summaries.cases import NAMES, Case, cases
from tests.unit.compat.summary_messages import check_same

from cutaway.compat import v1 as tf

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "tensorflow1_summaries"
RECORDED = json.loads((FOLDER / "summaries.json").read_text())


pytestmark = pytest.mark.usefixtures("new_graph")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0])
def test_the_bytes_of_tensorflow(case: Case) -> None:
    label, function, arguments, named = case
    if "refused" in RECORDED[label]:
        # Names with letters beyond ASCII, which we take.
        tf.summary.scalar(*arguments, **named)
        return
    check_same(getattr(tf.summary, function)(*arguments, **named)(), base64.b64decode(RECORDED[label]["summary"]))


def test_names_become_unique_as_in_tensorflow() -> None:
    operations = [tf.summary.scalar(name, 1.0, family=family) for name, family in NAMES]
    assert [Summary.FromString(operation()).value[0].tag for operation in operations] == RECORDED["names"]


def test_nothing_was_recorded_in_vain() -> None:
    assert set(RECORDED) == {"names", *(label for label, *_ in cases())}
    assert len(RECORDED) >= 70
