"""What a file costs when many are taken in

Ours looks for the files, loads and takes in all of them and makes the catalogue, in a process that has been started, on
all cores; a peer that opens, looks at, reads and closes each file in C, on one core, does nothing else. Its time is the
least that reading file by file takes. Pages of the files are in memory. Measured by `make bench-large`.
"""

import subprocess
import tempfile
from pathlib import Path

from benchmarks.bench_start import words
from benchmarks.harness import Row, Rows, compare_figures, seconds
from benchmarks.logs import scalars
from cutaway.store.log_directory import LogDirectory

PEER = "open, fstat, read and close in C"

#: Reads the files whose paths are lines of its input, three times, and prints the seconds of the last.
_BARE = r"""
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 20], line[4096];

int main(void)
{
    size_t count = 0, room = 0, i;
    char **paths = NULL;
    struct timespec start, end;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (count == room)
            paths = realloc(paths, (room = 2 * room + 1024) * sizeof *paths);
        paths[count++] = strdup(line);
    }
    for (int round = 0; round < 3; round++) {
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (i = 0; i < count; i++) {
            struct stat status;
            int file = open(paths[i], O_RDONLY | O_CLOEXEC);
            if (file < 0 || fstat(file, &status) || read(file, buffer, sizeof buffer) != status.st_size)
                return 1;
            close(file);
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
    }
    printf("%.9f\n", (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9);
    return 0;
}
"""


def benchmarks() -> Rows:
    """Very small files, and some of a usual sweep."""
    for size in ((20_000, 5, 10), (2000, 20, 100)):
        yield _taken_in(*size)


def _taken_in(*size: int) -> Row:
    logs = scalars(*size)
    paths = sorted(map(str, logs.rglob("*tfevents*")))

    def ours() -> float:
        log = LogDirectory(logs)

        def take_in() -> None:
            log.refresh()
            assert log.catalogue().loading.done

        return seconds(take_in) / len(paths)

    def bare() -> float:
        with tempfile.TemporaryDirectory() as folder:
            source, program = Path(folder, "bare.c"), Path(folder, "bare")
            source.write_text(_BARE)
            subprocess.run(["cc", "-O2", "-o", program, source], check=True)
            done = subprocess.run([program], input="\n".join(paths), check=True, capture_output=True, text=True)
        return float(done.stdout) / len(paths)

    return compare_figures(
        f"taking in {len(paths):,} files of {words(*size)}", ours, bare, peer_name=PEER, unit="a file"
    )
