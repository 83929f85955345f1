"""Checkpoints: what they hold is what PyTorch and safetensors load, none of it is run, and damage is one line."""

import json
import pickle
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from cutaway.model.capture.captured import SourceError
from cutaway.model.capture.checkpoint import capture_safetensors, capture_state_dict, capture_torch_file
from cutaway.model.capture.sources import ENDINGS, capture_file
from cutaway.model.inputs import ForwardInputs
from cutaway.model.summary import summary
from cutaway.model.trace import Trace


def network() -> nn.Sequential:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 4), nn.Linear(4, 4))
    model[3].weight = model[2].weight
    return model.half()


def held(trace: Trace) -> dict[str, tuple[Any, str, int]]:
    return {each.path: (each.shape, each.dtype, each.bytes) for each in trace.parameters}


def described(state: dict[str, Any]) -> dict[str, tuple[Any, str, int]]:
    return {
        name: (tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."), tensor.numel() * tensor.element_size())
        for name, tensor in state.items()
    }


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("wrapped", [True, False])
def test_torch_files(tmp_path: Path, zipped: bool, wrapped: bool) -> None:
    state = network().state_dict()
    content = (
        {"epoch": 3, "model": state, "optimizer": {"state": {0: {"big": torch.zeros(10_000)}}}} if wrapped else state
    )
    torch.save(content, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    trace = capture_torch_file(tmp_path / "a.pt").trace
    assert held(trace) == described(state)
    assert trace.reason == ("its entry model" if wrapped else "")
    storages = {each.path: each.storage for each in trace.parameters}
    if not zipped:
        return  # The old format is read without memory, that could be shared.
    assert storages["2.weight"] == storages["3.weight"] != storages["0.weight"]
    assert summary(tmp_path / "a.pt", verbose=False).totals.parameter_bytes == sum(
        tensor.numel() * tensor.element_size() for name, tensor in state.items() if name != "3.weight"
    )


def test_a_state_dict_in_memory() -> None:
    state = network().state_dict()
    assert held(capture_state_dict(state)) == described(state)
    with pytest.raises(SourceError, match="the dict holds no tensors by name"):
        capture_state_dict({"epoch": 3})


def test_safetensors(tmp_path: Path) -> None:
    state = {name: tensor.clone() for name, tensor in network().state_dict().items()}
    state["flags"] = torch.zeros(3, dtype=torch.bool)
    state["eight"] = torch.zeros(2, 5).to(torch.float8_e4m3fn)
    save_file(state, tmp_path / "a.safetensors", metadata={"format": "pt"})
    trace = capture_safetensors(tmp_path / "a.safetensors").trace
    assert held(trace) == described(state)
    shown = summary(str(tmp_path / "a.safetensors"), verbose=False).to_text(100)
    assert "no weights were read" in shown
    assert "trainable" not in shown


def test_parts(tmp_path: Path) -> None:
    save_file({"a.weight": torch.zeros(3)}, tmp_path / "one.safetensors")
    save_file({"b.weight": torch.zeros(4, 2)}, tmp_path / "two.safetensors")
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a.weight": "one.safetensors", "b.weight": "two.safetensors"}}))
    assert summary(index, verbose=False).totals.parameters == 11


def test_weights_are_not_read(tmp_path: Path) -> None:
    """The file says that it has a terabyte, and has none of it but holes."""
    path = tmp_path / "large.safetensors"
    header = json.dumps({"w": {"dtype": "F32", "shape": [250_000_000_000], "data_offsets": [0, 10**12]}}).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + 10**12)
    assert summary(path, verbose=False).totals.parameter_bytes == 10**12


class Broken:
    def __setstate__(self, state: Any) -> None:
        raise RuntimeError("no")

    def __getstate__(self) -> Any:
        return {"a": 1}


class Malicious:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.touch, (self.target,)


def test_no_code_is_run_without_trust(tmp_path: Path) -> None:
    mark = tmp_path / "run"
    for ending in ENDINGS:
        path = tmp_path / f"a{ending}"
        torch.save({"weight": torch.zeros(2), "more": Malicious(mark)}, path)
        if ending in (".keras", ".onnx"):
            # Nothing in them is a pickle; whether these libraries are installed makes no difference.
            continue
        with pytest.raises(SourceError, match=r"runs code when it is opened|not a(n index of)? safetensors"):
            capture_file(path, ForwardInputs((), {}))
        assert not mark.exists()
    for ending in (".pt", ".pth", ".bin", ".ckpt"):
        capture_file(tmp_path / f"a{ending}", ForwardInputs((), {}), trust=True)
        assert mark.exists()
        mark.unlink()


def test_objects_with_trust(tmp_path: Path) -> None:
    torch.save({"epoch": 3, "model": network()}, tmp_path / "a.pt")
    trace = capture_torch_file(tmp_path / "a.pt", trust=True).trace
    assert {parameter.path for parameter in trace.parameters} == set(network().state_dict())
    assert trace.reason == "its entry model"
    # What needs no trust is read as it is without.
    torch.save(network().state_dict(), tmp_path / "b.pt")
    assert capture_torch_file(tmp_path / "b.pt", trust=True) == capture_torch_file(tmp_path / "b.pt")
    torch.save({"a": Broken()}, tmp_path / "c.pt")
    with pytest.raises(SourceError, match=r"c\.pt holds what cannot be made here: RuntimeError: no"):
        capture_torch_file(tmp_path / "c.pt", trust=True)


def test_the_object_is_named(tmp_path: Path) -> None:
    torch.save(network(), tmp_path / "b.pt")
    with pytest.raises(SourceError, match=r"an object of torch\.nn\.modules\.container\.Sequential"):
        capture_torch_file(tmp_path / "b.pt")


def test_what_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    torch.save(network().state_dict(), path)
    whole = path.read_bytes()
    for data in (b"", b"PK\x03\x04", b"text", whole[:700], whole[:-30], pickle.dumps([1, 2])):
        path.write_bytes(data)
        with pytest.raises(SourceError, match=r"a\.pt (is not a file of torch.save|holds|runs code)") as found:
            capture_torch_file(path)
        assert "\n" not in str(found.value)
    torch.save({"epoch": 3}, path)
    with pytest.raises(SourceError, match=r"a\.pt holds no tensors by name"):
        capture_torch_file(path)
    with pytest.raises(SourceError, match="there is no file"):
        summary(tmp_path / "none.pt", verbose=False)


def _file(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a safetensors file"),
        (b"\xff" * 20, "its header would be 18,446,744,073,709,551,615 bytes long"),
        (_file(b"{"), "its header cannot be read"),
        (_file(b"[" * 50_000), "its header cannot be read"),
        (_file([]), "its header cannot be read"),
        (_file({}), "holds no tensors"),
        (_file({"w": {"dtype": "F32"}}), "its header cannot be read"),
        (_file({"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}), "its header cannot be read"),
        (
            _file({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}),
            "is damaged: w of .* is at bytes 0 to 4",
        ),
        (_file({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, b"1234"), "is damaged"),
        (_file({"w": {"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}}, b"1234"), "its header cannot be read"),
    ],
)
def test_damaged_safetensors(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        capture_safetensors(path)


@given(content=st.binary(max_size=200))
def test_any_header(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(_file(content))
    with pytest.raises(SourceError):
        capture_safetensors(path)


def test_an_index_that_looks_elsewhere(tmp_path: Path) -> None:
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "../../etc/passwd.safetensors"}}))
    with pytest.raises(SourceError, match="which is not a file beside it"):
        summary(index, verbose=False)
    index.write_text("{}")
    with pytest.raises(SourceError, match="is not an index"):
        summary(index, verbose=False)
