"""Small programs for TensorFlow 1 without TensorFlow: graphs, values and summaries against TensorFlow's, recorded."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import json_format
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]
from tests.fixtures.tensorflow1_graphs.programs import PROGRAMS
from tests.unit.compat.summary_messages import check_same

from cutaway.compat import v1 as tf

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "tensorflow1_graphs"


def attribute(value: Any) -> Any:
    """An AttrValue as the script that recorded the graphs writes it."""
    if not value.HasField("tensor"):
        return json_format.MessageToDict(value)
    array = make_ndarray(value.tensor)
    items = array.reshape(-1).tolist()
    plain = [{"bytes": base64.b64encode(item).decode()} if isinstance(item, bytes) else repr(item) for item in items]
    return {"tensor": {"array": plain, "dtype": str(array.dtype), "shape": list(array.shape)}}


def nodes(graph: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": node.name,
            "op": node.op,
            "input": list(node.input),
            "attr": {key: attribute(node.attr[key]) for key in node.attr},
        }
        for node in GraphDef.FromString(graph.serialised()).node
    ]


def check_values(found: Any, recorded: Any, place: str) -> None:
    """A fetched value and its recorded form: containers, types, shapes and texts equal, floats within two ulps."""
    if isinstance(found, dict):
        assert list(found) == list(recorded["dict"]), place
        for key, item in found.items():
            check_values(item, recorded["dict"][key], f"{place}[{key!r}]")
    elif isinstance(found, list | tuple):
        items = recorded[type(found).__name__]
        assert len(found) == len(items), place
        for i, item in enumerate(found):
            check_values(item, items[i], f"{place}[{i}]")
    elif isinstance(found, bytes):
        data = base64.b64decode(recorded["bytes"])
        if "summar" in place or "merged" in place:
            check_same(found, data)
        else:
            assert found == data, place
    elif isinstance(found, np.ndarray | np.generic):
        assert (str(found.dtype), list(found.shape)) == (recorded["dtype"], recorded["shape"]), place
        if found.dtype == object:
            check_values(found.reshape(-1).tolist(), {"list": recorded["array"]}, place)
        elif found.dtype.kind == "f":
            theirs = np.array([float(item) for item in recorded["array"]], found.dtype).reshape(found.shape)
            np.testing.assert_array_max_ulp(np.asarray(found), theirs, maxulp=2)
        else:
            assert [repr(item) for item in np.asarray(found).reshape(-1).tolist()] == recorded["array"], place
    else:
        assert type(found) is type(recorded), place
        assert found == recorded, place


@pytest.mark.usefixtures("without_tensorflow")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_gives_what_it_gives_with_tensorflow(name: str) -> None:
    recorded = json.loads((FOLDER / f"{name}.json").read_text())
    graph = tf.Graph()
    with graph.as_default(), tf.Session() as session:
        values = PROGRAMS[name](tf, session)
    assert nodes(graph) == recorded["nodes"]
    check_values(values, recorded["values"], name)


def test_nothing_was_recorded_in_vain() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(PROGRAMS)
    assert len(PROGRAMS) > 20
