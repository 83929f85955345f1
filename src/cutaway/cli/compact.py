"""``cutaway compact LOGDIR --to DIR``: the scalars of a log directory as Parquet, for logs of many points."""

import argparse
import time
from typing import TYPE_CHECKING

from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from cutaway.store.compacted.compact import Runner


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway compact``."""
    parser.add_argument("logdir", metavar="LOGDIR", help="a directory with event files below it, or its URL")
    parser.add_argument(
        "--to",
        metavar="DIR",
        required=True,
        help="where the compacted directory is or will be, or its URL: outside the log directory; cutaway DIR opens it",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        metavar="N",
        type=_number,
        default=1,
        help="make so many shards at a time, a process each, which takes some gigabytes of memory (default: 1)",
    )
    where.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="make shards on a Ray cluster that has both directories under the same names; auto, HOST:PORT, or local",
    )


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"a number from 1 on is expected, not {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Bring the compacted directory up to date, and say what it is."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise UsageError('compact needs pyarrow: pip install "cutaway[parquet]"') from error
    from cutaway.store.compacted.compact import compact

    try:
        source, target = _place(arguments.logdir, "LOGDIR"), _place(arguments.to, "--to")
        if f"{target}/".startswith(f"{source}/") or f"{source}/".startswith(f"{target}/"):
            raise UsageError(f"--to {arguments.to} must be outside the log directory, and not above it")
        started = time.monotonic()
        done = compact(source, target, runner=_runner(arguments))
    except OSError as error:
        raise UsageError(f"cannot compact into {arguments.to!r}: {error.strerror or error}") from error
    except ValueError as error:
        raise UsageError(str(error)) from error
    shards = done.manifest.shards
    points = sum(shard.points for shard in shards)
    size = sum(stored.size for shard in shards for stored in shard.objects.values())
    if not points:
        raise UsageError(f"there are no scalars below {arguments.logdir!r}")
    print(
        f"{arguments.to}: {points:,} points of {sum(shard.runs for shard in shards):,} runs in {len(shards):,} "
        f"shard{'' if len(shards) == 1 else 's'}, {size / points:.1f} bytes a point"
    )
    made = f"{done.points:,} points compacted in {time.monotonic() - started:.1f} s" if done.made else "nothing was new"
    print(f"{made}; open it with: cutaway {arguments.to}")
    return 0


def _place(name: str, argument: str) -> str:
    """An absolute path or a URL, without a slash at its end. Raises ValueError for one that is not accepted."""
    from cutaway.events.local_path import local_path
    from cutaway.store.places.object_url import is_object_url, object_url

    return str(object_url(name, argument) if is_object_url(name) else local_path(name, argument).resolve())


def _runner(arguments: argparse.Namespace) -> "Runner":
    """Where shards are made. Raises UsageError without Ray."""
    from cutaway.store.compacted.runners import in_processes, on_ray

    if arguments.ray is None:
        return in_processes(arguments.workers)
    try:
        return on_ray(arguments.ray)
    except ImportError as error:
        raise UsageError('--ray needs Ray: pip install "cutaway[ray]"') from error
