"""What frameworks log at one step: mostly numbers, some texts, and now and then something else."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from cutaway.events.writer import RecordingWarning
from cutaway.record.scalar import to_number
from cutaway.record.summary_writer import SummaryWriter


def record_values(
    writer: SummaryWriter, values: Mapping[str, Any], step: int | None, walltime: float | None = None
) -> None:
    """Record all numbers as one record, and each text by itself.

    A number is anything with one real element but a text; the keys of nested mappings are joined by ``/``. Any other
    value is left out, and a RecordingWarning names its tag: the frameworks drop such values as well, and training goes
    on.
    """
    numbers: dict[str, float | int] = {}
    for tag, value in _flat(values, ""):
        if isinstance(value, str):
            writer.add_text(tag, value, step, walltime)
            continue
        try:
            numbers[tag] = to_number(value, "its value")
        except (TypeError, ValueError) as error:
            warnings.warn(f"{tag} is not recorded: {error}", RecordingWarning, stacklevel=3)
    if numbers:
        writer.log(numbers, step, walltime)


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value
