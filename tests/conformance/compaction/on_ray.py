"""Compacts a log directory in this process and on a Ray cluster of two processors; prints both manifests."""

import json
import sys

import ray

from cutaway.store.compacted.compact import compact
from cutaway.store.compacted.plan import Limits
from cutaway.store.compacted.runners import on_ray

logdir, here, there = sys.argv[1:]
ray.init(num_cpus=2, include_dashboard=False, object_store_memory=100 << 20, log_to_driver=False)
limits = Limits(runs=2)
found = [
    compact(logdir, here, limits=limits).manifest,
    compact(logdir, there, limits=limits, runner=on_ray("auto")).manifest,
]
ray.shutdown()
print(json.dumps([[shard.name for shard in manifest.shards] for manifest in found]))
