"""Layouts of charts and descriptions of tags: what logs say about how they are to be looked at."""

from pathlib import Path
from typing import Any

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
