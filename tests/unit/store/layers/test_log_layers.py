"""What a watch recorded, as arrays: over files, sessions and layouts, while it grows, and where it is damaged."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.watch_log import START, columns_of, event, layout, records, watch_value, write

from cutaway.events.core import frame
from cutaway.events.messages import SESSION_START, session_log
from cutaway.store.layers.log_layers import LogLayers, RunLayers
from cutaway.store.layers.series import LayerSeries
from cutaway.store.log_directory import LogDirectory

RNG = np.random.default_rng(0)


def values_of(steps: int, rows: int, columns: int = 8) -> NDArray[np.float32]:
    return RNG.random((steps, rows, columns), np.float32)


def read(folder: Path) -> RunLayers:
    log = LogDirectory(folder)
    log.refresh()
    return LogLayers(log).of("r0")[1]


def only(layers: RunLayers) -> LayerSeries:
    (series,) = layers.series
    return series


def start_of_session(step: int) -> bytes:
    return frame(session_log(START + step, SESSION_START, step))


def test_columns_are_those_that_were_recorded(tmp_path: Path) -> None:
    rows = layout("gradient", ["0.weight", "0.bias"])
    values = values_of(300, 2)
    steps = [10 * number for number in range(300)]
    write(tmp_path / "a", records("watch/gradient", rows, steps, values))
    series = only(read(tmp_path))
    assert (series.prefix, series.kind, series.layout, len(series)) == ("watch", "gradient", rows, 300)
    assert series.steps.tolist() == steps
    assert series.wall_time.tolist() == [START + step for step in steps]
    np.testing.assert_array_equal(series.columns().values, values)
    np.testing.assert_array_equal(series.columns(5, 9).values, values[5:9])
    np.testing.assert_array_equal(series.of_rows([1], 5).values, values[5:, 1:])
    assert series.of_rows([1]).layout.rows == ("0.bias",)
    assert series.damaged == 0


def test_chunks_are_all_columns_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.store.layers.series._CHUNK_BYTES", 700)
    values = values_of(50, 2)
    write(tmp_path / "a", records("watch/weight", layout("weight", "ab"), range(50), values))
    chunks = list(only(read(tmp_path)).chunks())
    assert len(chunks) == 5
    np.testing.assert_array_equal(np.concatenate([chunk.values for chunk in chunks]), values)
    assert np.concatenate([chunk.steps for chunk in chunks]).tolist() == list(range(50))


def test_kinds_prefixes_and_magnitudes_are_apart(tmp_path: Path) -> None:
    values = values_of(4, 2)
    counts = RNG.integers(0, 9, (2, 2, 64)).astype(np.uint16)
    parts = [
        records(f"{prefix}/{kind}", layout(kind, "ab"), range(4), values[..., :8] if kind != "activation" else wide)
        for wide in (values_of(4, 2, 9),)
        for prefix in ("watch", "other/watch")
        for kind in ("update", "weight", "activation")
    ]
    parts.append(records("watch/weight/magnitude", layout("weight", "ab"), [0, 3], counts))
    write(tmp_path / "a", *parts)
    layers = read(tmp_path)
    assert [(series.prefix, series.kind) for series in layers.series] == [
        (prefix, kind) for prefix in ("other/watch", "watch") for kind in ("activation", "weight", "update")
    ]
    magnitudes = layers.find_magnitudes("watch", "weight")
    assert magnitudes is not None
    assert magnitudes.steps.tolist() == [0, 3]
    np.testing.assert_array_equal(magnitudes.magnitudes(1), counts[:, 1])
    assert layers.find_magnitudes("watch", "update") is None


@given(st.lists(st.integers(1, 7), min_size=1, max_size=5), st.booleans())
def test_growing_is_as_reading_at_once(sizes: list[int], has_second_kind: bool) -> None:
    values = values_of(sum(sizes), 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = LogDirectory(folder)
        layers = LogLayers(log)
        done = 0
        for size in sizes:
            for number in range(done, done + size):
                described = layout("gradient", "abc") if not number else None
                more = [watch_value("watch/update", values[number], layout("update", "abc"))] if has_second_kind else []
                write(folder / "a", event(number, watch_value("watch/gradient", values[number], described), *more))
            done += size
            log.refresh()
            np.testing.assert_array_equal(_gradients(layers.of("r0")[1]), values[:done])
        np.testing.assert_array_equal(_gradients(read(folder)), values)


def _gradients(layers: RunLayers) -> NDArray[np.float32]:
    series = layers.find("watch", "gradient")
    assert series is not None
    return series.columns().values


def test_what_a_session_supersedes_is_left_out(tmp_path: Path) -> None:
    """In the same file, and in one that a resumed training begins."""
    rows = layout("gradient", "ab")
    values = values_of(24, 2)
    write(
        tmp_path / "a",
        records("watch/gradient", rows, range(10), values[:10]),
        start_of_session(6),
        records("watch/gradient", rows, range(6, 12), values[10:16], with_layout=False),
    )
    name = "events.out.tfevents.1764000100.host.1.0"
    write(
        tmp_path / "a",
        frame(session_log(START + 100, SESSION_START, 8)),
        records("watch/gradient", rows, range(8, 16), values[16:], start=START + 100),
        name=name,
        start=START + 100,
    )
    series = only(read(tmp_path))
    assert series.steps.tolist() == list(range(16))
    expected = np.concatenate([values[:6], values[10:12], values[16:]])
    np.testing.assert_array_equal(series.columns().values, expected)
    np.testing.assert_array_equal(series.columns(5, 10).values, expected[5:10])


def test_layouts_that_change_are_one_list_of_rows(tmp_path: Path) -> None:
    first, second = layout("gradient", ["a", "c"]), layout("gradient", ["a", "b", "d"], numel=9)
    before, after = values_of(2, 2), values_of(3, 3)
    write(
        tmp_path / "a",
        records("watch/gradient", first, [0, 1], before),
        records("watch/gradient~2", second, [2, 3, 4], after),
    )
    series = only(read(tmp_path))
    assert series.layout.rows == ("a", "b", "d", "c")
    assert series.layout.numel == (9, 9, 9, 64)
    found = series.columns().values
    np.testing.assert_array_equal(found[:2, [0, 3]], before)
    np.testing.assert_array_equal(found[2:, [0, 1, 2]], after)
    assert np.isnan(found[:2, [1, 2]]).all()
    assert np.isnan(found[2:, 3]).all()
    np.testing.assert_array_equal(series.of_rows([1]).values[:, 0], found[:, 1])


def test_rows_of_one_name_stay_apart(tmp_path: Path) -> None:
    values = values_of(2, 3)
    write(tmp_path / "a", records("watch/gradient", layout("gradient", "aab"), [0, 1], values))
    series = only(read(tmp_path))
    assert series.layout.rows == ("a", "a", "b")
    np.testing.assert_array_equal(series.columns().values, values)


def test_records_that_are_not_as_the_layout_says_are_missing(tmp_path: Path) -> None:
    rows = layout("gradient", "ab")
    values = values_of(6, 2)
    other = replace(rows, rows=("x", "y"))
    write(
        tmp_path / "a",
        records("watch/gradient", rows, range(3), values[:3]),
        event(3, watch_value("watch/gradient", values[3, :1])),
        event(4, watch_value("watch/gradient", values[4], other)),
        event(5, watch_value("watch/gradient", values[5], rows)),
    )
    series = only(read(tmp_path))
    assert series.damaged == 2
    found = series.columns().values
    np.testing.assert_array_equal(found[[0, 1, 2, 5]], values[[0, 1, 2, 5]])
    assert np.isnan(found[3:5]).all()


def test_a_tag_without_a_layout_is_a_problem(tmp_path: Path) -> None:
    rows = replace(layout("gradient", "ab"), columns=("sum",))
    write(
        tmp_path / "a",
        records("watch/gradient", rows, [0], values_of(1, 2)),
        records("watch/weight", layout("weight", "ab"), [0], values_of(1, 2)),
    )
    layers = read(tmp_path)
    assert [series.kind for series in layers.series] == ["weight"]
    assert list(layers.problems) == ["watch/gradient"]


def test_a_file_that_is_gone_has_no_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "a", records("watch/weight", layout("weight", "ab"), [0], values_of(1, 2)))
    series = only(read(tmp_path))
    path.unlink()
    assert np.isnan(series.columns().values).all()


def test_a_run_without_a_watch(tmp_path: Path) -> None:
    write(tmp_path / "a")
    layers = read(tmp_path)
    assert (layers.series, layers.magnitudes, layers.problems) == ((), (), {})


@pytest.mark.parametrize("count", [1, 7, 64])
def test_statistics_are_those_of_the_elements(tmp_path: Path, count: int) -> None:
    """With NumPy as the oracle, on elements some of which are zero or not finite."""
    elements = RNG.normal(size=(3, 4, count)).astype(np.float32)
    elements[RNG.random(elements.shape) < 0.2] = 0
    elements[0, 0, 0], elements[1, 1, -1], elements[1, 2, 0] = np.nan, np.inf, -np.inf
    values = columns_of(elements)
    write(tmp_path / "a", records("watch/gradient", layout("gradient", "abcd", numel=count), range(3), values))
    found = only(read(tmp_path)).columns()
    finite = np.where(np.isfinite(elements), elements.astype(np.float64), np.nan)
    with np.errstate(all="ignore"):
        _close(found.rms(), _mean(finite**2) ** 0.5)
        _close(found.mean(), _mean(finite))
        _close(found.std(), (_mean(finite**2) - _mean(finite) ** 2).clip(0) ** 0.5, atol=1e-3)
        _close(found.norm(), (_mean(finite**2) * count) ** 0.5)
        greatest = np.where(np.isfinite(elements), np.abs(elements), -1).max(-1)
        _close(found.abs_max(), np.where(greatest < 0, np.nan, greatest))
        _close(found.zero_share(), (elements == 0).mean(-1))
        _close(found.not_finite(), (~np.isfinite(elements)).sum(-1))


def _mean(numbers: Any) -> Any:
    return np.nansum(numbers, -1) / np.isfinite(numbers).sum(-1)


def _close(found: Any, expected: Any, atol: float = 1e-6) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=atol)
