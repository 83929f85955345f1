"""Histograms over steps, and their distributions."""

from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway import SummaryWriter
from cutaway.server.routes.histograms import FEWEST_WIDTHS, SHARES, joined, quantiles
from cutaway.store.kinds.histogram import Histogram
from cutaway.store.log_directory import LogDirectory


@pytest.fixture
def filled(log: LogDirectory, tmp_path: Path) -> LogDirectory:
    with SummaryWriter(tmp_path / "log" / "a") as writer:
        for step in range(30):
            writer.add_histogram("weights", np.arange(100.0) + step, step)
        writer.add_histogram("empty", np.empty(0), 0)
        writer.add_text("note", "hello")
    log.refresh()
    return log


def ids(client: Any) -> dict[str, str]:
    return {tag["name"].partition("/")[0]: tag["id"] for tag in client.get("/api/kinds").json()["tags"]}


@pytest.mark.usefixtures("filled")
def test_every_step(client: Any, decode: Callable[[bytes], Any]) -> None:
    response = client.get(f"/api/histograms?tag={ids(client)['weights']}&run=r0")
    header, columns = decode(response.content)
    assert (header["values"], header["shares"]) == (30, list(SHARES))
    assert columns["step"].tolist() == columns["row"].tolist() == list(range(30))
    assert len(columns["left"]) == len(columns["right"]) == len(columns["count"]) == columns["bins"].sum()
    assert columns["count"].sum() == 3000
    lowest, *_, highest = columns["quantile"].reshape(30, len(SHARES)).T
    assert lowest.tolist() == list(range(30))
    assert highest.tolist() == [99 + step for step in range(30)]


@pytest.mark.usefixtures("filled")
def test_fewer_are_spread_evenly(client: Any, decode: Callable[[bytes], Any]) -> None:
    response = client.get(f"/api/histograms?tag={ids(client)['weights']}&run=r0&most=4")
    _, columns = decode(response.content)
    assert columns["step"].tolist() == [0, 10, 19, 29]


@pytest.mark.usefixtures("filled")
def test_those_from_a_row_on(client: Any, decode: Callable[[bytes], Any]) -> None:
    address = f"/api/histograms?tag={ids(client)['weights']}&run=r0"
    header, columns = decode(client.get(f"{address}&from=28").content)
    assert (header["values"], columns["row"].tolist()) == (30, [28, 29])
    header, columns = decode(client.get(f"{address}&from=30").content)
    assert (header["values"], columns["row"].tolist()) == (30, [])


@pytest.mark.usefixtures("filled")
def test_narrow_bins_are_joined(client: Any, decode: Callable[[bytes], Any]) -> None:
    address = f"/api/histograms?tag={ids(client)['weights']}&run=r0"
    _, whole = decode(client.get(address).content)
    _, columns = decode(client.get(f"{address}&bins=8").content)
    assert 0 < columns["bins"].max() <= 8 < whole["bins"].max()
    assert columns["count"].sum() == 3000
    assert set(columns["left"]) <= set(whole["left"])
    assert columns["quantile"].tolist() == whole["quantile"].tolist()


def test_what_is_in_no_bin_and_what_is_damaged(
    log: LogDirectory, tmp_path: Path, client: Any, decode: Callable[[bytes], Any]
) -> None:
    with SummaryWriter(tmp_path / "log" / "a") as writer:
        writer.add_histogram("weights", np.array([1.0, np.nan, np.inf, np.inf, -np.inf, -np.inf, -np.inf]), 0)
        writer.add_histogram_raw("weights", 0, 3, 3, 6, 14, [1, 3, 2], [1, 1, 1], 7)
        writer.add_histogram("weights", np.ones(3), 8)
    log.refresh()
    header, columns = decode(client.get(f"/api/histograms?tag={ids(client)['weights']}&run=r0").content)
    assert [columns[name].tolist() for name in ("row", "nan", "pos_inf", "neg_inf")] == [[0, 2], [1, 0], [2, 0], [3, 0]]
    (damaged,) = header["damaged"]
    assert (header["damaged_count"], damaged["row"], damaged["step"]) == (1, 1, 7)
    assert "edges go back" in damaged["problem"]


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=60).map(sorted),
    st.integers(FEWEST_WIDTHS, 40),
    st.data(),
)
def test_joining_keeps_counts_and_ends(edges: list[float], widths: int, data: st.DataObject) -> None:
    size = len(edges) - 1
    counts = np.array(data.draw(st.lists(st.integers(0, 100), min_size=size, max_size=size)), float)
    found = joined(Histogram(np.array(edges), counts), widths)
    assert len(found.counts) <= max(widths, 1)
    assert found.counts.sum() == counts.sum()
    # Each edge is one that was there, with as many below it.
    assert (found.edges[0], found.edges[-1]) == (edges[0], edges[-1])
    below = dict(zip(edges, np.append(0, counts.cumsum()), strict=True))
    for edge, number in zip(found.edges[1:], found.counts.cumsum(), strict=True):
        assert below[edge] >= number


@pytest.mark.usefixtures("filled")
def test_nothing_in_it(client: Any, decode: Callable[[bytes], Any]) -> None:
    _, columns = decode(client.get(f"/api/histograms?tag={ids(client)['empty']}&run=r0").content)
    assert columns["bins"].tolist() == [0]
    assert np.isnan(columns["quantile"]).all()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "status"),
    [("run=r0", 400), ("tag=v9&run=r0", 404), ("tag={weights}&run=r9", 404), ("tag={note}&run=r0", 404),
     ("tag={weights}&run=r0&bins=1", 400), ("tag={weights}&run=r0&from=-1", 400),
     ("tag={weights}&run=r0&most=1", 400), ("tag={weights}&run=r0&most=x", 400), ("tag={weights}&run=r0&x=1", 400)],
)  # fmt: skip
def test_what_is_refused(client: Any, query: str, status: int) -> None:
    response = client.get(f"/api/histograms?{query.format(**ids(client))}")
    assert response.status_code == status
    assert response.json()["error"]


@pytest.mark.usefixtures("filled")
def test_too_many_bins_are_refused(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.server.routes.histograms.MOST_BINS", 100)
    response = client.get(f"/api/histograms?tag={ids(client)['weights']}&run=r0")
    assert response.status_code == 413
    assert "ask for fewer with most=" in response.json()["error"]


def test_the_shares_are_those_of_a_bell() -> None:
    bell = [round(NormalDist().cdf(deviations), 4) for deviations in (-1.5, -1, -0.5, 0, 0.5, 1, 1.5)]
    assert list(SHARES) == [0, *bell, 1]


def test_quantiles_are_even_within_a_bin() -> None:
    histogram = Histogram(np.array([0.0, 1.0, 2.0, 4.0, 5.0, 6.0]), np.array([0.0, 2.0, 0.0, 2.0, 0.0]))
    assert quantiles(histogram, [0, 0.25, 0.5, 0.75, 1]).tolist() == [1, 1.5, 4, 4.5, 5]
