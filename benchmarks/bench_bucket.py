"""Logs in a bucket: reading them from servers of S3's protocol on loopback

SeaweedFS on this machine serves the files, so the network costs nothing and the server takes its share of the cores:
the figures show the cost of the protocol, not of a distance. What is loaded from the bucket is compared with our own
loading of the same files from the disk, and the reading of bytes alone with s3fs, used as TensorBoard's Python loader
uses it: each file opened and read in one piece, one after the other. The notes have the floors: the same bytes by bare
GETs on sockets, which are thrown away, and the processor time of the server, which shares the cores; and the same by
the library that ours is made of, alone. For a bucket at a distance a server answers each request after 30 ms. Processor
time is that of the process that reads.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.object_server import ObjectServer
from tests.seaweed import Seaweed, seaweed

from benchmarks.harness import Row, Rows, compare_together
from benchmarks.logs import scalars

RUNS, TAGS, POINTS = 1000, 10, 1000
#: Files of those that s3fs is to read.
SOME = 200
#: Seconds from a request to its answer, of a bucket that is not next door.
DISTANCE = 0.03
S3FS = "s3fs 2026.9, as TensorBoard uses it"

_LOAD = """
import sys, time
from cutaway.store.log_directory import LogDirectory
start, used = time.perf_counter(), time.process_time()
log = LogDirectory(sys.argv[1])
log.refresh()
figures = time.perf_counter() - start, time.process_time() - used
loading = log.catalogue().loading
assert loading.done and loading.bytes_read == loading.bytes
print(*figures, loading.points)
"""
_READ = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from cutaway.store.places import object_store
from cutaway.store.places.chosen import place_at
def read(path):
    return len(place.follow(path).load()[1])
start, used = time.perf_counter(), time.process_time()
place = place_at(sys.argv[1])
paths = [path for paths in place.find().files.values() for path in paths]
# The first one tells how far the store is.
count = read(paths[0])
with ThreadPoolExecutor(place.readers(place.stat(paths[0]).size)) as pool:
    count += sum(pool.map(read, paths[1:]))
print(time.perf_counter() - start, time.process_time() - used, count)
"""
_READ_BY_S3FS = """
import os, sys, time
import s3fs
start, used = time.perf_counter(), time.process_time()
system = s3fs.S3FileSystem(endpoint_url=os.environ["AWS_ENDPOINT_URL"])
count = 0
for path in system.find(sys.argv[1].removeprefix("s3://")):
    with system.open(path, "rb") as file:
        count += len(file.read(16 << 20))
print(time.perf_counter() - start, time.process_time() - used, count)
"""


#: The same objects by the library that ours is made of, and nothing else, on as many threads.
_READ_BY_LIBRARY = """
import os, sys, time
from concurrent.futures import ThreadPoolExecutor
import obstore
bucket, _, prefix = sys.argv[1].removeprefix("s3://").partition("/")
def read(path):
    return len(memoryview(obstore.get(store, path).bytes()))
start, used = time.perf_counter(), time.process_time()
store = obstore.store.S3Store(
    bucket, endpoint=os.environ["AWS_ENDPOINT_URL"], client_options={"allow_http": True}
)
paths = [item["path"] for page in obstore.list(store, prefix) for item in page]
with ThreadPoolExecutor(int(sys.argv[2])) as pool:
    count = sum(pool.map(read, paths))
print(time.perf_counter() - start, time.process_time() - used, count)
"""
#: GETs of paths on connections that are kept, and nothing else; the kernel copies the bytes into memory that is warm.
_FLOOR = """
import socket, sys, threading, time
port, paths = int(sys.argv[1]), sys.stdin.read().split()
counts = []
def work(mine):
    connection, buffer, count = socket.create_connection(("127.0.0.1", port)), bytearray(1 << 20), 0
    for path in mine:
        connection.sendall(f"GET {path} HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n".encode())
        got = 0
        while (head := buffer.find(b"\\r\\n\\r\\n", 0, got)) < 0:
            got += connection.recv_into(memoryview(buffer)[got:])
        lines = bytes(buffer[:head]).lower().split(b"\\r\\n")
        assert lines[0].startswith(b"http/1.1 200"), lines[0]
        (size,) = (int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        left = size - (got - head - 4)
        while left:
            left -= connection.recv_into(buffer, min(left, len(buffer)))
        count += size
    counts.append(count)
start, used = time.perf_counter(), time.process_time()
threads = [threading.Thread(target=work, args=(paths[number::8],)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(time.perf_counter() - start, time.process_time() - used, sum(counts))
"""


def benchmarks() -> Rows:
    """Everything loaded, from the bucket and from the disk; the bytes alone, by us and by s3fs."""
    with tempfile.TemporaryDirectory() as folder, seaweed(Path(folder)) as server:
        logs = scalars(RUNS, TAGS, POINTS)
        paths = sorted(logs.rglob("*tfevents*"))
        _copy(logs, paths, server)
        yield _loaded(logs, paths, server)
        yield _read(paths[:SOME], server, f"read the bytes of {SOME} files in a bucket")
    with ObjectServer() as far:
        _copy(logs, paths[:SOME], far)
        far.before = lambda request: time.sleep(DISTANCE)
        yield _read(paths[:SOME], far, f"read the bytes of {SOME} files in a bucket, {1000 * DISTANCE:.0f} ms away")


def _copy(logs: Path, paths: list[Path], server: Seaweed | ObjectServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda path: server.put(f"all/{path.relative_to(logs)}", path.read_bytes()), paths))
        list(pool.map(lambda path: server.put(f"some/{path.relative_to(logs)}", path.read_bytes()), paths[:SOME]))


def _loaded(logs: Path, paths: list[Path], server: Seaweed) -> Iterator[Row]:
    what = f"load {RUNS * TAGS * POINTS / 1e6:.0f} M scalars in {len(paths):,} files from a bucket"
    size = sum(path.stat().st_size for path in paths)
    yield from compare_together(
        [(what, "s"), (f"processor time to {what}", "s")],
        lambda: _figures(sys.executable, server, _LOAD, f"s3://{server.bucket}/all")[:2],
        lambda: _figures(sys.executable, server, _LOAD, str(logs))[:2],
        peer_name="ours, from the disk",
        note=lambda: f"{size / 1e6:.0f} MB; {_floor(paths, logs, server, size)}",
    )


def _floor(paths: list[Path], logs: Path, server: Seaweed, size: int) -> str:
    """What bare GETs of the files take, and what the server takes for them."""
    keys = [f"all/{path.relative_to(logs)}" for path in paths]
    before = server.processor_time()
    figures = _figures(
        sys.executable, server, _FLOOR, server.endpoint.rpartition(":")[2], stdin="\n".join(server.signed(keys))
    )
    wall, used = _whole(figures, size)
    served = server.processor_time() - before
    return f"bare GETs take {wall:.2f} s and {used:.2f} s of the processor, and the server {served:.2f} s"


def _read(paths: list[Path], server: Seaweed | ObjectServer, what: str) -> Iterator[Row]:
    size = sum(path.stat().st_size for path in paths)
    peer = str(Path(sys.executable).parent.parent / "peers" / "bin" / "python")
    url = f"s3://{server.bucket}/some"
    yield from compare_together(
        [(what, "s"), (f"processor time to {what}", "s")],
        lambda: _whole(_figures(sys.executable, server, _READ, url), size),
        lambda: _whole(_figures(peer, server, _READ_BY_S3FS, url), size),
        peer_name=S3FS,
        note=lambda: f"{size / 1e6:.0f} MB; {_library(server, url, size)}",
    )


def _library(server: Seaweed | ObjectServer, url: str, size: int) -> str:
    """What the library alone takes for the same: the best of some numbers of threads."""
    every = [
        _whole(_figures(sys.executable, server, _READ_BY_LIBRARY, url, str(threads)), size) for threads in (2, 8, 32)
    ]
    wall, used = map(min, zip(*every, strict=True))
    return f"obstore alone takes {wall:.2f} s and {used:.2f} s of the processor"


def _figures(
    python: str, server: Seaweed | ObjectServer, program: str, *arguments: str, stdin: str = ""
) -> tuple[float, ...]:
    """The numbers that a program prints: seconds, seconds of the processor, and perhaps bytes."""
    done = subprocess.run(
        [python, "-c", program, *arguments],
        check=True,
        capture_output=True,
        text=True,
        input=stdin,
        env=os.environ | server.environment,
    )
    return tuple(map(float, done.stdout.split()))


def _whole(figures: tuple[float, ...], size: int) -> tuple[float, ...]:
    assert figures[2] == size, f"{figures[2]:,.0f} of {size:,} bytes were read"
    return figures[:2]
