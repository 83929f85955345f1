"""Charts through HTTP, and requests of every shape."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutaway.events import core
from cutaway.events.messages import SESSION_START, session_log
from cutaway.server.routing import MOST_BODY_BYTES
from cutaway.store.log_directory import LogDirectory
from cutaway.store.smoothing import Smoothing, smooth

CHART = {"tag": "t0", "runs": ["r0"], "axis": "step", "scale": "linear", "range": None, "pixels": 800}


@pytest.fixture
def filled(log: LogDirectory, write: Callable[..., None]) -> LogDirectory:
    write("a", {step: float(step) for step in range(5000)})
    write("b", {0: 1.0, 1: math.nan, 2: math.inf})
    write("b", {0: 0.5}, tag="other")
    log.refresh()
    return log


@pytest.mark.usefixtures("filled")
def test_charts(client: Any, decode: Callable[[bytes], Any]) -> None:
    charts = [CHART | {"runs": ["r0", "r1", "r0"]}, CHART | {"tag": "t1", "runs": ["r0", "r1"], "scale": "log"}]
    response = client.post("/api/scalars", json={"charts": charts})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/octet-stream"
    header, columns = decode(response.content)
    first, second = header["charts"]
    assert [(series["run"], series["count"], series["left_out"]) for series in first["series"]] == [
        ("r0", 5000, 0),
        ("r1", 3, 0),
    ]
    assert (first["tag"], first["axis"], first["scale"], first["range"]) == ("t0", "step", "linear", [0, 4999])
    a, b = first["series"]
    start, end = a["buckets"]
    k = first["origin"] + columns["bucket"][start:end].astype(np.int64)
    assert k.tolist() == list(range(math.floor(4999 / 2 ** first["level"]) + 1))
    assert columns["min"][start:end].tolist() == (k * 2 ** first["level"]).tolist()
    assert columns["max"][start:end].max() == 4999
    start, end = b["points"]
    assert columns["point_x"][start:end].tolist() == [0, 1, 2]
    np.testing.assert_array_equal(columns["point_y"][start:end], [1, math.nan, math.inf])
    assert b["marks"][0] == b["marks"][1]
    assert second["series"] == [
        {
            "run": "r1", "segment": 0, "count": 0, "recorded": 1, "left_out": 1, "between": None,
            "points": [end, end], "buckets": [a["buckets"][1]] * 2, "marks": [0, 0],
        }
    ]  # fmt: skip
    assert second["range"] is None
    types = {name: column["dtype"] for name, column in header["columns"].items()}
    assert types == {
        "point_x": "f8", "point_y": "f4", "bucket": "u4", "mean": "f4", "min": "f4", "max": "f4",
        "mark_bucket": "u4", "mark_nan": "u4", "mark_pos_inf": "u4", "mark_neg_inf": "u4",
    }  # fmt: skip


def test_values_that_float32_cannot_hold_are_f8(
    log: LogDirectory, client: Any, write: Callable[..., None], decode: Callable[[bytes], Any]
) -> None:
    write("a", {0: 0.1, 1: 0.2})
    log.refresh()
    columns = decode(client.post("/api/scalars", json={"charts": [CHART]}).content).columns
    assert columns["point_y"].tolist() == [0.1, 0.2]


def test_smoothing(log: LogDirectory, client: Any, write: Callable[..., None], decode: Callable[[bytes], Any]) -> None:
    values = {step: math.nan if step == 7 else math.sin(step / 40) + step % 3 for step in range(6000)}
    write("a", values)
    write("b", {0: 1.0, 1: 3.0})
    log.refresh()
    chart = CHART | {"runs": ["r0", "r1"], "smoothing": {"kind": "ema", "amount": 0.9}}
    whole = smooth(np.arange(6000), np.array(list(values.values()), np.float32), Smoothing("ema", 0.9))
    for x_range in (None, [100, 2000], [3000, 3010]):
        header, columns = decode(
            client.post("/api/scalars", json={"charts": [chart | {"range": x_range}, CHART]}).content
        )
        smoothed, other = header["charts"][0]["series"]
        start, end = smoothed["points"]
        expected = whole[columns["point_x"][start:end].astype(int)]
        np.testing.assert_allclose(columns["point_smooth"][start:end], expected, rtol=1e-6)
        start, end = smoothed["buckets"]
        size = 2 ** header["charts"][0]["level"]
        numbers = header["charts"][0]["origin"] + columns["bucket"][start:end].astype(int)
        means = [np.nanmean(whole[number * size : (number + 1) * size]) for number in numbers]
        np.testing.assert_allclose(columns["smooth"][start:end], means, rtol=1e-5)
        # Of a chart without smoothing, the plain ones.
        plain = header["charts"][1]["series"][0]
        start, end = plain["buckets"]
        np.testing.assert_array_equal(columns["smooth"][start:end], columns["mean"][start:end])
        start, end = other["points"]
        assert len(columns["point_smooth"][start:end]) == end - start
    assert "smooth" not in decode(client.post("/api/scalars", json={"charts": [CHART]}).content).columns


@pytest.mark.usefixtures("filled")
def test_no_charts(client: Any, decode: Callable[[bytes], Any]) -> None:
    header, columns = decode(client.post("/api/scalars", json={"charts": []}).content)
    assert header["charts"] == []
    assert all(len(column) == 0 for column in columns.values())


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"tag": "t9"}, 404, "t9"),
        ({"runs": ["r9"]}, 404, "r9"),
        ({"tag": None}, 400, "charts[0].tag"),
        ({"tag": ["t0"]}, 400, "charts[0].tag"),
        ({"runs": "r0"}, 400, "charts[0].runs"),
        ({"runs": [0]}, 400, "charts[0].runs"),
        ({"axis": "time"}, 400, "charts[0].axis must be one of step, aligned, wall, relative, training, tag"),
        ({"axis": []}, 400, "charts[0].axis"),
        ({"scale": "sqrt"}, 400, "charts[0].scale"),
        ({"smoothing": 3}, 400, "charts[0].smoothing must be null or an object"),
        ({"smoothing": {"kind": "loess", "amount": 1}}, 400, "charts[0].smoothing.kind must be one of ema, time"),
        ({"smoothing": {"kind": "ema"}}, 400, "charts[0].smoothing.amount must be a finite number"),
        ({"smoothing": {"kind": "ema", "amount": 1}}, 400, "charts[0].smoothing: the amount of ema smoothing is 1"),
        ({"pixels": 15}, 400, "charts[0].pixels"),
        ({"pixels": 16_385}, 400, "charts[0].pixels"),
        ({"pixels": True}, 400, "charts[0].pixels"),
        ({"pixels": "800"}, 400, "charts[0].pixels"),
        ({"pixels": None}, 400, "charts[0].pixels"),
        ({"range": [1]}, 400, "charts[0].range"),
        ({"range": [2, 1]}, 400, "charts[0].range"),
        ({"range": [None, 1]}, 400, "charts[0].range"),
        ({"range": [False, True]}, 400, "charts[0].range"),
        ({"range": [0, 10**400]}, 400, "charts[0].range"),
    ],
)
def test_bad_charts(client: Any, change: dict[str, object], status: int, reason: str) -> None:
    response = client.post("/api/scalars", json={"charts": [CHART | change]})
    assert response.status_code == status
    assert reason in response.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"charts": {}}',
        b'{"charts": [1]}',
        b'{"charts": [{"tag": "t0", "runs": [], "pixels": NaN}]}',
        b'{"charts": [{"tag": "t0", "runs": [], "pixels": 800, "range": [0, Infinity]}]}',
        b"[" * 100_000,
        b'{"charts": [' + b"9" * 5000 + b"]}",
        b"\xff\xfe",
    ],
)
def test_bad_bodies(client: Any, body: bytes) -> None:
    response = client.post("/api/scalars", content=body)
    assert response.status_code == 400
    assert response.json()["error"]


def test_too_much_is_refused(client: Any) -> None:
    response = client.post("/api/scalars", content=b" " * (MOST_BODY_BYTES + 1))
    assert (response.status_code, "larger than" in response.json()["error"]) == (413, True)
    response = client.post("/api/scalars", json={"charts": [{}] * 257})
    assert (response.status_code, "at most 256" in response.json()["error"]) == (400, True)


def test_get_is_not_accepted(client: Any) -> None:
    response = client.get("/api/scalars")
    assert 400 <= response.status_code < 500
    assert response.json()["error"]


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["t0", "r0", "wall"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CHARTS = st.fixed_dictionaries(
    {},
    optional={
        "tag": st.sampled_from(["t0", "t1"]) | JSON_VALUES,
        "runs": st.lists(st.sampled_from(["r0", "r1"]), max_size=3) | JSON_VALUES,
        "axis": st.sampled_from(["step", "wall"]) | JSON_VALUES,
        "scale": st.sampled_from(["linear", "log"]) | JSON_VALUES,
        "range": st.tuples(st.floats(), st.floats()).map(sorted) | JSON_VALUES,
        "pixels": st.integers(16, 16_384) | JSON_VALUES,
    },
)


@pytest.mark.usefixtures("filled")
@settings(
    max_examples=3 * settings().max_examples,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=st.fixed_dictionaries({"charts": st.lists(CHARTS, max_size=2) | JSON_VALUES}) | JSON_VALUES)
def test_no_request_is_a_500(client: Any, document: object) -> None:
    response = client.post("/api/scalars", content=json.dumps(document))
    assert response.status_code in (200, 400, 404)
    assert response.status_code == 200 or response.json()["error"]


def header_of(client: Any, decode: Callable[[bytes], Any], **chart: Any) -> Any:
    response = client.post("/api/scalars", json={"charts": [CHART | chart]})
    assert response.status_code == 200, response.content
    found = decode(response.content)
    return found.header["revision"], found.header["charts"][0], found.columns


def test_only_what_has_changed_is_sent_again(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any], write: Callable[..., None]
) -> None:
    write("a", dict.fromkeys(range(700), 1.0))
    write("b", dict.fromkeys(range(700), 2.0))
    log.refresh()
    runs = ["r0", "r1"]
    revision, chart, _ = header_of(client, decode, runs=runs)
    assert chart["unchanged"] == []
    known = {"revision": revision, **{name: chart[name] for name in ("axis", "level", "origin")}}
    _, chart, columns = header_of(client, decode, runs=runs, known=known)
    assert (chart["unchanged"], chart["series"], len(columns["point_x"])) == (runs, [], 0)
    write("b", {700: 2.0})
    log.refresh()
    _, chart, columns = header_of(client, decode, runs=runs, known=known)
    assert chart["unchanged"] == ["r0"]
    assert [series["run"] for series in chart["series"]] == ["r1"]
    assert chart["series"][0]["count"] == 701
    # With buckets of another width everything is sent again.
    write("b", {100_000: 2.0})
    log.refresh()
    _, chart, _ = header_of(client, decode, runs=runs, known=known)
    assert chart["level"] > known["level"]
    assert [series["run"] for series in chart["series"]] == runs
    assert chart["unchanged"] == []


def test_against_time_since_the_start_and_another_tag(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any], write: Callable[..., None]
) -> None:
    write("a", {10: 1.0, 11: 2.0, 12: 3.0})
    write("a", {10: 0.5, 12: 1.5}, tag="epoch")
    log.refresh()
    _, chart, columns = header_of(client, decode, tag=log.tag_id("loss"), axis="relative")
    start = log.clocks(["r0"])["r0"].start
    expected = [part.points.wall_time - start for part in log.scalars(log.tag_id("loss"), ["r0"])["r0"]]
    assert columns["point_x"].tolist() == np.concatenate(expected).tolist()
    assert chart["axis"] == "relative"
    tags = {"tag": log.tag_id("loss"), "x_tag": log.tag_id("epoch")}
    _, chart, columns = header_of(client, decode, axis="tag", **tags)
    assert (columns["point_x"].tolist(), columns["point_y"].tolist()) == ([0.5, 1, 1.5], [1, 2, 3])
    assert [(one["left_out"], one["between"]) for one in chart["series"]] == [(0, "interpolated")]
    assert header_of(client, decode, axis="aligned", tag=log.tag_id("loss"))[2]["point_x"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("values", "x", "between"),
    [
        ([0, 1, 2], [0] * 20 + [1] * 20 + [2] * 10, "held"),
        ([0, 1000, 2000], [50 * step for step in range(41)], "interpolated"),
        ([0, 1000, 0], [0, 1000, 0], "joined"),
    ],
)
def test_another_tag_that_was_recorded_every_20_steps(
    log: LogDirectory,
    client: Any,
    decode: Callable[[bytes], Any],
    write: Callable[..., None],
    values: list[float],
    x: list[float],
    between: str,
) -> None:
    write("a", {step: float(step) for step in range(50)})
    write("a", dict(zip((0, 20, 40), map(float, values), strict=True)), tag="other")
    log.refresh()
    tags = {"tag": log.tag_id("loss"), "x_tag": log.tag_id("other")}
    _, chart, columns = header_of(client, decode, axis="tag", pixels=16_000, **tags)
    assert [(one["left_out"], one["between"]) for one in chart["series"]] == [(50 - len(x), between)]
    if between != "held":
        assert columns["point_x"].tolist() == pytest.approx(sorted(x))
    assert chart["range"] == [0, max(x)]
    groups = {"groups": [["r0"]], "axis": "tag", "pixels": 800} | tags
    header, _ = decode(client.post("/api/groups", json={"charts": [groups]}).content)
    assert (header["charts"][0]["between"], header["charts"][0]["left_out"]) == ([between], 50 - len(x))


def test_runs_by_words_of_their_names(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any], write: Callable[..., None]
) -> None:
    for name in ("lr=0.1/Adam", "lr=0.1/sgd", "lr=0.01/adam"):
        write(name, {0: 1.0, 1: 2.0})
    log.refresh()
    names = {run.id: run.name for run in log.catalogue().runs}
    for words, expected in (("adam 0.1", ["lr=0.1/Adam"]), ("", list(names.values())), ("nothing", [])):
        _, chart, _ = header_of(client, decode, runs={"matching": words})
        assert [names[series["run"]] for series in chart["series"]] == expected


def test_what_was_superseded_on_request(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any], tmp_path: Path
) -> None:
    path = tmp_path / "log" / "a" / "events.out.tfevents.1000.host.1.0"
    path.parent.mkdir(parents=True)
    records = [core.encode(1000.0 + step, step, ("loss",), (float(step),)) for step in range(6)]
    records.append(core.frame(session_log(1006.0, SESSION_START, 3)))
    records += [core.encode(1007.0, 3, ("loss",), (7.0,)), core.encode(1008.0, 4, ("loss",), (8.0,))]
    path.write_bytes(b"".join(records))
    log.refresh()
    shown = [header_of(client, decode, superseded=each)[1]["series"] for each in (False, True)]
    assert [[series["count"] for series in each] for each in shown] == [[5], [6, 2]]
    plain = client.get("/api/series?tag=t0&runs=r0").text.splitlines()
    every = client.get("/api/series?tag=t0&runs=r0&superseded=true").text.splitlines()
    assert (len(plain), len(every)) == (6, 9)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("chart", "reason"),
    [
        ({"axis": "tag"}, 'x_tag must be the id of a tag where the axis is "tag"'),
        ({"x_tag": "t0"}, 'x_tag must be the id of a tag where the axis is "tag", and nowhere else'),
        ({"details": 1}, "details must be true or false"),
        ({"superseded": 1}, "superseded must be true or false"),
        ({"known": {"revision": 1}}, "known must be null or an object with axis, level, origin, revision"),
        ({"known": {"axis": "step", "level": True, "origin": 0, "revision": 1}}, "known must be null"),
        ({"runs": {"matching": 3}}, "or an object with words of their names"),
    ],
)
def test_what_these_do_not_accept(client: Any, chart: dict[str, Any], reason: str) -> None:
    response = client.post("/api/scalars", json={"charts": [CHART | chart]})
    assert response.status_code == 400
    assert reason in response.json()["error"]


def test_a_request_for_too_many_lines(client: Any, filled: LogDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.server.chart_request.MOST_LINES", 3)
    chart = CHART | {"runs": ["r0", "r1"]}
    assert client.post("/api/scalars", json={"charts": [chart]}).status_code == 200
    groups = {"tag": "t0", "groups": [["r0", "r1"], ["r0", "r1"]], "pixels": 800}
    for route, charts in (("scalars", [chart, chart]), ("groups", [groups])):
        response = client.post(f"/api/{route}", json={"charts": charts})
        assert response.status_code == 413
        assert "4 lines are asked for" in response.json()["error"]


@pytest.mark.usefixtures("filled")
def test_many_charts_share_the_buckets(client: Any, decode: Callable[[bytes], Any]) -> None:
    response = client.post("/api/scalars", json={"charts": [CHART | {"pixels": 16_384}] * 256})
    header, columns = decode(response.content)
    assert len(columns["bucket"]) <= 1_000_000
    assert {chart["level"] for chart in header["charts"]} == {1}


@pytest.mark.usefixtures("filled")
def test_counts_first_and_last_of_buckets(client: Any, decode: Callable[[bytes], Any]) -> None:
    _, chart, columns = header_of(client, decode, details=True)
    width = 2 ** chart["level"]
    assert columns["count_in_bucket"].sum() + len(columns["point_x"]) == 5000
    assert columns["first"].tolist() == (columns["bucket"].astype(int) * width).tolist() == columns["min"].tolist()
    assert columns["last"].tolist() == columns["max"].tolist()
    both = [CHART, CHART | {"details": True}]
    _, columns = decode(client.post("/api/scalars", json={"charts": both}).content)
    half = len(columns["bucket"]) // 2
    assert not columns["count_in_bucket"][:half].any()
    assert columns["count_in_bucket"][half:].all()


def test_the_last_of_several_attempts(log: LogDirectory, client: Any, decode: Callable[[bytes], Any]) -> None:
    for number, steps in enumerate([range(30), range(10)]):
        folder = Path(log.path) / "a"
        folder.mkdir(parents=True, exist_ok=True)
        time = 1000.0 + 500 * number
        records = b"".join(core.encode(time + step, step, ["loss"], [float(number)]) for step in steps)
        (folder / f"events.out.tfevents.{time:.0f}.host.{number}.0").write_bytes(records)
    log.refresh()
    assert client.get("/api/catalogue").json()["runs"][0]["attempts"] == 2

    def asked(**more: Any) -> list[tuple[int, float]]:
        body = {"charts": [CHART | {"axis": "relative", **more}]}
        header, columns = decode(client.post("/api/scalars", json=body).content)
        return [
            (series["count"], float(columns["point_x"][series["points"][0]]))
            for series in header["charts"][0]["series"]
        ]

    assert asked() == asked(attempts="all") == [(30, 0.0), (10, 500.0)]
    assert asked(attempts="last") == [(10, 0.0)]
    assert client.post("/api/scalars", json={"charts": [CHART | {"attempts": "first"}]}).status_code == 400
    rows = client.get("/api/series?tag=t0&runs=r0&format=json&attempts=last").json()
    assert [row[1] for row in rows] == list(range(10))
    stretch = {"tag": "t0", "runs": ["r0"], "from": "relative", "to": "step", "range": [0, 4]}
    assert client.post("/api/translate", json=stretch | {"attempts": "last"}).json() == {"range": [0.0, 4.0]}
