"""The lines of ``docs/compaction.md`` for DuckDB and Polars, run as they stand there."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cutaway
from cutaway.store.compacted.compact import compact

PAGE = Path(__file__).resolve().parents[4] / "docs" / "compaction.md"


def line(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two runs in ``compacted``, below the working directory; the name of their shard."""
    monkeypatch.chdir(tmp_path)
    for run in ("a", "b"):
        with cutaway.SummaryWriter(tmp_path / "runs" / run) as writer:
            for step in range(1000):
                writer.log({"train/loss": step / 3, "train/acc": 0.5, "count": 2**60 + step}, step)
    return compact("runs", "compacted").manifest.shards[0].name


def test_polars_reads_buckets(shard: str) -> None:
    names: dict[str, Any] = {"name": shard}
    # float64 is what a third needs: those columns have it.
    exec(line("python").replace('"min", "max"', '"min_float64", "max_float64"'), names)
    curve = names["curve"]
    assert curve["run"].to_list() == ["a"] * 16 + ["b"] * 16
    assert curve["bucket"].to_list() == [*range(16)] * 2
    np.testing.assert_allclose(curve["mean"][1], np.mean(np.arange(64, 128) / 3), rtol=1e-14)
    assert (curve["min_float64"][1], curve["max_float64"][1]) == (64 / 3, 127 / 3)


def test_duckdb_reads_points(shard: str) -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB takes 70 MB and is not among the requirements of the tests")
    rows = duckdb.sql(line("sql")).fetchall()
    assert rows == [(run, step, step / 3) for run in "ab" for step in range(1000)]


def test_the_bits_of_a_wall_time_are_a_number(shard: str) -> None:
    """By the expression for SQL, which is worked out here as SQL would."""
    from pyarrow import parquet

    (expression,) = re.findall(r"`(\(1 \+ \(wall_time_bits.*?)` in SQL", PAGE.read_text("utf-8"))
    bits = parquet.read_table(f"compacted/shards/{shard}/points.parquet")["wall_time_bits"].to_numpy()
    exact = {"wall_time_bits": int(bits[7]), "pow": pow}
    assert eval(expression, exact) == bits.view(np.float64)[7]
