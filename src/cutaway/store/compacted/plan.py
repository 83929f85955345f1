"""What a compaction has to do: which shards stay as they are, and which event files make new ones.

A shard stays or is made anew as a whole, so that no point is in two of them.
"""

from typing import NamedTuple

from cutaway.events.core import natural_key
from cutaway.events.open_file import FileStatus
from cutaway.store.compacted.coverage import Covered, covered_by
from cutaway.store.compacted.manifest import Manifest, Shard
from cutaway.store.compacted.objects import Objects
from cutaway.store.compacted.shard import ShardTask, is_whole
from cutaway.store.compacted.source import Source

#: A shard is made anew when more than this part of its bytes was appended, replaced or deleted since.
_STALE = 0.1


class Limits(NamedTuple):
    """How much a shard has at most; one run is never divided."""

    runs: int = 1000
    #: Of event files: about a hundred million points.
    bytes: int = 5 << 30

    def is_small(self, shard: Shard) -> bool:
        """Whether a shard is joined with others when anything new is compacted."""
        return shard.runs < self.runs // 4 and shard.bytes < self.bytes // 4


class Plan(NamedTuple):
    """What stays, and what is to be made."""

    kept: list[Shard]
    tasks: list[ShardTask]


def plan_of(source: Source, target: Objects, manifest: Manifest, limits: Limits) -> Plan:
    """Compare the shards of a manifest with the event files that are there."""
    there = _files(source)
    kept: list[tuple[Shard, list[Covered]]] = []
    for shard in manifest.shards:
        try:
            covered = covered_by(target, shard).files if shard.is_readable and is_whole(target, shard) else []
            if covered and _is_current(source, covered, there):
                kept.append((shard, covered))
        except (OSError, ValueError):
            # A shard that cannot be read is made anew.
            continue
    if there.keys() - _named(kept):
        kept = [(shard, covered) for shard, covered in kept if not limits.is_small(shard)]
    pending = sorted(there.keys() - _named(kept), key=lambda each: (natural_key(each[0]), *each))
    return Plan([shard for shard, _ in kept], _tasks(source, target, pending, there, limits))


def _files(source: Source) -> dict[tuple[str, str], FileStatus]:
    """All event files that have any bytes, by run and name. OSError where the log directory is not there: it may be a
    disk that is not mounted, and nothing is concluded from that."""
    found = {}
    walked = source.place.find()
    if walked.state in ("missing", "unreadable"):
        raise OSError(f"there is no directory {source.root!r}" if walked.state == "missing" else walked.detail)
    for run, paths in walked.files.items():
        for path in paths:
            try:
                status = source.place.stat(path)
            except OSError:
                continue
            if status.size:
                found[run, source.name(path)] = status
    return found


def _named(kept: list[tuple[Shard, list[Covered]]]) -> set[tuple[str, str]]:
    return {(item.run, item.file) for _, covered in kept for item in covered}


def _is_current(source: Source, covered: list[Covered], there: dict[tuple[str, str], FileStatus]) -> bool:
    changed = 0
    for item in covered:
        status = there.get((item.run, item.file))
        if status is None or not item.is_start_of(source.place, source.path(item.file), status):
            changed += item.length
        else:
            changed += status.size - item.length
    return changed <= _STALE * sum(item.length for item in covered)


def _tasks(
    source: Source,
    target: Objects,
    pending: list[tuple[str, str]],
    there: dict[tuple[str, str], FileStatus],
    limits: Limits,
) -> list[ShardTask]:
    tasks: list[ShardTask] = []
    of_task: list[tuple[str, str]] = []
    runs: set[str] = set()
    size = 0
    for each in pending:
        is_full = len(runs) >= limits.runs or size >= limits.bytes
        if is_full and each[0] not in runs:
            tasks.append(ShardTask(source.root, target.name, tuple(of_task)))
            of_task, runs, size = [], set(), 0
        of_task.append(each)
        runs.add(each[0])
        size += there[each].size
    if of_task:
        tasks.append(ShardTask(source.root, target.name, tuple(of_task)))
    return tasks
