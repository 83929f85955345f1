"""Which steps are logged: as many as the budget pays for."""

from collections import deque
from statistics import median

#: The intervals that a budget chooses among.
INTERVALS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
#: These steps are logged whatever they cost: faults of an initialisation show in them.
FIRST_STEPS = 10
#: The choice is made anew after so many logging steps.
_LOOK_AGAIN = 50
#: The interval grows when the cost is beyond the budget by the first, and shrinks when a smaller one costs less than
#: the second share of it.
_ABOVE, _BELOW = 1.25, 0.75
#: The share of the budget that is for the look at gradients on steps that are not logged.
_CHECK_SHARE = 0.5
_MOST_PARTS = 64
#: A run's bytes after which the interval doubles, and doubles again.
MOST_BYTES = 1_000_000_000
#: Seconds of this many steps are remembered.
_REMEMBERED = 15


class Schedule:
    """Decides by what logging steps, checks and training have taken so far, in seconds of this process.

    ``every``: an interval in steps, or ``auto`` for the smallest of `INTERVALS` whose cost is within what the steps
    that are not logged leave of ``budget``, a share of the time of training, and within half of it in any case.
    """

    def __init__(self, every: int | str, budget: float, most_bytes: int = MOST_BYTES) -> None:
        self.is_auto = every == "auto"
        self._budget = budget
        self._most_bytes = most_bytes
        self._chosen = 1 if self.is_auto else int(every)
        #: The interval that all processes have agreed on, where several must have the same.
        self.agreed: int | None = None
        #: On a step that is not logged one part of so many of the gradients is looked at.
        self.parts = 1
        self.bytes = 0
        #: Seconds of the watch, and of everything, since the last logging step.
        self._ours = self._whole = 0.0
        self._share = 0.0
        self._logging: deque[float] = deque(maxlen=_REMEMBERED)
        self._checking: deque[float] = deque(maxlen=_REMEMBERED)
        # What a step that is not logged takes; None while that is not known.
        self._check: float | None = None
        self._training: deque[float] = deque(maxlen=_REMEMBERED)
        self._since_choice = 0

    @property
    def interval(self) -> int:
        """Steps from one logging step to the next."""
        return self.choice if self.agreed is None else self.agreed

    @property
    def choice(self) -> int:
        """The interval that this process would choose."""
        return self._chosen << min(self.bytes // self._most_bytes, 20)

    @property
    def share(self) -> float:
        """The part of the time since the last logging step that was the watch's."""
        return self._share

    def is_logging(self, count: int) -> bool:
        """Whether the step that ``count`` others came before is logged."""
        return (self.is_auto and count < FIRST_STEPS) or count % self.interval == 0

    def step_done(self, logged: bool, ours: float, whole: float) -> None:
        """A step has ended: seconds of the watch in it, and of everything."""
        self._ours += ours
        self._whole += whole
        self._training.append(max(whole - ours, 0.0))
        if logged:
            self._logging.append(ours)
            self._share = self._ours / self._whole if self._whole > 0 else 0.0
            self._ours = self._whole = 0.0
            self._since_choice += 1
        else:
            self._checking.append(ours)

    def choose(self, count: int) -> None:
        """Choose the interval and the parts anew when it is time; ``count`` steps have ended."""
        if not self._training:
            return
        allowed = self._budget * median(self._training)
        is_new = count == FIRST_STEPS
        if len(self._checking) == _REMEMBERED:
            is_new = self._choose_parts(_CHECK_SHARE * allowed) or self._check is None
            self._check = median(self._checking)
            self._checking.clear()
        if self.is_auto and self._logging and (is_new or self._since_choice >= _LOOK_AGAIN):
            self._since_choice = 0
            self._chosen = self._choice(median(self._logging), self._check or 0.0, allowed, is_new)

    def _choose_parts(self, allowed: float) -> bool:
        """Look at fewer gradients where that took too long, and at more where it took little; whether that changed."""
        before, took = self.parts, median(self._checking)
        if took > allowed:
            self.parts = min(2 * self.parts, _MOST_PARTS)
        elif took < allowed / 4:
            self.parts = max(self.parts // 2, 1)
        return self.parts != before

    def _choice(self, logging: float, checking: float, allowed: float, first: bool) -> int:
        # What every step takes is no less at a larger interval: its rest of the budget is left for logging in any case.
        allowed = max(allowed - checking, (1 - _CHECK_SHARE) * allowed)

        def cost(interval: int) -> float:
            return max(logging - checking, 0.0) / interval

        smallest = next((n for n in INTERVALS if cost(n) <= allowed), INTERVALS[-1])
        if first or smallest == self._chosen:
            return smallest
        if smallest > self._chosen:
            return smallest if cost(self._chosen) > _ABOVE * allowed else self._chosen
        return next((n for n in INTERVALS if n < self._chosen and cost(n) <= _BELOW * allowed), self._chosen)
