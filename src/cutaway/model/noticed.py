"""What is unusual about a captured model, and often a mistake: each a sentence with the paths that it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cutaway.model.records import Op
from cutaway.model.rows import Row
from cutaway.model.trace import Trace

Kind = Literal["unregistered", "no gradient", "not called", "tied", "batch norm"]
#: So many paths are named in a sentence.
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was noticed, of the modules or parameters with these `paths`."""

    kind: Kind
    paths: tuple[str, ...]
    text: str


def noticed(trace: Trace, rows: Sequence[Row]) -> tuple[Finding, ...]:
    """All findings. Nothing of a forward that failed: what it did not reach is not unusual."""
    if trace.failure is not None:
        return ()
    return (
        *_unregistered(trace),
        *_not_called(trace, rows),
        *_without_gradient(trace, rows),
        *_tied(trace),
        *_batch_norms(trace),
    )


def _unregistered(trace: Trace) -> Iterator[Finding]:
    if not trace.unregistered:
        return
    paths = tuple(path for path, _ in trace.unregistered)
    modules, total = _number(len(paths), "module"), sum(count for _, count in trace.unregistered)
    verbs = ("runs", "it") if len(paths) == 1 else ("run", "them")
    text = (
        f"{modules} with {_number(total, 'parameter')} {verbs[0]}, but no optimizer will see {verbs[1]}: "
        f"{_names(tuple(dict.fromkeys(paths)))} is not registered, as a ModuleList or ModuleDict in place of a "
        "plain list or dict would do it"
    )
    yield Finding("unregistered", paths, text)


def _not_called(trace: Trace, rows: Sequence[Row]) -> Iterator[Finding]:
    if not trace.has_calls:
        return
    found = [row for row in _idle(rows) if row.parameters]
    if found:
        paths = tuple(row.path for row in found)
        total = _number(sum(row.parameters for row in found), "parameter")
        verb = "is" if len(found) == 1 else "are"
        yield Finding("not called", paths, f"{_names(paths)} with {total} {verb} never called in this forward")


def _without_gradient(trace: Trace, rows: Sequence[Row]) -> Iterator[Finding]:
    idle = tuple(row.path for row in _idle(rows))
    paths = tuple(path for path in trace.without_gradient if not _within(path, idle))
    if paths:
        verb = "gets" if len(paths) == 1 else "get"
        yield Finding("no gradient", paths, f"{_names(paths)} {verb} no gradient in this step")


def _tied(trace: Trace) -> Iterator[Finding]:
    """Several places of one list that hold the same thing: a list that was multiplied, instead of one with copies."""
    holders = tuple(f"{parameter.module}." for parameter in trace.parameters if not parameter.buffer)
    modules = (
        (each.path, each.aliases)
        for each in trace.modules
        if each.aliases and any(holder.startswith(f"{each.path}.") for holder in holders)
    )
    parameters = ((each.path, each.aliases) for each in trace.parameters if not each.buffer)
    for path, aliases in (*modules, *parameters):
        outer, _, name = path.rpartition(".")
        twins = tuple(alias for alias in aliases if alias.rpartition(".")[0] == outer and _is_place(alias))
        if _is_place(path) and name and twins:
            paths = (path, *twins)
            text = f"{_names(paths)} are one and the same: a list times a number repeats what is in it"
            yield Finding("tied", paths, text)


def _batch_norms(trace: Trace) -> Iterator[Finding]:
    """Statistics of the batch in a model that is in evaluation mode, where those that were learned are there."""
    if trace.training is not False:
        return
    calls = (trace.calls[op.call].path for op in trace.ops if op.call is not None and _uses_the_batch(op))
    paths = tuple(dict.fromkeys(calls))
    if paths:
        verb = "normalises" if len(paths) == 1 else "normalise"
        text = f"{_names(paths)} {verb} by the batch and not by what was learned, while the model is in evaluation mode"
        yield Finding("batch norm", paths, text)


def _uses_the_batch(op: Op) -> bool:
    if "batch_norm" not in op.name or op.phase != "forward":
        return False
    learned = any(item.argument == "running_mean" for item in op.inputs)
    return learned and bool(op.argument("training", False))


def _idle(rows: Sequence[Row]) -> Iterator[Row]:
    """The topmost modules in which nothing was called or used."""
    used = [bool(row.call is not None or row.contains_calls or row.weights_used or row.in_script) for row in rows]
    for idx in range(len(rows) - 1, 0, -1):
        outer = rows[idx].parent
        if used[idx] and outer is not None:
            used[outer] = True
    for idx, row in enumerate(rows):
        if not used[idx] and (row.parent is None or used[row.parent]):
            yield row


def _within(path: str, outers: tuple[str, ...]) -> bool:
    return any(path.startswith(f"{outer}.") for outer in outers)


def _is_place(path: str) -> bool:
    """Whether the name is a number, as those in lists are."""
    return path.rpartition(".")[2].isdigit()


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _names(paths: tuple[str, ...]) -> str:
    shown = list(paths[:_MOST_NAMES])
    if len(paths) > _MOST_NAMES:
        return f"{', '.join(shown)} and {len(paths) - _MOST_NAMES:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
