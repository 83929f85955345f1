"""Layouts of charts and descriptions of tags: what logs say about how they are to be looked at."""

from pathlib import Path
from typing import Any

import pytest

from cutaway import SummaryWriter
from cutaway.store.log_directory import LogDirectory

LAYOUT = {
    "losses": {"train and val": ["Multiline", ["loss/.*"]]},
    "spread": {"mean": ["Margin", ["mean", "low", "high"]]},
}


def test_one_category_for_each_title(log: LogDirectory, client: Any, tmp_path: Path) -> None:
    for name, layout in (
        ("a", LAYOUT),
        ("b", {"losses": {**LAYOUT["losses"], "others": ["Multiline", ["x"]]}}),
        ("old", {"gone": {"gone": ["Multiline", ["gone"]]}}),
    ):
        with SummaryWriter(tmp_path / "log" / name) as writer:
            writer.add_custom_scalars(layout)
            writer.add_scalar("loss/a", 1.0, 0)
    with SummaryWriter(tmp_path / "log" / "old") as writer:
        writer.add_custom_scalars({})
    log.refresh()
    answer = client.get("/api/layouts")
    categories = {category["title"]: category["charts"] for category in answer.json()["categories"]}
    assert list(categories) == ["losses", "spread"]
    assert categories["losses"] == [
        {"title": "train and val", "tags": ["loss/.*"], "margins": []},
        {"title": "others", "tags": ["x"], "margins": []},
    ]
    assert categories["spread"] == [{"title": "mean", "tags": [], "margins": [["mean", "low", "high"]]}]
    assert client.get("/api/layouts", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.get("/api/layouts?run=r0").status_code == 400


def test_a_layout_that_a_resumed_run_superseded_is_passed_over(log: LogDirectory, client: Any, tmp_path: Path) -> None:
    for name in ("a", "b"):
        with SummaryWriter(tmp_path / "log" / name) as writer:
            writer.add_custom_scalars({name: LAYOUT["losses"]})
    with SummaryWriter(tmp_path / "log" / "a", purge_step=0) as writer:
        writer.add_scalar("loss/a", 1.0, 0)
    log.refresh()
    answer = client.get("/api/layouts").json()
    assert [category["title"] for category in answer["categories"]] == ["b"]
    assert answer["left_out"] == {"layouts": 0, "charts": 0}


@pytest.mark.parametrize(
    ("most", "together", "shown", "left_out"),
    [(2000, 10_000, ["a", "b"], 1), (2000, 500, ["a"], 2), (10_000, 10_000, ["a", "b", "c"], 0)],
)
def test_each_layout_that_is_too_large_is_counted_once(
    log: LogDirectory,
    client: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    together: int,
    shown: list[str],
    left_out: int,
) -> None:
    """Of about 100, 1000 and 3000 bytes, where one may have `most` and all that many `together`."""
    monkeypatch.setattr("cutaway.server.routes.layouts.MOST_BYTES", most)
    monkeypatch.setattr("cutaway.server.routes.layouts.MOST_BYTES_TOGETHER", together)
    for name, length in (("a", 50), ("b", 900), ("c", 2900)):
        with SummaryWriter(tmp_path / "log" / name) as writer:
            writer.add_custom_scalars({name: {"chart": ["Multiline", ["x" * length]]}})
    log.refresh()
    answer = client.get("/api/layouts").json()
    assert [category["title"] for category in answer["categories"]] == shown
    assert answer["left_out"] == {"layouts": left_out, "charts": 0}


def test_descriptions_of_those_that_have_one(log: LogDirectory, client: Any, tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "log" / "a") as writer:
        writer.add_scalar("loss", 1.0, 0, summary_description="Mean over *the* batch")
        writer.add_scalar("plain", 1.0, 0)
        writer.add_scalar("named", 1.0, 0, display_name="Other name")
    log.refresh()
    answer = client.get("/api/descriptions")
    assert answer.json()["tags"] == {log.tag_id("loss"): "Mean over *the* batch"}
    assert client.get("/api/descriptions", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.get("/api/descriptions?x=1").status_code == 400
