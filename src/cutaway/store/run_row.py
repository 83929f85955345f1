"""The row of a run in the table of runs."""

from typing import Any, NamedTuple

#: A run that has not ended and has had nothing new for so many seconds has stalled.
STALLED_AFTER = 600.0


class ScalarFacts(NamedTuple):
    """One scalar of a run. `last` may be NaN or infinite; `min` and `max` are of finite values, None without any."""

    step: int
    last: float
    min: float | None
    max: float | None


class NotFinite(NamedTuple):
    """Where a scalar of a run is first not finite."""

    #: The lowest step with such a value, and the first such value there: NaN, Inf or -Inf.
    step: int
    value: float
    #: Whether the last value is not finite either.
    lasts: bool


class Session(NamedTuple):
    """What TensorBoard's plug-in for hyper-parameters is told of a run; a text that is missing is empty."""

    #: ``success``, ``failure``, ``running`` or ``unknown``.
    status: str
    group: str
    #: Seconds since the epoch.
    start: float | None
    end: float | None
    model_uri: str
    monitor_url: str


class RunRow(NamedTuple):
    """One run; times in seconds since the epoch. `scalars` and `not_finite` are by the ids of their tags."""

    id: str
    name: str
    revision: int
    #: The times of the first point and of the newest, of a run without scalars those of its values.
    start: float | None
    end: float | None
    #: When the newest value of any kind was recorded.
    last_recorded: float | None
    #: Whether the last session that was told of ended in order, with nothing recorded since.
    finished: bool
    points: int
    bytes: int
    damaged_bytes: int
    hparams: dict[str, Any]
    #: Hyper-parameters that are not among them, and records that were too many or too large to look for more.
    hparams_left_out: int
    #: None where nothing is told of one.
    session: Session | None
    #: Whether any scalar has several points.
    has_curves: bool
    #: Of the tags that were asked for.
    scalars: dict[str, ScalarFacts]
    #: Of all tags that have a value that is not finite.
    not_finite: dict[str, NotFinite]
    #: The ids of the child runs whose hyper-parameters and results are in this row; see joined_runs.py.
    joined: tuple[str, ...] = ()
    #: The id of the run in whose row this one is.
    joined_to: str | None = None

    def state(self, now: float) -> str:
        """``finished``, ``running`` or ``stalled``."""
        if self.finished:
            return "finished"
        is_fresh = self.last_recorded is not None and now - self.last_recorded < STALLED_AFTER
        return "running" if is_fresh else "stalled"
