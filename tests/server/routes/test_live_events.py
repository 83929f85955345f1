"""The event stream through a real server, while files grow."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import numpy as np
from tests.patience import PATIENCE

from cutaway import SummaryWriter
from cutaway.server.viewer import Viewer


def changes(response: httpx.Response) -> Iterator[dict[str, Any]]:
    """The events as they come; each must be of the documented form."""
    lines: list[str] = []
    for line in response.iter_lines():
        if line:
            lines.append(line)
            continue
        fields = dict(text.partition(": ")[::2] for text in lines if not text.startswith(":"))
        lines = []
        if fields:
            change = json.loads(fields["data"])
            assert fields["event"] == "change"
            assert fields["id"] == str(change["revision"])
            yield change


def until(events: Iterator[dict[str, Any]], condition: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    seen = []
    for event in events:
        seen.append(event)
        if condition(event):
            return seen
    raise AssertionError("the stream ended")


def test_growth_is_told(serve: Callable[..., Viewer], http: httpx.Client, write: Callable[..., None]) -> None:
    write("a", {0: 1.0})
    write("b", {0: 1.0})
    viewer = serve()
    with http.stream("GET", viewer.url + "api/live") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        events = changes(response)
        first = until(events, lambda event: event["loading"]["points"] == 2)
        assert first[0]["structure"]
        assert {run["id"] for event in first for run in event["runs"]} == {"r0", "r1"}
        write("b", {1: 2.0, 2: 3.0})
        grown = until(events, lambda event: event["loading"]["points"] == 4)
        assert [(run["id"], run["points"], run["last_step"]) for run in grown[-1]["runs"]] == [("r1", 3, 2)]
        assert not any(event["structure"] for event in grown)
        write("c", {0: 1.0})
        until(events, lambda event: event["structure"] and event["loading"]["points"] == 5)
        revisions = [event["revision"] for event in first + grown]
        assert revisions == sorted(set(revisions))
    catalogue = http.get(viewer.url + "api/catalogue").json()
    assert [run["name"] for run in catalogue["runs"]] == ["a", "b", "c"]


def test_a_new_connection_starts_with_everything(
    serve: Callable[..., Viewer], http: httpx.Client, write: Callable[..., None]
) -> None:
    write("a", {0: 1.0})
    viewer = serve()
    for _ in range(2):
        with http.stream("GET", viewer.url + "api/live") as response:
            events = until(changes(response), lambda event: event["loading"]["done"])
            assert events[0]["structure"]
            if len(events) == 1:
                assert [run["id"] for run in events[0]["runs"]] == ["r0"]


def test_a_client_that_leaves_is_not_served_on(serve: Callable[..., Viewer], http: httpx.Client) -> None:
    viewer = serve()
    assert viewer._server is not None
    tasks = viewer._server.server_state.tasks
    with http.stream("GET", viewer.url + "api/live") as response:
        events = changes(response)
        next(events)
        (stream,) = tasks
    ended = Event()
    stream.get_loop().call_soon_threadsafe(stream.add_done_callback, lambda _: ended.set())
    assert ended.wait(timeout=PATIENCE)
    assert not stream.cancelled()


def test_head_has_an_end(serve: Callable[..., Viewer], http: httpx.Client) -> None:
    answer = http.head(serve().url + "api/live")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_open_streams_do_not_hold_the_end(serve: Callable[..., Viewer], http: httpx.Client) -> None:
    viewer = serve()
    with http.stream("GET", viewer.url + "api/live") as response:
        events = changes(response)
        next(events)
        viewer.stop()
        assert list(events) is not None
        # Ended as a stream ends, not cut off: iterating to the end would have raised httpx.RemoteProtocolError.
        assert response.is_stream_consumed
    assert not viewer._thread.is_alive()


def test_more_of_other_kinds_is_told_by_kind(serve: Callable[..., Viewer], http: httpx.Client, tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "log" / "a") as writer:

        def record(step: int) -> None:
            writer.add_histogram("weights", np.arange(5), step)
            writer.add_image("picture", np.zeros((2, 2, 3), np.uint8), step, dataformats="HWC")
            writer.add_text("note", "hello", step)

        writer.add_scalar("loss", 1.0, 0)
        record(0)
        viewer = serve()
        with http.stream("GET", viewer.url + "api/live") as response:
            events = changes(response)
            until(events, lambda event: any(len(run["kinds"]) == 4 for run in event["runs"]))
            before = http.get(viewer.url + "api/catalogue").json()
            for step in range(1, 101):
                record(step)
            writer.add_scalar("loss", 0.5, 101)
            grown = until(events, lambda event: event["loading"]["points"] == 2)
        after = http.get(viewer.url + "api/catalogue").json()
    told = [event for event in grown if event["revision"] > before["revision"]]
    assert told
    assert not any(event["structure"] for event in told)
    (earlier,), (later,) = before["runs"], after["runs"]
    assert all(at > earlier["kinds"][kind] for kind, at in later["kinds"].items())
    growing = ("points", "revision", "table_revision", "kinds", "last_wall_time", "last_step")
    assert {name for name in later if later[name] != earlier[name]} <= set(growing)
    assert {name for name in after if after[name] != before[name]} <= {"revision", "runs", "loading"}


def test_who_knows_a_catalogue_is_told_what_has_changed_since(
    serve: Callable[..., Viewer], http: httpx.Client, write: Callable[..., None]
) -> None:
    write("a", {0: 1.0})
    write("b", {0: 1.0})
    viewer = serve()
    with http.stream("GET", viewer.url + "api/live") as response:
        until(changes(response), lambda event: event["loading"]["done"] and event["loading"]["points"] == 2)
    known = http.get(viewer.url + "api/catalogue")
    name = known.headers["etag"].strip('"')
    write("b", {1: 2.0})
    with http.stream("GET", viewer.url + f"api/live?since={name}") as response:
        seen = until(changes(response), lambda event: event["loading"]["points"] == 3)
    assert {run["id"] for event in seen for run in event["runs"]} == {"r1"}
    assert min(event["revision"] for event in seen) > known.json()["revision"]
    for unknown in (f"another-{known.json()['revision']}", name.replace("-", "-x"), ""):
        with http.stream("GET", viewer.url + f"api/live?since={unknown}") as response:
            first = next(changes(response))
        assert [run["id"] for run in first["runs"]] == ["r0", "r1"]
        assert first["structure"]
