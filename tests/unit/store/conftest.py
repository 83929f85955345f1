"""Event files made record by record."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.store import loading

Write = Callable[..., Path]


@pytest.fixture
def read_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files too are read some megabytes at a time, in turn, and not as a whole."""
    monkeypatch.setattr(loading, "SMALL", 0)
    monkeypatch.setattr(loading, "LARGEST", 0)
    monkeypatch.setattr(loading, "WIDEST", 0)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """``write(run, steps, start=…, tag=…, name=…)`` appends scalars to a file of ``tmp_path/log``; returns its path.

    A new file starts with its version at ``start`` (seconds since the epoch); a point's value is its step, and its
    time is the start plus its step.
    """

    def append(
        run: str,
        steps: range | list[int],
        *,
        start: float = 1000.0,
        tag: str = "loss",
        name: str | None = None,
        raw: bytes = b"",
    ) -> Path:
        path = tmp_path / "log" / run / (name or f"events.out.tfevents.{int(start)}.host.1.0")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if not file.tell():
                file.write(frame(file_version(start)))
            file.write(b"".join(encode(start + step, step, [tag], [float(step)]) for step in steps) + raw)
        return path

    return append
