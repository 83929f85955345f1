"""The method of SummaryWriter that watches a model while it trains."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cutaway.events.first_bad import FINDINGS
from cutaway.events.watch_layout import WATCHED_KINDS
from cutaway.record.model_methods import ModelMethods
from cutaway.record.recorder import check_tag
from cutaway.record.tensor import text_value

if TYPE_CHECKING:
    from torch import nn

    from cutaway.events.first_bad import FirstBad
    from cutaway.record.watch.rows import Selection
    from cutaway.record.watch.watch import Watch


class WatchMethods(ModelMethods):
    """Statistics of every layer during training."""

    def __init__(self) -> None:
        ModelMethods.__init__(self)
        #: The watches that record here.
        self._watches: list[Watch] = []

    def watch(
        self,
        model: "nn.Module",
        optimizer: Any = None,
        *,
        every: int | str = "auto",
        budget: float = 0.02,
        kinds: Sequence[str] = WATCHED_KINDS,
        modules: "Selection" = None,
        on_nonfinite: str = "report",
        ranks: str = "first",
        tag: str = "watch",
    ) -> "Watch":
        """Record the statistics of every layer while a PyTorch model trains; returns a handle to set `step` and close.

        ``optimizer``: one or several; by default each optimizer of the process that has parameters of the model. A step
        is a step of it. ``every``: an interval in steps, or ``auto`` for the smallest that keeps what the watch takes
        within ``budget``, a share of the training's time. ``kinds``: of ``activation``, ``gradient``, ``weight`` and
        ``update``. ``modules``: paths, patterns of paths (``layers.*.attn``) or modules, with everything below them, or
        a function of a path and a module; by default all. ``on_nonfinite``: what happens when gradients, weights or
        activations stop being finite. With ``report`` the operation that was first is said on stderr and recorded, from
        a replay of the step on the CPU, and from statistics elsewhere; ``locate`` replays everywhere; ``raise`` reports
        and raises `cutaway.NonFiniteError` before the update; ``off`` does nothing. ``ranks``: where several processes
        train, ``first`` for what rank 0 sees, or ``all`` to add up what all ranks see, as is always done with
        parameters that are spread over ranks. Then each rank must watch, with a writer that has ``write_to_disk=False``
        on all but rank 0. ``tag``: how the tags begin.

        A model has one watch: a further one ends the one before, with a warning. Raises TypeError or ValueError that
        says which argument was not accepted and why.
        """
        tag = check_tag(tag)
        every, budget = _to_interval(every), _to_budget(budget)
        chosen = _to_kinds(kinds)
        from cutaway.record.watch.alarm import Alarm, to_on_nonfinite
        from cutaway.record.watch.ranks import ranks_of
        from cutaway.record.watch.records import WatchRecords
        from cutaway.record.watch.schedule import Schedule
        from cutaway.record.watch.steps import to_optimizers
        from cutaway.record.watch.voice import Voice
        from cutaway.record.watch.watch import Watch, check_model

        check_model(model)
        mode = to_on_nonfinite(on_nonfinite)
        if any(open_watch.tag == tag and open_watch.model is not model for open_watch in self._watches):
            raise ValueError(f"tag must be another than that of an open watch, got {tag!r}")

        def write(found: "FirstBad") -> None:
            self._add_values([text_value(f"{tag}/{FINDINGS}", found.to_markdown())], found.step, None)

        place = ranks_of(model, ranks)
        alarm = (
            None
            if mode == "off" or place.is_idle
            else Alarm(model, mode, write, Voice(place.rank, place.store, place.key))
        )
        try:
            watch = Watch(
                model,
                to_optimizers(optimizer),
                WatchRecords(self._events, tag),
                Schedule(every, budget),
                kinds=chosen,
                modules=modules,
                ranks=place,
                model_tag=self._model_tags.get(id(model), ""),
                listener=alarm,
                on_close=self._forget_watch,
            )
        except BaseException:
            if alarm is not None:
                alarm.close()
            raise
        self._watches.append(watch)
        return watch

    def _finish_watches(self) -> None:
        """Close the watches that record here."""
        for watch in tuple(self._watches):
            watch.close()

    def _forget_watch(self, watch: "Watch") -> None:
        if watch in self._watches:
            self._watches.remove(watch)


def _to_interval(every: Any) -> int | str:
    if every == "auto":
        return "auto"
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise ValueError(f"every must be 'auto' or a number of steps from 1 on, got {every!r}")
    return every


def _to_budget(budget: Any) -> float:
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0 < budget <= 1:
        raise ValueError(f"budget must be a share of the time above 0, up to 1, got {budget!r}")
    return float(budget)


def _to_kinds(kinds: Any) -> tuple[str, ...]:
    given = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if not given or any(kind not in WATCHED_KINDS for kind in given):
        raise ValueError(f"kinds must be of {', '.join(WATCHED_KINDS)}, got {kinds!r}")
    return tuple(kind for kind in WATCHED_KINDS if kind in given)
