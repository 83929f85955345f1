"""Who has a port that is taken."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from cutaway.server.ports import port_owner

TABLE = Path("/proc/net/tcp")


@pytest.mark.skipif(not TABLE.exists(), reason="the system does not tell who listens")
def test_the_owner_of_a_port_that_is_the_first_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else listens on the machine: the table is cut down to the line of this port, below its head."""
    read_text = Path.read_text
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def shortened(path: Path, *options: Any) -> str:
            text = read_text(path, *options)
            if path.parent != TABLE.parent:
                return text
            head, *lines = text.splitlines(keepends=True)
            return head + "".join(line for line in lines if line.split()[1].endswith(f":{port:04X}"))

        monkeypatch.setattr(Path, "read_text", shortened)
        name = Path("/proc/self/comm").read_text().strip()
        assert port_owner(port) == f"{name} (process {os.getpid()})"
    assert port_owner(port) is None


@pytest.mark.skipif(not TABLE.exists(), reason="the system does not tell who listens")
def test_who_has_the_port_is_seen_while_it_closes_files(monkeypatch: pytest.MonkeyPatch) -> None:
    read, closed = Path.readlink, set[Path]()

    def readlink(self: Path) -> Path:
        """The first descriptor of each process is closed by now."""
        if self.parent.name == "fd" and self.parent not in closed:
            closed.add(self.parent)
            raise FileNotFoundError(self)
        return read(self)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(Path, "readlink", readlink)
        owner = port_owner(listener.getsockname()[1])
    assert owner is not None
    assert str(os.getpid()) in owner
