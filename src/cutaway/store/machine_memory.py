"""How much memory there is for this process: the machine's, or what its control groups allow."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_GROUPS = Path("/sys/fs/cgroup")
_OWN_GROUPS = Path("/proc/self/cgroup")


def machine_memory(groups: Path = _GROUPS, own_groups: Path = _OWN_GROUPS) -> int | None:
    """Bytes; None where the system does not say."""
    known = [*_of_system(), *_of_groups(groups, own_groups)]
    return min(known, default=None)


def _of_system() -> Iterator[int]:
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return
    if pages > 0 and size > 0:
        yield pages * size


def _of_groups(groups: Path, own_groups: Path) -> Iterator[int]:
    """The limits of the process's group and of those around it: of version 2 (`memory.max`) and of version 1."""
    try:
        lines = own_groups.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, name = [*line.split(":", 2), "", ""][:3]
        if controllers and "memory" not in controllers.split(","):
            continue
        root, limit = (groups / "memory", "memory.limit_in_bytes") if controllers else (groups, "memory.max")
        path = PurePosixPath(name.lstrip("/"))
        # Within a container the group's own name may not be there: then the root is the container's.
        for each in (path, *path.parents):
            try:
                yield int((root / each / limit).read_text())
            except (OSError, ValueError):
                continue


def usual_memory() -> int | None:
    """Bytes that the points of a log may take where nobody says it: a quarter of those that there are."""
    there = machine_memory()
    return None if there is None else there // 4
