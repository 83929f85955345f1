"""Trials that were written as child runs: what they say is in the row of the run whose curves they are of.

PyTorch's ``add_hparams`` writes hyper-parameters and results into a directory of its own, named by the time, below the
directory of the curves. A child is joined with the run of its parent directory where

* the child has hyper-parameters, and of each of its scalars one point at most;
* the parent has curves (a scalar with several points), and no hyper-parameters of its own that differ from the child's:
  Lightning's logger writes them to the directory of the curves, and a program may add the same with results;
* all such children of the parent have the same hyper-parameters: those of several trials are not the parent's.

The parent's row then has the child's hyper-parameters, how its session ended, and those of its scalars that the parent
does not have; of several children the last one by name. The children keep their own rows, which say whose they are.
"""

import operator
from collections.abc import Callable, Iterable

from cutaway.store.run_row import NotFinite, RunRow, ScalarFacts

#: The rows that one was made of, and the row.
_Made = tuple[tuple[RunRow, ...], RunRow]
#: The name of the run that is the log directory itself.
_ROOT = "."


class JoinedRuns:
    """The rows of runs as they are joined; those that have not changed stay the same objects."""

    def __init__(self) -> None:
        #: By the ids of runs.
        self._made: dict[str, _Made] = {}

    def of(self, rows: Iterable[RunRow]) -> list[RunRow]:
        """The rows in their order, parents with what their children say."""
        rows = list(rows)
        parents = {row.name: row for row in rows if row.has_curves}
        families: dict[str, list[RunRow]] = {}
        for row in rows:
            if row.hparams and not row.has_curves and (name := _parent_of(row.name)) in parents:
                families.setdefault(name, []).append(row)
        made: dict[str, _Made] = {}
        for name, children in families.items():
            parent = parents[name]
            if any(child.hparams != children[0].hparams for child in children) or not _agrees(parent, children[0]):
                continue
            made[parent.id] = self._row((parent, *children), _joined)
            for child in children:
                made[child.id] = self._row((child, parent), _of_parent)
        self._made = made
        return [made[row.id][1] if row.id in made else row for row in rows]

    def _row(self, sources: tuple[RunRow, ...], make: Callable[[RunRow, tuple[RunRow, ...]], RunRow]) -> _Made:
        """The row of the first of these, made of them again only where one of them has changed."""
        known = self._made.get(sources[0].id)
        if known is not None and len(known[0]) == len(sources) and all(map(operator.is_, known[0], sources)):
            return known
        return sources, make(sources[0], sources[1:])


def _parent_of(name: str) -> str:
    """The name of the run above; empty for the log directory itself, which no run is named."""
    if name == _ROOT:
        return ""
    directory, _, _ = name.rpartition("/")
    return directory or _ROOT


def _agrees(parent: RunRow, child: RunRow) -> bool:
    """Whether a parent with hyper-parameters has all of its child's, with the same values."""
    own = parent.hparams
    return not own or all(name in own and own[name] == value for name, value in child.hparams.items())


def _of_parent(child: RunRow, parents: tuple[RunRow, ...]) -> RunRow:
    return child._replace(joined_to=parents[0].id)


def _joined(parent: RunRow, children: tuple[RunRow, ...]) -> RunRow:
    scalars: dict[str, ScalarFacts] = {}
    not_finite: dict[str, NotFinite] = {}
    for child in children:
        for tag, facts in child.scalars.items():
            scalars[tag] = _merged(scalars.get(tag), facts)
        not_finite |= child.not_finite
    return parent._replace(
        hparams=children[-1].hparams | parent.hparams,
        hparams_left_out=parent.hparams_left_out + children[-1].hparams_left_out,
        session=next((child.session for child in reversed(children) if child.session is not None), parent.session),
        scalars=scalars | parent.scalars,
        not_finite=not_finite | parent.not_finite,
        joined=tuple(child.id for child in children),
    )


def _merged(before: ScalarFacts | None, facts: ScalarFacts) -> ScalarFacts:
    if before is None:
        return facts
    lows = [value for value in (before.min, facts.min) if value is not None]
    highs = [value for value in (before.max, facts.max) if value is not None]
    return facts._replace(min=min(lows, default=None), max=max(highs, default=None))
