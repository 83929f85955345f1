"""The curves of one run and one tag: its segments on an axis, over time without the hours in which nothing ran."""

from collections.abc import Sequence

from cutaway.store.curve import Axis, Curve, put_on_axis
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints, join
from cutaway.store.sessions_of_curve import broken_over_time
from cutaway.store.window import Scale


def curves_of(
    run: str,
    files: Sequence[FilePoints],
    axis: Axis,
    scale: Scale,
    *,
    clock: RunClock | None = None,
    other: Sequence[FilePoints] = (),
    about: bool = False,
) -> list[Curve]:
    """Oldest first. ``files`` are the tag's parts in the order of the run's files; the other arguments are those of
    `put_on_axis`."""
    found: list[Curve] = []
    for number, segment in enumerate(join(list(files))):
        curve = put_on_axis(run, number, segment, axis, scale, clock=clock, other=other, about=about)
        found += broken_over_time(curve, segment, len(found)) if axis in ("wall", "relative") else [curve]
    return found
