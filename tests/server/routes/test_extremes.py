"""Where extremes were recorded, through HTTP."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from cutaway.store.log_directory import LogDirectory

CHART = {"tag": "t0", "runs": ["r0", "r1"]}


@pytest.fixture
def filled(log: LogDirectory, write: Callable[..., None]) -> LogDirectory:
    write("a", dict.fromkeys(range(5000), 1.0) | {1234: 6.66, 3000: math.nan})
    write("b", {step: float(step) for step in range(0, 5000, 10)})
    log.refresh()
    write("c", {0: 1.0}, tag="other")
    log.refresh()
    return log


def ask(client: Any, **settings: Any) -> list[dict[str, Any]]:
    response = client.post("/api/extremes", json={"charts": [CHART | settings]})
    assert response.status_code == 200, response.content
    (chart,) = response.json()["charts"]
    assert chart["tag"] == "t0"
    found: list[dict[str, Any]] = chart["series"]
    return found


@pytest.mark.usefixtures("filled")
def test_of_everything(client: Any) -> None:
    first, second = ask(client)
    assert (first["run"], first["segment"], first["count"]) == ("r0", 0, 5000)
    assert (first["min"]["step"], first["min"]["value"]) == (0, 1.0)
    assert (first["max"]["step"], first["max"]["value"]) == (1234, pytest.approx(6.66))
    assert first["nan"]["count"] == 1
    assert (first["nan"]["first"]["step"], first["nan"]["first"]["value"]) == (3000, "NaN")
    assert first["pos_inf"] == {"count": 0, "first": None}
    assert (second["max"]["step"], second["max"]["x"], second["max"]["value"]) == (4990, 4990.0, 4990.0)
    assert first["near"] is None


@pytest.mark.usefixtures("filled")
def test_of_a_bucket_and_of_a_range(client: Any) -> None:
    first, second = ask(client, bucket={"scale": "linear", "level": 7, "number": 9}, near=1200.4)
    assert (first["count"], second["count"]) == (128, 12)
    assert (first["max"]["step"], second["max"]["step"]) == (1234, 1270)
    assert (first["near"]["step"], second["near"]["step"]) == (1200, 1200)
    (second,) = ask(client, runs=["r1"], range=[15, 29], near=29)
    assert (second["count"], second["near"]["step"]) == (1, 20)
    assert ask(client, runs=["r1"], range=[11, 19]) == []
    assert ask(client, runs=["r2"]) == []
    assert [series["run"] for series in ask(client, runs={"matching": "b"})] == ["r1"]


@pytest.mark.usefixtures("filled")
def test_over_time(client: Any) -> None:
    (series,) = ask(client, runs=["r1"], axis="relative")
    start = series["min"]["wall_time"]
    assert series["max"]["x"] == series["max"]["wall_time"] - start
    (series,) = ask(client, runs=["r1"], axis="wall", near=start, range=[start, start])
    assert series["near"]["step"] == 0


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("settings", "status", "reason"),
    [
        ({"tag": "t9"}, 404, "there is no scalar tag or run with the id 't9'"),
        ({"axis": "time"}, 400, "charts[0].axis must be one of step, aligned, wall, relative, training, tag"),
        ({"near": "1"}, 400, "charts[0].near must be null or a finite number"),
        ({"bucket": 3}, 400, "charts[0].bucket must be null or an object with a scale, a level and a number"),
        (
            {"bucket": {"scale": "linear", "level": 1.5, "number": 0}},
            400,
            "charts[0].bucket.level must be a whole number from -1,100 to 1,100",
        ),
        ({"bucket": {"scale": "linear", "level": 0, "number": 2**54}}, 400, "charts[0].bucket.number must be"),
        ({"bucket": {"scale": "cubic", "level": 0, "number": 0}}, 400, "charts[0].bucket.scale must be one of"),
        (
            {"bucket": {"scale": "linear", "level": 0, "number": 0}, "range": [0, 1]},
            400,
            "charts[0] must have a range or a bucket, not both",
        ),
        ({"pixels": 100}, 400, "there is no 'pixels' in charts[0]"),
    ],
)
def test_what_is_refused(client: Any, settings: dict[str, Any], status: int, reason: str) -> None:
    response = client.post("/api/extremes", json={"charts": [CHART | settings]})
    assert response.status_code == status
    assert reason in response.json()["error"]
