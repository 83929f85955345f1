"""Logs of a watch, record by record, from arrays: as `SummaryWriter.watch` writes them, without a model."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.kind_names import CUTAWAY_WATCH
from cutaway.events.messages import file_version
from cutaway.events.schema import encode
from cutaway.events.watch_layout import COLUMNS, COUNT, WatchLayout
from cutaway.record.tensor import plugin, tensor_message

START = 1_764_000_000.0
FILE = "events.out.tfevents.1764000000.host.1.0"


def layout(kind: str, rows: Iterable[str], *, numel: int = 64, **more: Any) -> WatchLayout:
    """A layout whose rows are all of one size."""
    names = tuple(rows)
    count = len(names)
    columns = (*COLUMNS, COUNT) if kind == "activation" else COLUMNS
    known: dict[str, Any] = {
        "classes": ("Linear",) * count,
        "numel": (numel,) * count,
        "sampled": (numel,) * count,
        "dtypes": ("float32",) * count,
        "columns": columns,
    }
    return WatchLayout(kind=kind, rows=names, **(known | more))


def watch_value(tag: str, values: NDArray[Any], described: WatchLayout | None = None) -> bytes:
    """The Summary.Value of one logging step, with its layout where that is given."""
    value: dict[str, Any] = {"tag": tag, "tensor": tensor_message(values)}
    if described is not None:
        value["metadata"] = plugin(CUTAWAY_WATCH, described.to_json())
    return encode(messages.VALUE, value)


def event(step: int, *values: bytes, start: float = START) -> bytes:
    """One record with some values, a second a step after the start."""
    return frame(encode(messages.EVENT, {"wall_time": start + step, "step": step, "summary": {"value": [*values]}}))


def records(
    tag: str,
    described: WatchLayout,
    steps: Iterable[int],
    values: NDArray[Any],
    *,
    start: float = START,
    with_layout: bool = True,
) -> bytes:
    """The records of one tag: values[n, rows, columns] at n steps; the first has the layout."""
    return b"".join(
        event(step, watch_value(tag, each, described if with_layout and number == 0 else None), start=start)
        for number, (step, each) in enumerate(zip(steps, values, strict=True))
    )


def write(run: Path, *parts: bytes, name: str = FILE, start: float = START) -> Path:
    """Append records to an event file of a run, which is made where there is none."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / name
    with path.open("ab") as file:
        if not file.tell():
            file.write(frame(file_version(start)))
        file.write(b"".join(parts))
    return path


def columns_of(elements: NDArray[Any]) -> NDArray[np.float32]:
    """The eight columns of some elements: [..., n] to float32[..., 8], by their definition."""
    finite = np.isfinite(elements)
    numbers = np.where(finite, elements, 0.0).astype(np.float64)
    return np.stack(
        [
            numbers.sum(-1),
            (numbers**2).sum(-1),
            np.where(finite, elements, np.inf).min(-1),
            np.where(finite, elements, -np.inf).max(-1),
            (elements == 0).sum(-1),
            np.isnan(elements).sum(-1),
            np.isposinf(elements).sum(-1),
            np.isneginf(elements).sum(-1),
        ],
        axis=-1,
    ).astype(np.float32)
