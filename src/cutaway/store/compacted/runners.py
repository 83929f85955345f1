"""Making shards in other processes, of this machine or of a Ray cluster: the same function, and the same bytes."""

import contextlib
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from cutaway.store.compacted.compact import Runner
from cutaway.store.compacted.manifest import Shard
from cutaway.store.compacted.shard import ShardTask, build_shard

#: How often Ray makes a shard again whose worker or machine has gone.
_RETRIES = 3


def in_processes(workers: int) -> Runner:
    """So many processes of this machine, one shard each at a time."""

    def run(tasks: Sequence[ShardTask]) -> list[Shard | None]:
        number = min(workers, len(tasks))
        if number < 2:
            return [build_shard(task) for task in tasks]
        # A process that is forked would share the state of threads that it does not have.
        with ProcessPoolExecutor(number, multiprocessing.get_context("spawn")) as pool:
            return list(pool.map(build_shard, tasks))

    return run


def on_ray(address: str) -> Runner:
    """The workers of a Ray cluster, which see the directories under the same names; ``local`` starts one here.

    The manifest is written by this process alone. Raises ImportError without Ray, and ConnectionError where no cluster
    answers.
    """
    import ray

    def run(tasks: Sequence[ShardTask]) -> list[Shard | None]:
        if not tasks:
            return []
        with _cluster(address):
            remote = ray.remote(num_cpus=1, max_retries=_RETRIES)(build_shard)
            found: list[Shard | None] = ray.get([remote.remote(task) for task in tasks])
            return found

    return run


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[None]:
    """A connection to the cluster while the context lasts; one that the process has already is used, and kept."""
    import ray

    if ray.is_initialized():
        yield
        return
    ray.init(address=address, log_to_driver=False, configure_logging=False)
    try:
        yield
    finally:
        ray.shutdown()
