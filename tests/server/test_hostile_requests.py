"""Requests of any shape at every route: an answer, or 4xx with a reason, and never 500."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutaway.store.log_directory import LogDirectory

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**400), 10**400),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["t0", "r0", "r1", "step", "wall", "log", "linear", "ema", "mean"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
NAMES = ["tag", "runs", "groups", "axis", "scale", "range", "pixels", "smoothing"]
#: Near what is right, where most mistakes of a parser are.
CHARTS = st.fixed_dictionaries(
    {},
    optional={
        "tag": st.one_of(st.just("t0"), JSON),
        "runs": st.one_of(st.just(["r0", "r1"]), st.fixed_dictionaries({"matching": st.text(max_size=5)}), JSON),
        "groups": st.one_of(st.just([["r0"], ["r1", "r0"]]), JSON),
        "axis": st.one_of(st.sampled_from(["step", "wall", "relative", "tag"]), JSON),
        "x_tag": st.one_of(st.just("t0"), JSON),
        "superseded": st.one_of(st.booleans(), JSON),
        "details": st.one_of(st.booleans(), JSON),
        "known": st.one_of(
            st.fixed_dictionaries(
                {"axis": st.just("step"), "level": st.integers(), "origin": st.integers(), "revision": st.integers()}
            ),
            JSON,
        ),
        "scale": st.one_of(st.sampled_from(["linear", "log"]), JSON),
        "range": st.one_of(st.none(), st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=2), JSON),
        "pixels": st.one_of(st.integers(16, 16_384), JSON),
        "smoothing": st.one_of(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(["ema", "time", "gaussian", "mean"]), "amount": st.floats(0, 2000)}
            ),
            JSON,
        ),
    },
)
ROUTES = ["/api/scalars", "/api/groups"]
FEW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def filled(log: LogDirectory, write: Callable[..., None]) -> LogDirectory:
    write("a", {step: float(step) for step in range(300)})
    write("b", {-(2**63): 1.0, 0: float("nan"), 2**63 - 1: float("inf")})
    log.refresh()
    return log


def answered(response: Any) -> None:
    assert response.status_code == 200 or 400 <= response.status_code < 500, response.content
    if response.status_code != 200:
        reason = response.json()["error"]
        assert isinstance(reason, str)
        assert len(reason) < 500


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("route", ROUTES)
@FEW
@given(document=st.one_of(JSON, st.fixed_dictionaries({"charts": st.lists(CHARTS, max_size=3)})))
def test_any_document(client: Any, route: str, document: Any) -> None:
    answered(client.post(route, content=json.dumps(document).encode()))


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("route", ROUTES)
@FEW
@given(body=st.one_of(st.binary(max_size=100), st.just(b"[" * 100_000), st.just(b'{"charts": [' + b"{}," * 9000)))
def test_any_body(client: Any, route: str, body: bytes) -> None:
    answered(client.post(route, content=body))


@pytest.mark.usefixtures("filled")
@FEW
@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(["tag", "runs", "format", "superseded"]), st.text(max_size=10)),
            st.one_of(st.sampled_from(["t0", "r0", "r0,r1", "csv", "json", ",,"]), st.text(max_size=200)),
        ),
        max_size=5,
    )
)
def test_any_query(client: Any, pairs: list[tuple[str, str]]) -> None:
    answered(client.get("/api/series", params=[(name, value.replace("\ud800", "")) for name, value in pairs]))


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("route", ["/api/values", "/api/value", "/api/kinds"])
@FEW
@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(["tag", "run", "index", "part", "width", "format"]), st.text(max_size=10)),
            st.one_of(st.sampled_from(["v0", "t0", "r0", "0", "raw", "media"]), st.text(max_size=50)),
        ),
        max_size=6,
    )
)
def test_any_query_for_values(client: Any, route: str, pairs: list[tuple[str, str]]) -> None:
    answered(client.get(route, params=pairs))


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("route", [*ROUTES, "/api/series", "/api/runs", "/api/catalogue"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_any_method(client: Any, route: str, method: str) -> None:
    response = client.request(method, route)
    assert response.status_code < 500
