"""How much memory there is: the machine's, and less where control groups say so."""

import os
from pathlib import Path

import pytest

from cutaway.store.machine_memory import machine_memory

MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else None


def found(tmp_path: Path, own: str, limits: dict[str, str]) -> int | None:
    own_groups = tmp_path / "cgroup"
    own_groups.write_text(own)
    for path, limit in limits.items():
        file = tmp_path / "groups" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(limit)
    return machine_memory(tmp_path / "groups", own_groups)


@pytest.mark.parametrize(
    ("own", "limits", "expected"),
    [
        ("0::/\n", {}, MACHINE),
        ("0::/\n", {"memory.max": "max\n"}, MACHINE),
        ("0::/a/b\n", {"memory.max": "max", "a/memory.max": "5000000\n", "a/b/memory.max": "max"}, 5_000_000),
        ("0::/a\n", {"a/memory.max": "7000", "memory.max": "6000"}, 6000),
        # Within a container the group's name is that outside.
        ("0::/somewhere/else\n", {"memory.max": "8000"}, 8000),
        ("4:cpu,memory:/a\n0::/\n", {"memory/a/memory.limit_in_bytes": "9000"}, 9000),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712"}, MACHINE),
        ("3:cpu:/\nnonsense\n", {"cpu/memory.limit_in_bytes": "9000"}, MACHINE),
    ],
)
def test_the_least_of_all_limits(tmp_path: Path, own: str, limits: dict[str, str], expected: int) -> None:
    assert found(tmp_path, own, limits) == expected


def test_a_system_without_control_groups(tmp_path: Path) -> None:
    assert machine_memory(tmp_path, tmp_path / "none") == MACHINE


def test_a_system_that_does_not_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sysconf")
    assert machine_memory(tmp_path, tmp_path / "none") is None
