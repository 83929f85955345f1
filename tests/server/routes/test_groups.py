"""Groups of runs through HTTP: what is computed of every run alone, put together by hand."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cutaway.store.log_directory import LogDirectory

CHART = {"tag": "t0", "groups": [["r0", "r1"], ["r2"]], "pixels": 800}


@pytest.fixture
def filled(log: LogDirectory, write: Callable[..., None]) -> LogDirectory:
    for number, name in enumerate("abc"):
        write(name, {step: math.sin(step / 300) + number for step in range(0, 4000, number + 1)})
    log.refresh()
    write("d", {0: 1.0}, tag="other")
    log.refresh()
    return log


def ask(client: Any, decode: Callable[[bytes], Any], **settings: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    response = client.post("/api/groups", json={"charts": [CHART | settings]})
    assert response.status_code == 200, response.content
    header, columns = decode(response.content)
    chart = header["charts"][0]
    return chart, [
        {
            name: column[slice(*group["marks" if name.startswith("mark_") else "buckets"])]
            for name, column in columns.items()
        }
        for group in chart["groups"]
    ]


@pytest.mark.usefixtures("filled")
def test_means_of_buckets(client: Any, decode: Callable[[bytes], Any]) -> None:
    chart, (both, alone) = ask(client, decode)
    size = 2 ** chart["level"]

    def mean(number: int, bucket: int) -> float:
        steps = [step for step in range(bucket * size, (bucket + 1) * size) if step < 4000 and not step % (number + 1)]
        return float(np.mean([np.float32(math.sin(step / 300) + number) for step in steps]))

    assert both["bucket"].tolist() == list(range(math.ceil(4000 / size)))
    assert set(both["runs"].tolist()) == {2}
    for idx in (0, 17, len(both["bucket"]) - 1):
        bucket = int(both["bucket"][idx]) + chart["origin"]
        first, second = mean(0, bucket), mean(1, bucket)
        assert both["mean"][idx] == pytest.approx((first + second) / 2)
        assert both["median"][idx] == pytest.approx((first + second) / 2)
        assert (both["lowest_mean"][idx], both["highest_mean"][idx]) == (pytest.approx(first), pytest.approx(second))
        assert both["deviation"][idx] == pytest.approx(abs(second - first) / math.sqrt(2))
        assert both["confidence"][idx] == pytest.approx(12.7062 * both["error"][idx])
        assert alone["mean"][idx] == pytest.approx(mean(2, bucket))
        assert math.isnan(alone["deviation"][idx])


@pytest.mark.usefixtures("filled")
def test_views(client: Any, decode: Callable[[bytes], Any]) -> None:
    zoomed, (part, _) = ask(client, decode, range=[1000, 1100])
    assert zoomed["level"] < ask(client, decode)[0]["level"]
    # With buckets finer than its steps, a run is on the line between its points.
    assert set(part["runs"].tolist()) == {2}
    smooth, _ = ask(client, decode, smoothing={"kind": "mean", "amount": 400}), None
    raw = ask(client, decode)[1][0]["mean"]
    assert np.abs(np.diff(smooth[1][0]["mean"])).max() < np.abs(np.diff(raw)).max()
    assert ask(client, decode, scale="log")[0]["scale"] == "log"


def test_ends_are_not_made_up(
    log: LogDirectory, client: Any, write: Callable[..., None], decode: Callable[[bytes], Any]
) -> None:
    """A run that ended takes no part any more, a restart is part of its run, and NaN is no number."""
    write("long", dict.fromkeys(range(1000), 0.0))
    write("short", dict.fromkeys(range(500), 10.0))
    write("broken", dict.fromkeys(range(1000), math.nan))
    log.refresh()
    names = {run.name: run.id for run in log.catalogue().runs}
    chart, (group,) = ask(client, decode, groups=[[names["long"], names["short"], names["broken"]]])
    assert chart["marked"] == [names["broken"]]
    assert group["mark_nan"].sum() == 1000
    assert group["runs"].tolist() == [2] * 250 + [1] * 250 or set(group["runs"].tolist()) == {1, 2}
    half = len(group["runs"]) // 2
    np.testing.assert_array_equal(group["mean"][: half - 1], 5.0)
    np.testing.assert_array_equal(group["mean"][half + 1 :], 0.0)


def test_a_restart_is_part_of_its_run(
    log: LogDirectory, client: Any, write: Callable[..., None], decode: Callable[[bytes], Any]
) -> None:
    write("a", dict.fromkeys(range(100), 1.0))
    write("a", dict.fromkeys(range(100), 3.0))
    log.refresh()
    _, (group,) = ask(client, decode, groups=[["r0"]])
    assert set(group["runs"].tolist()) == {1}
    np.testing.assert_allclose(group["mean"], 2.0)


def test_what_the_means_hide(
    log: LogDirectory, client: Any, write: Callable[..., None], decode: Callable[[bytes], Any]
) -> None:
    """A spike and values that are not finite, each in one run of many points, in either of two groups and charts."""
    for rank in range(4):
        odd = {0: {1000: 1000.0}, 2: {2000: math.nan, 3000: -math.inf}}.get(rank, {})
        write(f"rank_{rank}", dict.fromkeys(range(4000), 1.0) | odd)
    log.refresh()
    charts = [
        {"tag": "t0", "groups": groups, "pixels": 100} for groups in ([["r3", "r1"], ["r1", "r2", "r0"]], [["r2"]])
    ]
    header, columns = decode(client.post("/api/groups", json={"charts": charts}).content)
    told = []
    for chart in header["charts"]:
        width = 2 ** chart["level"]
        for group in chart["groups"]:
            (low, high), (start, end) = group["buckets"], group["marks"]
            marks = [
                (chart["marked"][run], int(chart["origin"] + bucket) * width, *map(int, counts))
                for run, bucket, *counts in zip(
                    *(columns[name][start:end] for name in ("mark_run", "mark_bucket", "mark_nan", "mark_pos_inf")),
                    columns["mark_neg_inf"][start:end],
                    strict=True,
                )
            ]
            told.append((columns["min"][low:high].min(), columns["max"][low:high].max(), marks))
    marks = [("r2", 2000 // width * width, 1, 0, 0), ("r2", 3000 // width * width, 0, 0, 1)]
    assert told == [(1.0, 1.0, []), (1.0, 1000.0, marks), (1.0, 1.0, marks)]


@pytest.mark.usefixtures("filled")
def test_nothing(client: Any, decode: Callable[[bytes], Any]) -> None:
    chart, groups = ask(client, decode, groups=[[], ["r3"]])
    assert chart["range"] is None
    assert all(len(group["bucket"]) == 0 for group in groups)
    assert ask(client, decode, groups=[])[1] == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("settings", "status", "reason"),
    [
        ({"groups": None}, 400, "charts[0].groups must be a list of at most 1,000 groups"),
        ({"groups": [[]] * 1001}, 400, "charts[0].groups must be a list of at most 1,000 groups"),
        ({"groups": ["r0"]}, 400, "charts[0].groups[0] must be a list of ids of runs"),
        ({"groups": [["r9"]]}, 404, "there is no scalar tag or run with the id 'r9'"),
        ({"tag": 3}, 400, "charts[0].tag must be the id of a tag"),
        ({"pixels": 0}, 400, "charts[0].pixels must be a number"),
    ],
)
def test_what_is_refused(client: Any, settings: dict[str, Any], status: int, reason: str) -> None:
    response = client.post("/api/groups", json={"charts": [CHART | settings]})
    assert response.status_code == status
    assert reason in response.json()["error"]
