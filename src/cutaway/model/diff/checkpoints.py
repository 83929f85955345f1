"""The tensors that do not fit between a checkpoint and a model, or two checkpoints: by names and shapes alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from cutaway.model.diff.records import Renaming
from cutaway.model.diff.result import CheckpointDiff
from cutaway.model.records import Parameter, Shape
from cutaway.model.trace import Trace


def compare_tensors(before: Trace, after: Trace) -> CheckpointDiff:
    """Compare what the state dicts of both have."""
    old, new = _tensors(before), _tensors(after)
    old_names = {name: tensor for tensor in old for name in (tensor.path, *tensor.aliases)}
    new_names = {name: tensor for tensor in new for name in (tensor.path, *tensor.aliases)}
    matched, wrong_shape, other_dtype = [], {}, {}
    unexpected, missing = [], []
    for tensor in old:
        # A file may have any of the names of a tied weight.
        name = next((name for name in (tensor.path, *tensor.aliases) if name in new_names), None)
        if name is None:
            unexpected.append(tensor)
            continue
        other = new_names[name]
        if tensor.shape != other.shape:
            wrong_shape[tensor.path] = (tensor.shape or (), other.shape or ())
            continue
        matched.append(tensor.path)
        if tensor.dtype != other.dtype:
            other_dtype[tensor.path] = (tensor.dtype, other.dtype)
    for tensor in new:
        if not any(name in old_names for name in (tensor.path, *tensor.aliases)):
            missing.append(tensor)
    renamed: list[Renaming] = []
    while found := _renamings(unexpected, missing):
        renamed += found
        unexpected = _without(unexpected, {name for renaming in found for name, _ in renaming.names})
        missing = _without(missing, {name for renaming in found for _, name in renaming.names})
        # The tensor that such a change of name leads to is meant, also where its shape is another one.
        pairs = _of_other_shape(renamed, unexpected, missing)
        wrong_shape.update({new.path: (old.shape or (), new.shape or ()) for old, new in pairs})
        unexpected = _without(unexpected, {old.path for old, _ in pairs})
        missing = _without(missing, {new.path for _, new in pairs})
    return CheckpointDiff(
        before,
        after,
        tuple(matched),
        wrong_shape,
        other_dtype,
        tuple(_joined(renamed)),
        missing=tuple(tensor.path for tensor in missing),
        unexpected=tuple(tensor.path for tensor in unexpected),
    )


def _without(tensors: list[Parameter], names: set[str]) -> list[Parameter]:
    return [tensor for tensor in tensors if tensor.path not in names]


def _of_other_shape(
    renamed: list[Renaming], old: list[Parameter], new: list[Parameter]
) -> list[tuple[Parameter, Parameter]]:
    """Pairs that one of the changes found leads from one to the other."""
    by_name = {tensor.path: tensor for tensor in new}
    found = []
    for tensor in old:
        names = (name for each in renamed for name in _changed(tensor.path, each.old, each.new))
        other = next((by_name.pop(name) for name in names if name in by_name), None)
        if other is not None:
            found.append((tensor, other))
    return found


def _tensors(trace: Trace) -> list[Parameter]:
    return [parameter for parameter in trace.parameters if parameter.persistent and parameter.shape is not None]


def _renamings(old: list[Parameter], new: list[Parameter]) -> list[Renaming]:
    """Pairs of equal shape, explained by as few changes of name as possible, the most frequent change first.

    Candidates for a change are pairs at the same place among all of one shape, since a renamed model has its tensors in
    the same order, and pairs with the same ending. A change that explains several tensors is taken before one that
    explains few; what only one tensor and nothing else in its name supports is left alone.
    """
    changes: Counter[tuple[str, str]] = Counter()
    for candidates in (_same_place(old, new), _same_ending(old, new)):
        changes.update({_change(one.path, other.path) for one, other in candidates})
    by_name = {tensor.path: tensor for tensor in new}
    votes = {change: _explained(change, old, by_name) for change in changes}
    found: list[Renaming] = []
    taken: set[str] = set()
    gone: set[str] = set()
    while votes:
        change = max(votes, key=lambda each: (len(votes[each]), -len(each[0]) - len(each[1]), each))
        pairs = tuple(pair for pair in votes.pop(change) if pair[0] not in gone and pair[1] not in taken)
        votes = {
            each: left
            for each, named in votes.items()
            if (left := [pair for pair in named if pair[0] not in gone and pair[1] not in taken])
        }
        if pairs:
            gone.update(name for name, _ in pairs)
            taken.update(name for _, name in pairs)
            found.append(Renaming(*change, pairs))
    return found


def _joined(renamings: list[Renaming]) -> list[Renaming]:
    """Changes that differ in numbers alone, such as ``layers.3.q`` to ``blocks.3.query``, become one."""
    together: dict[tuple[str, str], list[Renaming]] = defaultdict(list)
    for renaming in renamings:
        numbers = [[part for part in side.split(".") if part.isdecimal()] for side in (renaming.old, renaming.new)]
        sides = (renaming.old, renaming.new)
        if numbers[0] == numbers[1]:
            old, new = (".".join("*" if part.isdecimal() else part for part in side.split(".")) for side in sides)
            sides = old, new
        together[sides].append(renaming)
    return [
        Renaming(
            *(sides if len(alike) > 1 else (alike[0].old, alike[0].new)), tuple(n for each in alike for n in each.names)
        )
        for sides, alike in together.items()
    ]


def _same_place(old: list[Parameter], new: list[Parameter]) -> Iterable[tuple[Parameter, Parameter]]:
    left, right = _by_shape(old), _by_shape(new)
    for shape, tensors in left.items():
        if len(tensors) == len(right.get(shape, ())):
            yield from zip(tensors, right[shape], strict=True)


def _same_ending(old: list[Parameter], new: list[Parameter]) -> Iterable[tuple[Parameter, Parameter]]:
    """Pairs of tensors that agree in shape and in the end of their names, where only one pair does so."""
    for length in (1, 2, 3):
        ends: dict[tuple[Any, ...], list[Parameter]] = defaultdict(list)
        for tensor in new:
            ends[tensor.shape, *tensor.path.split(".")[-length:]].append(tensor)
        for tensor in old:
            alike = ends.get((tensor.shape, *tensor.path.split(".")[-length:]), [])
            if len(alike) == 1:
                yield tensor, alike[0]


def _by_shape(tensors: list[Parameter]) -> dict[Shape | None, list[Parameter]]:
    found: dict[Shape | None, list[Parameter]] = defaultdict(list)
    for tensor in tensors:
        found[tensor.shape].append(tensor)
    return found


def _change(old: str, new: str) -> tuple[str, str]:
    """The segments that differ, without those that both names begin and end with."""
    left, right = old.split("."), new.split(".")
    first = 0
    while first < min(len(left), len(right)) and left[first] == right[first]:
        first += 1
    last = 0
    while last < min(len(left), len(right)) - first and left[-1 - last] == right[-1 - last]:
        last += 1
    return ".".join(left[first : len(left) - last]), ".".join(right[first : len(right) - last])


def _explained(change: tuple[str, str], old: list[Parameter], new: dict[str, Parameter]) -> list[tuple[str, str]]:
    """The pairs of names, of equal shape, that the change leads from one to the other."""
    found = []
    for tensor in old:
        for name in _changed(tensor.path, *change):
            other = new.get(name)
            if other is not None and other.shape == tensor.shape:
                found.append((tensor.path, name))
                break
    return found


def _changed(name: str, old: str, new: str) -> Iterable[str]:
    """The name with `new` for `old`, at each place where it stands; an empty one is put in front."""
    if not old:
        yield f"{new}.{name}"
        return
    segments, gone = name.split("."), old.split(".")
    for idx in range(len(segments) - len(gone) + 1):
        if segments[idx : idx + len(gone)] == gone:
            rest = [*segments[:idx], *(new.split(".") if new else ()), *segments[idx + len(gone) :]]
            yield ".".join(rest)
