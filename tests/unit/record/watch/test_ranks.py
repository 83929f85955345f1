"""Watches of training on two processes with gloo: what is recorded is what one process with both batches has."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from tests.patience import LONG_PATIENCE
from tests.watch_ranks import STEPS, batch, network
from tests.watch_records import Recorded, recorded
from torch import nn

import cutaway
from cutaway.record.watch.ranks import Ranks, ranks_of, sampled_of

pytestmark = pytest.mark.skipif(not torch.distributed.is_gloo_available(), reason="no gloo")


def trained(way: str, folder: Path, world: int = 2) -> tuple[list[str], Recorded]:
    """What each rank said, and what was recorded."""
    root = Path(__file__).parents[4]
    # Two ranks on one machine: gloo finds no address of its own in a sandbox.
    environment = {**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.watch_ranks", way, str(rank), str(world), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
            env=environment,
        )
        for rank in range(world)
    ]
    said = []
    for program in programs:
        output, errors = program.communicate(timeout=LONG_PATIENCE)
        assert program.returncode == 0, errors
        said.append(output)
    return said, recorded(folder / "run")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """One process that trains with the batches of both ranks."""
    path = tmp_path_factory.mktemp("both")
    model: Any = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with cutaway.SummaryWriter(path) as writer:
        writer.watch(model, optimizer, every=5)
        for step in range(STEPS):
            optimizer.zero_grad()
            model(torch.cat([batch(step, 0), batch(step, 1)])).square().mean().backward()
            optimizer.step()
    return recorded(path)


def assert_same(found: Recorded, expected: Recorded, kinds: tuple[str, ...]) -> None:
    assert found.events == expected.events == dict.fromkeys(range(0, STEPS, 5), 1)
    for kind in kinds:
        tag = f"watch/{kind}"
        assert found.layouts[tag].rows == expected.layouts[tag].rows
        assert found.layouts[tag].numel == expected.layouts[tag].numel or kind == "activation"
        for name in expected.layouts[tag].rows:
            for step in found.events:
                row = found.row(tag, name, step)
                assert row == pytest.approx(expected.row(tag, name, step), rel=1e-3, abs=1e-6), (kind, name, step)


@pytest.mark.slow
def test_ddp_records_what_rank_0_sees(tmp_path: Path, both: Recorded) -> None:
    said, found = trained("ddp", tmp_path)
    assert said == ["open 5\n", "open 5\n"]
    assert_same(found, both, ("gradient", "weight", "update"))
    assert found.row("watch/activation", "0", 0)["count"] == 4 * 17
    assert not found.layouts["watch/gradient"].reduced
    assert found.layouts["watch/gradient"].world == 2


def test_ddp_adds_up_the_activations_of_all_ranks(tmp_path: Path, both: Recorded) -> None:
    _, found = trained("ddp-all", tmp_path)
    assert_same(found, both, ("activation", "gradient", "weight", "update"))
    assert found.layouts["watch/activation"].reduced
    assert found.layouts["watch/activation"].world == 2


@pytest.mark.parametrize("way", ["fsdp", pytest.param("fsdp-all", marks=pytest.mark.slow)])
def test_fsdp_adds_up_the_parts_of_parameters(tmp_path: Path, both: Recorded, way: str) -> None:
    _, found = trained(way, tmp_path)
    kinds = ("gradient", "weight", "update")
    assert_same(found, both, ("activation", *kinds) if way == "fsdp-all" else kinds)
    for kind in kinds:
        layout = found.layouts[f"watch/{kind}"]
        assert layout.reduced
        assert layout.sampled == layout.numel
        assert set(layout.classes) == {"Linear"}


@pytest.mark.parametrize(("way", "rank"), [("bad-on-1", 1), pytest.param("bad-on-both", 0, marks=pytest.mark.slow)])
def test_the_first_bad_layer_is_said_by_one_rank(tmp_path: Path, way: str, rank: int) -> None:
    """By rank 0, or by the one that knows more: the gradients of the others are those of all ranks."""
    said, _ = trained(way, tmp_path)
    report = said.pop(rank)
    assert said == ["open 5\n"]
    assert report.count("Cutaway: ") == 1
    assert re.search(r"at step 7 were made by\s+aten.log.default in 1 \(ReLU\) in the forward", report)
    assert ("rank           1" in report) == (rank == 1)


@pytest.mark.slow
def test_all_ranks_have_the_interval_of_rank_0(tmp_path: Path) -> None:
    said, found = trained("fsdp-auto", tmp_path)
    assert said[0] == said[1]
    assert list(found.events)[:10] == list(range(10))


@pytest.mark.slow
def test_a_watch_that_ends_on_one_rank_ends_on_all(tmp_path: Path) -> None:
    said, found = trained("fsdp-failing", tmp_path)
    assert "the watch has ended at step 0: that of another rank has" in said[0]
    assert "the watch has ended at step 0: KeyError: 'row'" in said[1]
    assert found.events == {}


@pytest.mark.parametrize(
    ("shape", "mesh", "dims", "most", "expected"),
    [
        ((8, 100), (2,), (0,), 4096, 800),
        ((100, 100), (2,), (0,), 4096, 8192),
        # The first of three ranks has 4 of 10 rows, as the second; the third has 2.
        ((10, 1000), (3,), (0,), 3000, 8000),
        ((5, 1000), (4,), (0,), 1500, 4000),
        ((64, 64), (2, 2), (None, 1), 4096, 4096),
        ((200, 100), (2, 2), (0, 1), 4096, 16384),
        ((200, 100), (2,), (None,), 4096, 4096),
    ],
)
def test_how_many_elements_all_ranks_measure(
    shape: tuple[int, ...], mesh: tuple[int, ...], dims: tuple[int | None, ...], most: int, expected: int
) -> None:
    class Placement:
        def __init__(self, dim: int | None) -> None:
            self.dim = dim

        def is_shard(self) -> bool:
            return self.dim is not None

    spread: Any = nn.Parameter(torch.zeros(shape))
    spread.device_mesh = SimpleNamespace(shape=mesh)
    spread.placements = [Placement(dim) for dim in dims]
    assert sampled_of(spread, most) == expected


def test_one_process_is_all_there_is() -> None:
    assert ranks_of(nn.Linear(2, 2), "all") == Ranks()
    with pytest.raises(ValueError, match="ranks must be one of first, all, got 'some'"):
        ranks_of(nn.Linear(2, 2), "some")
