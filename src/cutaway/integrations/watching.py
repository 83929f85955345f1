"""A watch of the model that a framework trains, begun where the framework knows it: nothing may stop the training."""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cutaway.events.writer import RecordingWarning
from cutaway.record.summary_writer import SummaryWriter

if TYPE_CHECKING:
    from cutaway.record.watch.watch import Watch


def to_watch(watch: Any) -> dict[str, Any] | None:
    """The arguments of `SummaryWriter.watch` that are meant by ``watch``: True for none, False or None for no watch.

    Raises TypeError for what is neither a bool nor a mapping.
    """
    if watch is None or watch is False:
        return None
    if watch is True:
        return {}
    if not isinstance(watch, Mapping):
        raise TypeError(f"watch must be a bool, or a mapping of arguments of SummaryWriter.watch, got {watch!r}")
    return dict(watch)


def begin_watch(
    writer: SummaryWriter, options: dict[str, Any] | None, model: Any, optimizer: Any = None, step: int = 0
) -> "Watch | None":
    """Watch a model from ``step`` on; None where ``options`` are. A RecordingWarning says why there is no watch."""
    if options is None:
        return None
    try:
        watch = writer.watch(model, **{"optimizer": optimizer, **options})
    except (TypeError, ValueError) as error:
        warnings.warn(f"{type(model).__name__} is not watched: {error}", RecordingWarning, stacklevel=3)
        return None
    watch.step = step
    return watch
