"""What a watch measured, asked for by HTTP."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.watch_log import columns_of, layout, records, write

from cutaway.server.routes import layers as route
from cutaway.store.log_directory import LogDirectory

RNG = np.random.default_rng(0)
ROWS = [f"{number}.weight" for number in range(4)]
WATCH = {"run": "r0", "prefix": "watch", "kind": "gradient"}
STEPS = range(0, 500, 10)


@pytest.fixture
def elements(log: LogDirectory, tmp_path: Path) -> Any:
    """Gradients of four rows: the second is zero in the end, the third NaN."""
    found = RNG.normal(size=(len(STEPS), 4, 16)).astype(np.float32) + 10
    found[40:, 1], found[45:, 2, 3] = 0, np.nan
    described = layout("gradient", ROWS, numel=16)
    write(tmp_path / "log" / "a", records("watch/gradient", described, STEPS, columns_of(found)))
    counts = RNG.integers(0, 9, (5, 4, 64)).astype(np.uint16)
    write(tmp_path / "log" / "a", records("watch/gradient/magnitude", described, STEPS[::10], counts))
    log.refresh()
    return found


def rms(elements: Any) -> Any:
    finite = np.where(np.isfinite(elements), elements.astype(np.float64), np.nan)
    return np.sqrt(np.nanmean(finite**2, axis=-1))


def test_the_worst_of_rows_and_steps(elements: Any, client: Any, decode: Callable[[bytes], Any]) -> None:
    asked = WATCH | {"statistic": "rms", "rows": [[0], [1], [2, 3]], "pixels": 32}
    header, columns = decode(client.post("/api/layers/map", json=asked).content)
    assert (header["rows"], header["buckets"], header["level"]) == (3, 16, 5)
    value, marks = (columns[name].reshape(3, 16) for name in ("value", "marks"))
    expected = rms(elements)
    for place, (first, last) in enumerate(zip(columns["first"], columns["last"], strict=True)):
        inside = expected[first // 10 : last // 10 + 1]
        worst = [inside[:, 0].max(), inside[:, 1].max(), inside[:, 2:].max()]
        np.testing.assert_allclose(value[:, place], worst, rtol=1e-5)
    assert marks[0].tolist() == [24] * 16
    assert marks[1, -1] == 8
    assert marks[2].tolist() == [24] * 14 + [25] * 2
    assert columns["count"].sum() == len(STEPS)


def test_the_mean_and_against_the_median(elements: Any, client: Any, decode: Callable[[bytes], Any]) -> None:
    asked = WATCH | {"statistic": "rms", "rows": [[0]], "pixels": 32, "range": [0, 31], "of": "mean"}
    _, columns = decode(client.post("/api/layers/map", json=asked).content)
    assert columns["first"].tolist() == [0, 10, 20, 30]
    np.testing.assert_allclose(columns["value"], rms(elements)[:4, 0], rtol=1e-5)
    _, columns = decode(client.post("/api/layers/map", json=asked | {"against": "median"}).content)
    median = np.sort(rms(elements)[:, 0])[(len(STEPS) - 1) // 2]
    np.testing.assert_allclose(columns["value"], np.log10(rms(elements)[:4, 0] / median), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(("at", "step"), [(44, 40), (40, 40), (1e300, 490), (-0.5, None)])
def test_the_last_logging_step_before_a_place(
    elements: Any, client: Any, decode: Callable[[bytes], Any], at: float, step: int | None
) -> None:
    asked = WATCH | {"statistic": "rms", "rows": [[0]], "pixels": 32, "at": at}
    _, columns = decode(client.post("/api/layers/map", json=asked).content)
    assert columns["first"].tolist() == ([] if step is None else [step])
    expected = [] if step is None else [rms(elements)[step // 10, 0]]
    np.testing.assert_allclose(columns["value"], expected, rtol=1e-5)


@pytest.mark.usefixtures("elements")
def test_one_row_with_its_magnitudes(client: Any, decode: Callable[[bytes], Any]) -> None:
    asked = WATCH | {"row": 2, "pixels": 64}
    header, columns = decode(client.post("/api/layers/row", json=asked).content)
    assert header["row"] == 2
    for name in header["statistics"]:
        least, mean, greatest = (columns[f"{name}_{part}"] for part in ("least", "mean", "greatest"))
        assert len(least) == header["buckets"]
        inside = np.isfinite(mean)
        assert (least[inside] <= mean[inside] + 1e-6).all()
        assert (mean[inside] <= greatest[inside] + 1e-6).all()
    assert columns["magnitude_first"].tolist() == [0, 100, 200, 300, 400]
    assert len(columns["magnitude"]) == 5 * 64


@pytest.mark.usefixtures("elements")
def test_a_cell_has_all_statistics(client: Any) -> None:
    found = client.post("/api/layers/cell", json=WATCH | {"rows": [2, 3], "range": [440, 475]}).json()
    assert (found["first"], found["last"], found["count"]) == (440, 470, 4)
    assert found["elements"]["nan"] == 3
    assert set(found["statistics"]) == {*client.get("/api/layers?run=r0").json()["kinds"][0]["statistics"]}
    assert found["statistics"]["weight_ratio"]["mean"] == "NaN"


@pytest.mark.usefixtures("elements")
@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"run": "r9"}, 404, "no run"),
        ({"kind": "update"}, 404, "no watch 'watch' of 'update'"),
        ({"prefix": 7}, 400, "prefix must be a text"),
        ({"statistic": "median"}, 400, "statistic must be one of rms"),
        ({"rows": [[4]]}, 400, "from 0 to 3"),
        ({"rows": [[True]]}, 400, "from 0 to 3"),
        ({"rows": 4}, 400, "rows must be lists"),
        ({"pixels": 8}, 400, "pixels"),
        ({"of": "least"}, 400, "of must be one of"),
        ({"against": "mean"}, 400, "against must be one of"),
        ({"range": [2, 1]}, 400, "range"),
        ({"at": "end"}, 400, "at must be"),
        ({"at": 1, "range": [1, 2]}, 400, "not both"),
    ],
)
def test_what_is_refused(client: Any, change: dict[str, Any], status: int, reason: str) -> None:
    asked = WATCH | {"statistic": "rms", "rows": [[0]], "pixels": 32} | change
    response = client.post("/api/layers/map", json=asked)
    assert response.status_code == status
    assert reason in response.json()["error"]


@pytest.mark.usefixtures("elements")
def test_too_many_cells(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "MOST_CELLS", 10)
    response = client.post("/api/layers/map", json=WATCH | {"statistic": "rms", "rows": [[0]], "pixels": 32})
    assert response.status_code == 413
    assert "16 cells" in response.json()["error"]


def test_a_file_that_is_gone(elements: Any, client: Any, tmp_path: Path) -> None:
    del elements
    (path,) = (tmp_path / "log" / "a").iterdir()
    path.unlink()
    response = client.get("/api/layers?run=r0")
    assert response.status_code == 404
    assert str(tmp_path) not in response.json()["error"]
