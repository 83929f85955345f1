"""``cutaway compact``: bring a compacted directory up to date with its log directory."""

import re
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cutaway.store.compacted.chosen import objects_at
from cutaway.store.compacted.layout import MANIFESTS, SHARDS
from cutaway.store.compacted.manifest import (
    Manifest,
    Shard,
    commit,
    manifest_key,
    numbers_of,
    read_manifest,
    read_newest,
)
from cutaway.store.compacted.objects import ExistsError, Objects
from cutaway.store.compacted.plan import Limits, plan_of
from cutaway.store.compacted.shard import ShardTask, build_shard
from cutaway.store.compacted.source import source_at

#: Makes the shards of some tasks, in their order.
Runner = Callable[[Sequence[ShardTask]], list[Shard | None]]
#: Objects that no manifest names may still be on their way, and those of an older one may still be read.
GRACE = 24 * 3600.0
#: Each time another compaction was first.
_MOST_ATTEMPTS = 100
#: The names of everything that a compaction writes: nothing else is ever deleted.
_OWN = re.compile(
    rf"(?:{MANIFESTS}|{SHARDS}[0-9a-f]{{32}}/)"
    r"(?:\d{8}\.json|(?:points|ends|series|files|(?:buckets|times)-\d+)\.parquet|[^/]*\.unfinished)"
)


class Compacted(NamedTuple):
    """What a compaction did."""

    manifest: Manifest
    #: How many shards were made, and how many points these have.
    made: int
    points: int
    #: Objects that nothing needed any more.
    deleted: int


def in_this_process(tasks: Sequence[ShardTask]) -> list[Shard | None]:
    """One shard after the other."""
    return [build_shard(task) for task in tasks]


def compact(
    logdir: str,
    target: str,
    *,
    runner: Runner = in_this_process,
    limits: Limits = Limits(),  # noqa: B008 - it is immutable
    grace: float = GRACE,
) -> Compacted:
    """Compact all that is new in a log directory, and delete what compactions left behind more than ``grace`` seconds
    ago.

    ValueError for a target that is inside the log directory or of another one; OSError.
    """
    source, objects = source_at(logdir), objects_at(target)
    made: dict[ShardTask, Shard | None] = {}
    for _ in range(_MOST_ATTEMPTS):
        old = read_newest(objects) or Manifest(0, source.root, ())
        if old.source != source.root:
            raise ValueError(f"{target!r} is the compacted directory of {old.source!r}, not of {source.root!r}")
        plan = plan_of(source, objects, old, limits)
        tasks = [task for task in plan.tasks if task not in made]
        made.update(zip(tasks, runner(tasks), strict=True))
        shards = (*plan.kept, *(shard for task in plan.tasks if (shard := made[task]) is not None))
        new = Manifest(old.number + 1, source.root, shards)
        if shards == old.shards:
            new = old
        else:
            try:
                commit(objects, new)
            except ExistsError:
                # What the other one has made counts, and is not made again.
                continue
        points = sum(shard.points for shard in made.values() if shard is not None)
        return Compacted(new, len(made), points, clean(objects, grace))
    raise OSError(f"other compactions of {target!r} were first, {_MOST_ATTEMPTS} times")


def clean(objects: Objects, grace: float) -> int:
    """Delete the objects that no manifest names which counted within the last ``grace`` seconds; how many."""
    now = time.time()
    listed = [item for item in objects.list() if _OWN.fullmatch(item.key)]
    put = {item.key: item.modified for item in listed}
    numbers = numbers_of(objects)
    needed: set[str] = set()
    for place, number in enumerate(numbers):
        # Until the next one was put, this one counted.
        following = numbers[place + 1 : place + 2]
        if not following or now - put.get(manifest_key(following[0]), now) < grace:
            manifest = read_manifest(objects, number)
            needed.add(manifest_key(number))
            needed |= {f"{SHARDS}{shard.name}/{key}" for shard in manifest.shards for key in shard.objects}
    gone = [item.key for item in listed if item.key not in needed and now - item.modified >= grace]
    for key in gone:
        objects.delete(key)
    return len(gone)
