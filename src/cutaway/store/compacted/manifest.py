"""The manifest of a compacted directory: which shards there are, and what each of them is made of.

Manifests are numbered, and the highest is the one that counts. A new one is put only where none of that number is
(put-if-absent), after all objects that it names: so a compaction that ends anywhere leaves the directory as it was
before or as it is afterwards, and of two at the same time one comes second, and knows it.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from cutaway.events import core
from cutaway.store.compacted.layout import MANIFESTS, SHARDS, VERSION
from cutaway.store.compacted.objects import Objects

#: Larger manifests are not read: a shard takes some two thousand bytes, with up to 100 million points.
_LARGEST = 256 << 20


class StoredObject(NamedTuple):
    """One Parquet file of a shard."""

    #: Bytes of the file, and of that part at its end which is read as a whole: the footer, or all of it.
    size: int
    tail: int
    #: CRC32C of that part; pages have checksums of their own.
    checksum: int


class Shard(NamedTuple):
    """The scalars of some event files, in Parquet files that lie in a directory of their own."""

    #: Made of the content, so that the same shard has the same name.
    name: str
    version: str
    #: By the names of the files.
    objects: dict[str, StoredObject]
    #: What it covers: event files, bytes of them, runs, tags, series and points.
    files: int
    bytes: int
    runs: int
    tags: int
    series: int
    points: int

    @property
    def is_readable(self) -> bool:
        """Whether it is of the version that is read and written."""
        return self.version == VERSION


class Manifest(NamedTuple):
    """The state of a compacted directory. Number 0 is the state before the first compaction."""

    number: int
    #: The log directory, as an absolute path or a URL.
    source: str
    shards: tuple[Shard, ...]


def manifest_key(number: int) -> str:
    """The key of the manifest with a number."""
    return f"{MANIFESTS}{number:08d}.json"


def numbers_of(objects: Objects) -> list[int]:
    """The numbers of all manifests, in ascending order."""
    names = [item.key.removeprefix(MANIFESTS).removesuffix(".json") for item in objects.list(MANIFESTS)]
    return sorted(int(name) for name in names if name.isdecimal() and len(name) == 8)


def read_newest(objects: Objects, numbers: Sequence[int] = ()) -> Manifest | None:
    """The manifest that counts; None where there is none. ValueError for one that cannot be understood.

    ``numbers`` are those of all manifests, where they were listed a moment ago.
    """
    while numbers := numbers or numbers_of(objects):
        try:
            return read_manifest(objects, numbers[-1])
        except FileNotFoundError:
            # It was replaced and cleaned away between the two calls.
            numbers = ()
    return None


def read_manifest(objects: Objects, number: int) -> Manifest:
    """The manifest with a number. ValueError for one that cannot be understood."""
    data = objects.read(manifest_key(number), 0, _LARGEST)
    try:
        document = json.loads(data)
        shards = tuple(_shard(item) for item in document["shards"])
        source = document["source"]
        if not isinstance(source, str):
            raise TypeError("source")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{objects.name!r} has a manifest that is not one: {manifest_key(number)}") from error
    return Manifest(number, source, shards)


def commit(objects: Objects, manifest: Manifest) -> None:
    """Make a manifest the one that counts. ExistsError where another compaction was first."""
    document = {
        "source": manifest.source,
        "shards": [shard._asdict() | {"objects": _as_dicts(shard.objects)} for shard in manifest.shards],
    }
    objects.put_if_absent(manifest_key(manifest.number), json.dumps(document, indent=1).encode("ascii"))


def read_tail(objects: Objects, shard: Shard, name: str) -> bytes:
    """The end of a file of a shard. OSError, and ValueError where it is not as it was written."""
    if name not in shard.objects:
        raise ValueError("the manifest does not name it")
    size, tail, checksum = shard.objects[name]
    data = objects.read(f"{SHARDS}{shard.name}/{name}", size - tail, tail)
    if core.crc32c(data) != checksum:
        raise ValueError(f"{name} of shard {shard.name} is damaged")
    return data


def _as_dicts(objects: dict[str, StoredObject]) -> dict[str, dict[str, int]]:
    return {name: stored._asdict() for name, stored in objects.items()}


def _shard(item: dict[str, Any]) -> Shard:
    objects = {str(name): StoredObject(**{key: int(n) for key, n in o.items()}) for name, o in item["objects"].items()}
    numbers = {name: int(item[name]) for name in ("files", "bytes", "runs", "tags", "series", "points")}
    name, version = item["name"], item["version"]
    if not isinstance(name, str) or not isinstance(version, str) or not name.isalnum():
        raise TypeError("name")
    if any("/" in key or min(stored) < 0 or stored.tail > stored.size for key, stored in objects.items()):
        raise ValueError("objects")
    return Shard(name, version, objects, **numbers)
