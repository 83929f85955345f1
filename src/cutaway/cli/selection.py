"""The runs and tags that a command is about: ``--run`` and ``--tag``, as shell patterns."""

import argparse
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from cutaway.logs.logs import Logs, Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The log directory, and what of it."""
    add_runs(parser)
    _add_pattern(parser, "tag", "train/*")


def add_runs(parser: argparse.ArgumentParser) -> None:
    """The log directory, and which of its runs."""
    parser.add_argument("logdir", metavar="LOGDIR", help="a directory with event files below it, or one event file")
    _add_pattern(parser, "run", "lr=*")


def _add_pattern(parser: argparse.ArgumentParser, name: str, example: str) -> None:
    parser.add_argument(
        f"--{name}",
        metavar="PATTERN",
        action="append",
        default=[],
        help=f"only this {name}; * and ? stand for any text and any character, as in '{example}'; may be repeated",
    )


def open_logs(logdir: str) -> "Logs":
    """The logs. Raises UsageError when they cannot be read or hold nothing."""
    from cutaway.cli.numpy_import import import_numpy

    import_numpy()
    from cutaway.logs.logs import Logs

    try:
        logs = Logs(logdir)
    except (OSError, ValueError) as error:
        raise UsageError(str(error)) from error
    if not logs:
        raise UsageError(f"there are no event files below {logdir!r}" + (f": {logs.detail}" if logs.detail else ""))
    return logs


def trouble(logs: "Logs", runs: Iterable["Run"]) -> Iterator[str]:
    """The parts of the logs that a command lacks, a line each: unreadable files, damage, and unfinished ends."""
    from cutaway.logs.logs import describe_end
    from cutaway.store.neutral_text import for_terminal

    runs = list(runs)
    names = {run.id: run.name for run in runs}
    for item in logs.unreadable:
        if item.run is None or item.run in names:
            place = item.file if item.run is None else f"{names[item.run]}/{item.file}"
            yield for_terminal(f"cannot be read: {place}: {item.reason}")
    for run in runs:
        for damage in run.damage:
            text = f"damaged: {run.name}/{damage.file}: {damage.bytes:,} bytes at {damage.offset:,} are no records"
            yield for_terminal(text)
        for malformed in run.malformed:
            records = f"{malformed.records:,} record{'' if malformed.records == 1 else 's'}"
            yield for_terminal(
                f"malformed: {run.name}/{malformed.file}: {records} with the right checksum, but no event"
            )
        for end in run.unfinished:
            yield for_terminal(f"unfinished: {run.name}/{end.file}: {describe_end(end)}")


def chosen_runs(logs: "Logs", patterns: list[str]) -> list["Run"]:
    """The runs that match. Raises UsageError when none does."""
    runs = [logs[name] for name in logs.runs if _matches(name, patterns)]
    if not runs:
        raise UsageError(f"no run of {logs.path!r} matches {_either(patterns)}; there are {_some(logs.runs)}")
    return runs


def chosen_tags(runs: Iterable["Run"], patterns: list[str]) -> Iterator[tuple["Run", str, str]]:
    """(run, kind, tag) of all that match. Raises UsageError, when it ends, if none did."""
    from cutaway.store.kinds.registry import is_data

    found, others = False, set[str]()
    for run in runs:
        for kind, tags in run.kinds.items():
            if not patterns and not is_data(kind):
                continue
            for tag in tags:
                if _matches(tag, patterns):
                    found = True
                    yield run, kind, tag
                elif tag:
                    others.add(tag)
    if not found and patterns:
        raise UsageError(f"no tag matches {_either(patterns)}; there are {_some(sorted(others))}")


def _matches(name: str, patterns: list[str]) -> bool:
    return not patterns or any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)


def _either(patterns: list[str]) -> str:
    return " or ".join(map(repr, patterns))


def _some(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:5]))
    return f"{shown} and {len(names) - 5:,} more" if len(names) > 5 else shown or "none"
