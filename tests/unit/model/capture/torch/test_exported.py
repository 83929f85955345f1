"""Programs of torch.export: the same numbers as the model that they were, and no code of a file's is run."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cutaway.model.diff import diff
from cutaway.model.summary import summary


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 8))
        self.attend = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, 2)
        self.scale: Tensor
        self.register_buffer("scale", torch.ones(3))

    def forward(self, x: Tensor) -> Tensor:
        x = self.body(x)
        result: Tensor = self.head(x + self.attend(x, x, x)[0]) * self.scale.sum()
        return result


def program() -> Any:
    return torch.export.export(Net().eval(), (torch.rand(3, 5, 4),), dynamic_shapes=({0: torch.export.Dim("batch")},))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "net.pt2"
    torch.export.save(program(), path)
    return path


def test_the_numbers_are_the_models(file: Path) -> None:
    original = summary(Net().eval(), (3, 5, 4), verbose=False)
    for found in (summary(file, verbose=False, trust=True), summary(program(), verbose=False)):
        assert found.totals.parameters == original.totals.parameters
        assert found.totals.macs == original.totals.macs
        assert found.totals.buffers == original.totals.buffers
        rows = {row.key: (row.type, row.macs, row.parameters) for row in found.rows}
        for row in original.rows:
            if row.call is not None and row.key != "attend":
                assert rows[row.key] == (row.type, row.macs, row.parameters)
        assert found.trace.model == "Net"


def test_other_sizes(file: Path) -> None:
    found = summary(file, (7, 5, 4), verbose=False, trust=True)
    assert found.totals.macs == summary(Net().eval(), (7, 5, 4), verbose=False).totals.macs
    letters = summary(file, ("B", 5, 4), verbose=False, trust=True)
    assert letters.formulas is not None
    assert letters.formulas.totals["macs"] is not None


class Malicious:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.touch, (self.target,)


def test_no_code_is_run_without_trust(file: Path, tmp_path: Path) -> None:
    """Every part of the archive in turn is a pickle that would leave a mark."""
    mark, evil = tmp_path / "run", io.BytesIO()
    torch.save(Malicious(mark), evil)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    marked = []
    for victim in parts:
        path = tmp_path / "evil.pt2"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, evil.getvalue() if name == victim else data)
        for read in (summary, lambda path, verbose: diff(path, {"weight": torch.zeros(1)})):
            with pytest.raises(ValueError, match=r"evil\.pt2 runs code when it is opened, .* --trust \(trust=True\)"):
                read(path, verbose=False)
            assert not mark.exists()
        with suppress(ValueError):
            summary(path, verbose=False, trust=True)
        if mark.exists():
            marked.append(victim)
            mark.unlink()
    # So the marks would be seen.
    assert marked


def test_damaged(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.pt2"
    for data in (b"", b"text", file.read_bytes()[:300]):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"is not a file of torch\.export\.save, or it cannot be read"):
            summary(path, verbose=False, trust=True)
