"""The list of kinds: complete, told as it is in the documentation, and all that a new kind has to be in."""

import re
from pathlib import Path

import pytest
from tests.unit.store.conftest import Write
from tests.unit.store.kinds.hostile import tensor

import cutaway
from cutaway.events import kind_names
from cutaway.events.core import frame
from cutaway.events.messages import SESSION_START, session_log
from cutaway.events.wire import bytes_field, varint_field
from cutaway.store.kinds.decode import decode_value
from cutaway.store.kinds.decoders import DECODERS, of_value
from cutaway.store.kinds.kind import Kind
from cutaway.store.kinds.registry import KINDS, kind_of
from cutaway.store.kinds.tensor import decode_tensor_value
from cutaway.store.kinds.unknown import Unknown
from cutaway.store.log_directory import LogDirectory

DOCS = Path(__file__).resolve().parents[4] / "docs"


def test_every_name_is_a_kind_that_can_be_decoded_and_named() -> None:
    names = {value for name, value in vars(kind_names).items() if name.isupper()}
    assert names == set(KINDS)
    assert set(DECODERS) == names - {"scalars"}
    for name, kind in KINDS.items():
        assert kind.name == name
        assert kind.plugin in ("", name)
        assert kind.title[0].isupper()
        assert kind_of(name) is kind
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


def test_the_documentation_lists_the_same_kinds() -> None:
    text = (DOCS / "reading.md").read_text("utf-8")
    table = text.partition("| kind | how to get it |")[2].partition("\n\n")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(named) == sorted(KINDS)
    for row in rows:
        for method in re.findall(r"run\.(\w+)\(", row[1]):
            from cutaway.logs.logs import Run

            assert hasattr(Run, method), method


def test_a_plugin_that_nobody_knows_is_listed_and_read(write: Write, tmp_path: Path) -> None:
    value = tensor(1, (2,), "heat_maps", float_val=[1.0, 2.0])
    write("a", [0], raw=_event(3, value))
    run = cutaway.open(tmp_path / "log")["a"]
    assert run.kinds == {"scalars": ["loss"], "heat_maps": ["t"]}
    (found,) = run.values("heat_maps", "t")
    assert isinstance(found, Unknown)
    assert (found.plugin, run.values("heat_maps", "t").raw(0)) == ("heat_maps", value)
    assert kind_of("heat_maps").title == "heat_maps"


def test_a_line_in_the_list_makes_a_kind(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its file records is decoded, listed, and left alone by resumed sessions where the line says so."""
    value = tensor(1, (2,), "heat_maps", float_val=[1.0, 2.0])
    start = frame(session_log(1010.0, SESSION_START, 0))
    write("a", [0], raw=_event(3, value) + start)
    monkeypatch.setitem(DECODERS, "heat_maps", of_value(decode_tensor_value))
    monkeypatch.setitem(KINDS, "heat_maps", Kind("heat_maps", "heat_maps", "Heat maps", of_run=True))
    assert decode_value("heat_maps", value).tolist() == [1.0, 2.0]
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    (run,) = log.runs()
    ((_, places),) = run.blobs("heat_maps", "t")
    assert places.step.tolist() == [3]
    monkeypatch.setitem(KINDS, "heat_maps", Kind("heat_maps", "heat_maps", "Heat maps"))
    ((_, places),) = run.blobs("heat_maps", "t")
    assert places.step.tolist() == []


def test_scalars_are_not_decoded_one_by_one() -> None:
    with pytest.raises(ValueError, match="scalars are columns"):
        decode_value("scalars", b"")


def _event(step: int, value: bytes) -> bytes:
    return frame(varint_field(2, step) + bytes_field(5, bytes_field(1, value)))
