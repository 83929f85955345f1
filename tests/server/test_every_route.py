"""Every route, with hostile logs behind it and hostile requests in front: an answer, or 4xx with a reason, and no more
memory than the bounds say. Never 500, and no exception."""

import asyncio
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import Message
from tests.server.conftest import PAGE, routes_of
from tests.server.hostile_logs import SIGHTINGS, Log, logs
from tests.server.hostile_requests import REQUESTS, Asked

from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory

#: Of one answer: a value is sent as at most 4 M characters of text, and as what it has in its file.
MOST_ANSWER = 16 << 20
#: Of traced allocations while a request is answered, beside 64 times the log.
MOST_MEMORY = 48 << 20
#: Of addresses, for the process as a whole: a request that wants more fails with MemoryError, and the machine lives on.
MORE_ADDRESSES = 2 << 30

EXAMPLES = max(settings.default.max_examples // 10, 1) if settings.default is not None else 10
HOSTILE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


class Answer(NamedTuple):
    status: int
    headers: dict[bytes, bytes]
    body: bytes


def application(folder: Path) -> tuple[LogDirectory, Starlette]:
    """What is served, as of now; streams end after what they have to say first."""
    log = LogDirectory(folder)
    log.refresh()
    closing = Closing()
    closing.close()
    return log, create_application(log, closing, PAGE)


def paths() -> set[str]:
    return {route.path for route in routes_of(application(Path("nowhere"))[1])}


async def answered(app: Starlette, path: str, asked: Asked) -> Answer:
    """What the application says, as a server would hand the request to it."""
    sent: list[Message] = []
    size = 0
    bodies = [{"type": "http.request", "body": asked.body, "more_body": False}]

    async def receive() -> Message:
        if bodies:
            return bodies.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal size
        size += len(message.get("body", b""))
        assert size <= MOST_ANSWER
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": asked.query,
        "root_path": "",
        "headers": [(b"host", b"localhost"), *asked.headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 6006),
    }
    await app(scope, receive, send)
    assert not sent[-1].get("more_body")
    head = sent.pop(0)
    body = b"".join(message.get("body", b"") for message in sent)
    return Answer(head["status"], dict(head["headers"]), body)


def no_number(text: str) -> NoReturn:
    raise AssertionError(f"{text} is not JSON")


def hold(app: Starlette, path: str, asked: Asked, size: int) -> Answer:
    """Ask, and hold the answer to what is promised; `size` is that of the log."""
    tracemalloc.start()
    try:
        answer = asyncio.run(answered(app, path, asked))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= MOST_MEMORY + 64 * size
    assert answer.status in (200, 206, 304) or 400 <= answer.status < 500
    is_json = answer.headers.get(b"content-type", b"").startswith(b"application/json")
    if answer.status >= 400 and asked.method != "HEAD":
        assert is_json
        document = json.loads(answer.body)
        assert list(document) == ["error"]
        assert 0 < len(document["error"]) < 1000
    elif is_json and answer.status == 200 and asked.method != "HEAD":
        json.loads(answer.body, parse_constant=no_number)
    return answer


@pytest.fixture(autouse=True)
def bounded_addresses() -> Iterator[None]:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MORE_ADDRESSES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def test_every_route_is_tried() -> None:
    assert paths() == set(REQUESTS)


@pytest.mark.parametrize("path", REQUESTS)
@HOSTILE
@given(data=st.data(), hostile=logs())
def test_hostile_requests_of_hostile_logs(path: str, data: Any, hostile: Log) -> None:
    with TemporaryDirectory() as folder:
        hostile.write(Path(folder))
        log, app = application(Path(folder))
        files = log.file_list()[1]
        graphs = json.loads(hold(app, "/api/models", Asked(), hostile.size()).body)["models"]
        graph = graphs[0]["graph"].encode() if graphs else b"0"
        for asked in data.draw(st.lists(REQUESTS[path], min_size=1, max_size=4), label="requests"):
            first = files[0].id.encode() if files else b"r0"
            hold(
                app,
                path.replace("{name:path}", "x"),
                asked._replace(query=asked.query.replace(b"FILE", first).replace(b"GRAPH", graph)),
                hostile.size(),
            )


@settings(HOSTILE, max_examples=2 * EXAMPLES)
@given(hostile=logs())
def test_everything_of_hostile_logs(hostile: Log) -> None:
    ask_for_everything(hostile)


#: They take longer than all others together, and are of a kind of which there are others.
_LONG = {
    "text filled up",
    "tensor filled up",
    "a layout of many charts",
    "a layout of many empty categories",
    "a long list of hyper-parameters",
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in _LONG)) for name in SIGHTINGS])
def test_everything_of_what_was_seen(name: str) -> None:
    ask_for_everything(Log({b"a": SIGHTINGS[name]}))


def ask_for_everything(hostile: Log) -> None:
    """What the page asks for by itself, and every value of the log in every form."""
    with TemporaryDirectory() as folder:
        hostile.write(Path(folder))
        log, app = application(Path(folder))
        size = hostile.size()
        for path in ("catalogue", "runs", "kinds", "files", "layouts", "descriptions", "models", "live"):
            assert hold(app, f"/api/{path}", Asked(), size).status == 200
        runs = [run.id for run in log.catalogue().runs]
        for tag in [tag.id for tag in log.catalogue().tags if tag.kind == "scalars"]:
            for axis in ("step", "wall", "relative"):
                chart = {"tag": tag, "runs": runs, "pixels": 800, "axis": axis}
                body = json.dumps({"charts": [chart, {**chart, "smoothing": {"kind": "ema", "amount": 0.6}}]}).encode()
                assert hold(app, "/api/scalars", Asked(body=body, method="POST"), size).status == 200
            for kind in (b"csv", b"json"):
                query = b"tag=%s&runs=%s&format=%s" % (tag.encode(), ",".join(runs).encode(), kind)
                assert hold(app, "/api/series", Asked(query), size).status == 200
        tags = [tag.id for tag, _ in log.value_tags()[1]]
        for at in (None, {"axis": "step", "x": 0}, {"axis": "relative", "x": 1e9}):
            body = json.dumps({"tags": tags, "runs": runs, "at": at, "values": True}).encode()
            assert hold(app, "/api/values", Asked(body=body, method="POST"), size).status == 200
            curves = [tag.id for tag, _ in log.value_tags()[1] if tag.kind == "pr_curves"]
            body = json.dumps({"tags": curves, "runs": runs, "at": at}).encode()
            assert hold(app, "/api/pr_curves", Asked(body=body, method="POST"), size).status == 200
        for model in json.loads(hold(app, "/api/models", Asked(), size).body)["models"]:
            for phase in model["phases"]:
                query = f"run={model['run']}&graph={model['graph']}&phase={phase}".encode()
                hold(app, "/api/model", Asked(query), size)
                for more in (b"part?group=0", b"part?group=0&fold=true", b"details?group=0", b"details?node=0"):
                    route, _, named = more.partition(b"?")
                    hold(app, f"/api/model/{route.decode()}", Asked(query + b"&" + named), size)
                for words in (b"a", b"shape:[...]", b"parameters%3E0", b"source:x"):
                    hold(app, "/api/model/search", Asked(query + b"&query=" + words), size)
                hold(app, "/api/model/reach", Asked(query + b"&group=0"), size)
        for tag_info, counts in log.value_tags()[1]:
            for run, count in counts.items():
                query = f"tag={tag_info.id}&run={run}".encode()
                hold(app, "/api/values", Asked(query), size)
                hold(app, "/api/histograms", Asked(query), size)
                hold(app, "/api/pr_curves", Asked(query), size)
                for index in {0, count - 1}:
                    for form in (b"", b"&format=raw", b"&format=media", b"&format=media&width=16"):
                        hold(app, "/api/value", Asked(query + b"&index=%d" % index + form), size)
                    picture = {"tag": tag_info.id, "run": run, "index": index}
                    body = json.dumps({"pictures": [picture, picture | {"width": 16}]}).encode()
                    assert hold(app, "/api/pictures", Asked(body=body, method="POST"), size).status == 200


@pytest.mark.parametrize("path", sorted(REQUESTS))
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_any_method(path: str, method: str, tmp_path: Path) -> None:
    _, app = application(tmp_path)
    answer = asyncio.run(answered(app, path.replace("{name:path}", "x"), Asked(method=method)))
    assert answer.status < 500
