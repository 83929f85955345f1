"""Log directories in buckets, and what is read of them."""

import pytest
from tests.object_server import ObjectServer
from tests.seaweed import Seaweed

from cutaway.store.log_directory import LogDirectory


class Logs:
    """A log directory in a bucket."""

    def __init__(self, server: ObjectServer | Seaweed, prefix: str) -> None:
        self.server = server
        self.prefix = prefix
        self.url = f"s3://{server.bucket}/{prefix}"

    def put(self, name: str, content: bytes) -> None:
        self.server.put(f"{self.prefix}/{name}", content)

    def append(self, name: str, content: bytes) -> None:
        self.put(name, self.server.get(f"{self.prefix}/{name}") + content)

    def delete(self, name: str) -> None:
        self.server.delete(f"{self.prefix}/{name}")


def set_environment(monkeypatch: pytest.MonkeyPatch, server: ObjectServer | Seaweed) -> None:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


def steps_of(log: LogDirectory, run: str = "a") -> list[int]:
    (of_run,) = (each for each in log.runs() if each.name == run)
    return [step for part in of_run.scalars("loss") for step in part.points.step.tolist()]


def runs_of(log: LogDirectory) -> list[str]:
    return [run.name for run in log.catalogue().runs]
