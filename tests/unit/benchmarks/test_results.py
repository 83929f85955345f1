"""What is kept of a run of the benchmarks, and what two of them say about each other."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from benchmarks import __main__ as runner
from benchmarks.curves import svg_of
from benchmarks.harness import Result, Row, Rows, compare, compare_together, on_curve, within_bound
from benchmarks.page import in_document, page_of, picture_name, row_of
from benchmarks.results import Chapter, Results, moves, only_in, read_results


def result(what: str, ours: list[float], peer: list[float], **more: object) -> Result:
    return Result(what, "a call", tuple(ours), "the peer", tuple(peer), **more)  # type: ignore[arg-type]


def results_of(*rows: Result, name: str = "bench_one") -> Results:
    chapter = Chapter(name, "One thing", "What it does not show.", "2026-01-02", rows=list(rows))
    return Results("2 cores", {name: chapter})


def run(rows: Rows) -> Chapter:
    chapter = Chapter("bench_one", "One thing", "", "2026-01-02")
    for row in runner._rows(rows, chapter):
        try:
            chapter.rows.append(row.measured())
        except RuntimeError as error:
            runner._fail(chapter, row.what, error)
    return chapter


def test_written_and_read_again(tmp_path: Path) -> None:
    kept = results_of(result("a", [1.0, 2.0], [2.0, 8.0], note="a note"), result("b", [1.0], [], measure="B"))
    kept.chapters["bench_one"].failures.append(("c", "TimeoutError: nothing after 300 s"))
    kept.write(tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == kept
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"machine": "", "chapters": [{}]}'])
def test_file_without_results(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(ValueError, match="has no results of benchmarks"):
        read_results(tmp_path / "results.json")


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ([2.0, 2.2, 1.9], [2.1, 2.0, 2.3], "same"),
        ([2.0, 2.2, 1.9], [1.8, 1.7, 1.85], "worse"),
        ([2.0, 2.2, 1.9], [2.3, 2.5, 2.4], "better"),
        # One round as before is enough to be the same.
        ([2.0, 2.2, 1.9], [1.0, 1.0, 1.95], "same"),
    ],
)
def test_moved_beyond_its_spread(before: list[float], after: list[float], verdict: str) -> None:
    ones = [1.0, 1.0, 1.0]
    (move,) = moves(results_of(result("a", ones, before)), results_of(result("a", ones, after)))
    assert move.verdict == verdict


def test_rows_that_are_in_one_file_alone() -> None:
    before, after = results_of(result("a", [1], [1])), results_of(result("b", [1], [1]))
    assert list(moves(before, after)) == []
    assert list(only_in(before, after)) == [("bench_one", "a")]


def test_compared_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    results_of(result("fast", [1, 1], [3, 4]), result("slow", [1, 1], [1, 1])).write(old)
    results_of(result("fast", [1, 1], [1, 2]), result("slow", [1, 1], [1, 1])).write(new)
    assert runner.main(["compare", str(old), str(new)]) == 1
    out = capsys.readouterr().out
    assert "worse" in out
    assert "bench_one: fast" in out
    assert "1 of 2 rows are within their own spread" in out
    assert runner.main(["compare", str(new), str(old)]) == 0
    assert runner.main(["compare", str(old)]) == 2
    assert runner.main(["compare", str(old), str(tmp_path / "none.json")]) == 2


def test_row_that_fails_ends_alone() -> None:
    def fail() -> None:
        raise RuntimeError("gone")

    def group() -> Rows:
        yield compare("first", fail, int, peer_name="the peer")
        yield compare("second", int, int, peer_name="the peer", units=1)
        raise RuntimeError("no server")

    def rows() -> Rows:
        yield group()
        yield compare("third", int, int, peer_name="the peer")

    chapter = run(rows())
    assert [row.what for row in chapter.rows] == ["second", "third"]
    assert chapter.failures == [("first", "RuntimeError: gone"), ("the rows after it", "RuntimeError: no server")]


def test_rows_of_the_same_rounds() -> None:
    calls: list[str] = []

    def side(name: str) -> tuple[float, float]:
        calls.append(name)
        return (1.0, 5.0) if name == "ours" else (2.0, 50.0)

    rows = compare_together(
        [("time", "s"), ("memory", "B")], lambda: side("ours"), lambda: side("peer"), peer_name="the peer", rounds=3
    )
    chapter = run(rows)
    assert [(row.what, row.measure, row.ratios()) for row in chapter.rows] == [
        ("time", "s", [2.0] * 3),
        ("memory", "B", [10.0] * 3),
    ]
    assert calls == ["ours", "peer"] * 4


def test_page(tmp_path: Path) -> None:
    points = [result(f"{at}", [at / 100.0] * 2, [at / 10.0] * 2, curve="runs", at=float(at)) for at in (10, 100, 1000)]
    kept = results_of(result("alone", [0.5], []), *points)
    kept.chapters["bench_one"].failures.append(("another", "OSError: no"))
    page = page_of(kept)
    assert "## One thing\n\nWhat it does not show.\n" in page
    assert "| alone | 500 ms a call | the peer | – | – |" in page
    assert "| 10 | 100 ms a call | the peer | 1 s a call | **10x** (10–10) |" in page
    assert "![runs: seconds from the command to the data](scale-runs.svg)" in page
    assert "Not measured: another (OSError: no)." in page
    picture = ET.fromstring(svg_of("runs", points))
    lines = [line.get("points", "") for line in picture.iter("{http://www.w3.org/2000/svg}polyline")]
    ours, peer = ([tuple(map(float, place.split(","))) for place in line.split()] for line in lines)
    assert [x for x, _ in ours] == [x for x, _ in peer]
    # Ten times as long is the same distance everywhere, and further up is longer.
    first, *others = (mine - other for (_, mine), (_, other) in zip(ours, peer, strict=True))
    assert others == pytest.approx([first] * len(others), abs=0.3)
    assert ours[0][1] > ours[1][1] > ours[2][1] > peer[2][1]


def test_a_bound_is_no_peer() -> None:
    row = within_bound("a", lambda: 0.5, 1.0, rounds=2)
    assert row.measured() == Result("a", "", (0.5, 0.5), "the bound", (1.0, 1.0))
    assert "the bound" in row_of(row.measured())


def test_point_of_a_curve() -> None:
    row = on_curve(Row("a", "the peer", lambda: result("a", [1], [2])), "runs", 10)
    assert (row.measured().curve, row.measured().at) == ("runs", 10)


def test_results_are_those_of_the_page() -> None:
    """The committed page is made of the committed results."""
    folder = Path(runner.__file__).parent
    results = read_results(folder / "results.json")
    assert (folder / "README.md").read_text(encoding="utf-8") == page_of(results)
    assert json.loads((folder / "results.json").read_text())["chapters"]


def test_a_chapter_is_written_into_a_document_between_its_comments() -> None:
    rows = [result(str(at), [float(at)], [9.0], measure="count", curve="points: requests", at=at) for at in (10, 1000)]
    (chapter,) = results_of(*rows).chapters.values()
    text = "before\n<!-- bench_one: written by the benchmark -->\nold\n<!-- end of bench_one -->\nbehind\n"
    found = in_document(text, chapter)
    assert found.startswith("before\n<!--")
    assert found.endswith("<!-- end of bench_one -->\nbehind\n")
    assert "old" not in found
    assert row_of(rows[1]) in found
    assert f"(../benchmarks/{picture_name('points: requests')})" in found
    assert in_document(found, chapter) == found
    assert in_document("nothing of it", chapter) == "nothing of it"
    assert picture_name("points: requests") == "scale-points-requests.svg"
    picture = svg_of("points: requests", rows)
    assert "points: requests</title>" in picture
    assert "1,000</text>" in picture
