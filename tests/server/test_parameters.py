"""Every route refuses what it does not know, and what is there twice, and says what it knows."""

from copy import deepcopy
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from tests.server.conftest import routes_of

from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory

#: The page and its files: proxies and notebooks put parameters of their own behind those addresses.
PAGE = {"/", "/{name:path}"}
#: Bodies that are right; what they are for is tried elsewhere.
CHART = {"tag": "t0", "runs": ["r0"], "pixels": 100}
BODIES: dict[str, dict[str, Any]] = {
    "/api/scalars": {"charts": [CHART]},
    "/api/groups": {"charts": [{"tag": "t0", "groups": [["r0"]], "pixels": 100}]},
    "/api/extremes": {"charts": [{"tag": "t0", "runs": ["r0"], "bucket": {"scale": "log", "level": 0, "number": 0}}]},
    "/api/translate": {"tag": "t0", "runs": ["r0"], "from": "step", "to": "wall", "range": [0, 1]},
    "/api/steps": {"runs": ["r0"]},
    "/api/wanted": {"runs": ["r0"]},
    "/api/values": {"tags": [], "runs": ["r0"], "at": {"axis": "step", "x": 0}, "values": True},
    "/api/pr_curves": {"tags": [], "runs": ["r0"], "at": {"axis": "step", "x": 0}},
    "/api/layers/map": {
        "run": "r0",
        "prefix": "watch",
        "kind": "gradient",
        "statistic": "rms",
        "rows": [[0]],
        "pixels": 100,
        "range": [0, 1],
        "of": "worst",
        "against": "median",
        "at": None,
    },
    "/api/layers/row": {"run": "r0", "prefix": "watch", "kind": "gradient", "row": 0, "pixels": 100, "range": [0, 1]},
    "/api/layers/cell": {"run": "r0", "prefix": "watch", "kind": "gradient", "rows": [0], "range": [0, 1]},
    "/api/pictures": {"pictures": [{"tag": "v0", "run": "r0", "index": 0, "part": 0, "width": 16}]},
}


def application(log: LogDirectory) -> Starlette:
    return create_application(log, Closing(), {})


def routes(log: LogDirectory) -> list[Route]:
    return [route for route in routes_of(application(log)) if route.path not in PAGE]


def reason(response: Any) -> str:
    assert response.status_code == 400, (response.status_code, response.content)
    error = response.json()["error"]
    assert isinstance(error, str)
    return error


def test_every_route_is_walked(log: LogDirectory) -> None:
    assert len(routes(log)) >= 15
    posts = {route.path for route in routes(log) if "POST" in (route.methods or ())}
    assert posts == set(BODIES)


def test_unknown_parameters(log: LogDirectory, client: Any) -> None:
    for route in routes(log):
        for method in route.methods or ():
            response = client.request(method, f"{route.path}?surely_unknown=1", json=BODIES.get(route.path))
            assert response.status_code == 400
            if method != "HEAD":
                assert "'surely_unknown'" in reason(response)
                assert "accepted" in reason(response)


def test_repeated_parameters(log: LogDirectory, client: Any) -> None:
    known = {
        "/api/catalogue": "tags",
        "/api/series": "runs",
        "/api/values": "run",
        "/api/value": "index",
        "/api/histograms": "most",
        "/api/pr_curves": "from",
        "/api/file": "id",
    }
    for route in routes(log):
        name = known.pop(route.path, None)
        if name is not None:
            assert f"{name} is given twice" in reason(client.get(f"{route.path}?{name}=0&{name}=0"))
    assert not known


@pytest.mark.parametrize("path", BODIES)
def test_unknown_names_in_bodies(client: Any, path: str) -> None:
    """In every object of a body, and what is accepted there is said."""
    places: list[tuple[Any, ...]] = [()]
    if "charts" in BODIES[path]:
        places += [("charts", 0), ("charts", 0, "bucket" if path == "/api/extremes" else "smoothing")]
    if path in ("/api/values", "/api/pr_curves"):
        places += [("at",), ("runs",)]
    if path == "/api/pictures":
        places += [("pictures", 0)]
    if path == "/api/scalars":
        places += [("charts", 0, "known"), ("charts", 0, "runs")]
    for place in places:
        body: Any = deepcopy(BODIES[path])
        inner = body
        for step in place:
            if isinstance(inner, dict) and step not in inner:
                inner[step] = {
                    "smoothing": {"kind": "ema", "amount": 0.5},
                    "known": {"axis": "step", "level": 0, "origin": 0, "revision": 0},
                }[step]
            if step == "runs":
                inner["runs"] = {"matching": ""}
            inner = inner[step]
        accepted = sorted(inner)
        inner["surely_unknown"] = 1
        error = reason(client.post(path, json=body))
        assert "'surely_unknown'" in error
        assert all(name in error.partition(";")[2] for name in accepted)


@pytest.mark.parametrize("path", BODIES)
def test_repeated_names_in_bodies(client: Any, path: str) -> None:
    assert "'a' is given twice" in reason(client.post(path, content=b'{"a": 1, "b": {}, "a": 2}'))
    assert "'x' is given twice" in reason(client.post(path, content=b'{"charts": [{"x": {"x": 1, "x": 1}}]}'))
