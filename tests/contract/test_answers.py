"""The server's half of the contract with the page: answers to the page's requests, of a log that never changes.

They are the files in ``answers``, which the page's half (``web/src/api/contract.test.ts``) decodes. Where an answer is
meant to become another, ``CUTAWAY_REWRITE_CONTRACT=1`` writes them anew.
"""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.contract import fixed_log

from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory

HERE = Path(__file__).parent
ANSWERS = HERE / "answers"
REQUESTS: list[dict[str, Any]] = json.loads((HERE / "requests.json").read_text("utf-8"))
SUFFIXES = {"application/json": ".json", "application/octet-stream": ".bin", "text/event-stream": ".txt"}
#: Lists that no one answer has something in, or that say more when they are empty.
MAY_BE_EMPTY = (".unread", ".rows", ".tags", ".margins", ".unknown", ".joined", ".measured", ".notes", ".attributes")
REWRITE = os.environ.get("CUTAWAY_REWRITE_CONTRACT") == "1"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LogDirectory]:
    folder = tmp_path_factory.mktemp("contract")
    with pytest.MonkeyPatch.context() as monkeypatch:
        fixed_log.write(folder / "log", monkeypatch)
        # The answers name it as it was given.
        monkeypatch.chdir(folder)
        found = LogDirectory("log")
        found.refresh()
        yield found


def answered(log: LogDirectory, request: dict[str, Any]) -> httpx.Response:
    async def ask() -> httpx.Response:
        closing = Closing()
        # The stream ends after its first event.
        closing.close()
        transport = httpx.ASGITransport(create_application(log, closing, {}))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            method = "POST" if "body" in request else "GET"
            return await client.request(method, request["path"], json=request.get("body"))

    response = asyncio.run(ask())
    assert response.status_code == 200, response.text
    return response


def fixed(name: str, response: httpx.Response) -> bytes:
    """The answer as its file has it: JSON in lines, and without what is another for each build."""
    if not response.headers["content-type"].startswith("application/json"):
        return response.content
    document = response.json()
    if name == "catalogue":
        assert document["kernel"] in ("native", "pure")
        assert isinstance(document["version"], str)
        document |= {"kernel": "native", "version": "0.0.0"}
    return (json.dumps(document, indent=2) + "\n").encode("ascii")


def frame(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    length = int.from_bytes(data[4:8], "little")
    header = json.loads(data[8 : 8 + length])
    columns = {
        name: np.frombuffer(data, "<" + column["dtype"], column["length"], 8 + length + column["offset"])
        for name, column in header["columns"].items()
    }
    return header, columns


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request["name"])
def test_the_answer_is_as_agreed(log: LogDirectory, request_: dict[str, Any]) -> None:
    name = request_["name"]
    response = answered(log, request_)
    path = ANSWERS / (name + SUFFIXES[response.headers["content-type"].partition(";")[0]])
    answer = fixed(name, response)
    if REWRITE:
        path.write_bytes(answer)
    agreed = path.read_bytes()
    if path.suffix == ".bin":
        (header, columns), (agreed_header, agreed_columns) = frame(answer), frame(agreed)
        assert header == agreed_header
        # Processors differ in the last digit of a spread.
        for column, values in columns.items():
            np.testing.assert_allclose(values, agreed_columns[column], rtol=1e-12, err_msg=column)
    elif path.suffix == ".json":
        assert json.loads(answer) == json.loads(agreed)
    else:
        assert answer == agreed


def test_no_answer_is_left_behind() -> None:
    assert sorted(path.stem for path in ANSWERS.iterdir()) == sorted(request["name"] for request in REQUESTS)


def test_lists_have_something_in_them() -> None:
    """Of an empty list the page's half could check nothing."""

    def lists(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield from lists(item, f"{where}.{name}")
        elif isinstance(value, list):
            if not value and not where.endswith(MAY_BE_EMPTY):
                yield where
            for item in value:
                yield from lists(item, f"{where}[]")

    for path in ANSWERS.glob("*.json"):
        assert list(lists(json.loads(path.read_text("utf-8")), path.stem)) == []
