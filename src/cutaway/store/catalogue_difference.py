"""What became different from one catalogue to a later one: what who knows the first has to be told.

Lists are in the order of their names, which stay the same: of a list is said which items are gone, and which are new
and at which place. A tag whose runs changed shares what is said of them with all tags that have the same runs.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from cutaway.store.catalogue import Catalogue, RunInfo, TagInfo


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T")
N = TypeVar("N", bound=_Named)


class Edit(NamedTuple, Generic[T]):
    """How a list becomes another: the ids that go, then what comes, each with its place in the new list, ascending."""

    removed: tuple[str, ...]
    added: tuple[tuple[int, T], ...]


class Difference(NamedTuple):
    """From an earlier catalogue to a later one, of which it has everything but runs and tags."""

    catalogue: Catalogue
    runs: Edit[RunInfo]
    #: Runs that are in both and are not the same.
    changed_runs: tuple[RunInfo, ...]
    tags: Edit[TagInfo]
    #: Ids of tags that are in both, and how the lists of their runs become others.
    changed_tags: tuple[tuple[tuple[str, ...], Edit[str]], ...]


def difference(before: Catalogue, after: Catalogue) -> Difference | None:
    """What became different; None where what stayed is in another order, as of runs with the same name."""
    old_runs, old_tags = {run.id: run for run in before.runs}, {tag.id: tag for tag in before.tags}
    runs, tags = _edit(before.runs, after.runs, old_runs), _edit(before.tags, after.tags, old_tags)
    changed_tags = _changed_tags(old_tags, after.tags) if after.tags is not before.tags else ()
    if runs is None or tags is None or changed_tags is None:
        return None
    changed = tuple(
        run for run in after.runs if (old := old_runs.get(run.id)) is not None and old is not run and old != run
    )
    return Difference(after, runs, changed, tags, changed_tags)


def _edit(before: Sequence[N], after: Sequence[N], old: dict[str, N]) -> Edit[N] | None:
    if before is after:
        return Edit((), ())
    new = {item.id for item in after}
    removed = tuple(item.id for item in before if item.id not in new)
    added = tuple((place, item) for place, item in enumerate(after) if item.id not in old)
    kept = (item.id for item in before if item.id in new)
    stayed = (item.id for item in after if item.id in old)
    return Edit(removed, added) if all(one == other for one, other in zip(kept, stayed, strict=True)) else None


def _changed_tags(
    old: dict[str, TagInfo], after: Sequence[TagInfo]
) -> tuple[tuple[tuple[str, ...], Edit[str]], ...] | None:
    """Thousands of tags have the same tuple of runs, before and after: it is compared once."""
    found: dict[tuple[int, int], tuple[list[str], Edit[str]]] = {}
    same: set[tuple[int, int]] = set()
    for tag in after:
        known = old.get(tag.id)
        if known is None or known.runs is tag.runs:
            continue
        pair = id(known.runs), id(tag.runs)
        if pair in found:
            found[pair][0].append(tag.id)
        elif pair not in same:
            if known.runs == tag.runs:
                same.add(pair)
                continue
            edit = _edit_of_ids(known.runs, tag.runs)
            if edit is None:
                return None
            found[pair] = [tag.id], edit
    return tuple((tuple(ids), edit) for ids, edit in found.values())


def _edit_of_ids(before: Sequence[str], after: Sequence[str]) -> Edit[str] | None:
    old, new = set(before), set(after)
    removed = tuple(each for each in before if each not in new)
    added = tuple((place, each) for place, each in enumerate(after) if each not in old)
    if [each for each in before if each in new] != [each for each in after if each in old]:
        return None
    return Edit(removed, added)
