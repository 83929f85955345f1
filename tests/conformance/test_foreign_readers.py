"""What Cutaway writes, others read: TensorBoard's two loaders and tbparse."""

import importlib
import math
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped, unused-ignore]
import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing import (  # type: ignore[import-untyped, unused-ignore]
    event_accumulator,
    plugin_event_accumulator,
)
from tensorboard.data.proto import data_provider_pb2  # type: ignore[import-untyped, unused-ignore]
from tensorboard.data.proto.data_provider_pb2_grpc import (  # type: ignore[import-untyped, unused-ignore]
    TensorBoardDataProviderStub,
)
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]
from tests.patience import PATIENCE

from cutaway import SummaryWriter
from cutaway.events.watch_layout import WATCHED_KINDS, WatchLayout

#: Values that float32 holds and values that it does not, and those that are no numbers.
VALUES = [0.0, 0.5, 0.1, -1e30, 1e300, 16777217, 2**60 + 1, math.inf, -math.inf, math.nan]
ROUNDED = [0.0, 0.5, np.float32(0.1), np.float32(-1e30), math.inf, 2**24, 2**60, math.inf, -math.inf, math.nan]
TAGS = ["loss", "train/accuracy", "größe λ"]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with SummaryWriter(tmp_path / "run") as writer:
        for step, value in enumerate(VALUES):
            writer.add_scalar("loss", value, step, walltime=1000.5 + step)
            writer.log({"train": {"accuracy": value}, "größe λ": value}, step, walltime=1000.5 + step)
    return tmp_path


def test_event_accumulator(logdir: Path) -> None:
    loader = event_accumulator.EventAccumulator(str(logdir / "run"), purge_orphaned_data=True)
    loader.Reload()
    assert loader.Tags()["scalars"] == TAGS
    assert loader.file_version == 2.0
    assert loader.GetSourceWriter() == "cutaway"
    for tag in TAGS:
        events = loader.Scalars(tag)
        assert [event.step for event in events] == list(range(len(VALUES)))
        assert [event.wall_time for event in events] == [1000.5 + step for step in range(len(VALUES))]
        np.testing.assert_array_equal([event.value for event in events], ROUNDED)


def test_the_loader_of_tensorboards_own_pages(logdir: Path) -> None:
    loader = plugin_event_accumulator.EventAccumulator(str(logdir / "run"))
    loader.Reload()
    assert sorted(loader.PluginTagToContent("scalars")) == sorted(TAGS)
    for tag in TAGS:
        values = [event.tensor_proto.float_val[0] for event in loader.Tensors(tag)]
        np.testing.assert_array_equal(values, ROUNDED)


def test_purge_step_supersedes_in_tensorboard(tmp_path: Path) -> None:
    for purge_step, value in ((None, 1.0), (5, 2.0)):
        with SummaryWriter(tmp_path, purge_step=purge_step, filename_suffix=f".{value}") as writer:
            for step in range(purge_step or 0, 8):
                writer.add_scalar("loss", value, step)
    loader = event_accumulator.EventAccumulator(str(tmp_path))
    loader.Reload()
    assert [event.value for event in loader.Scalars("loss")] == [1.0] * 5 + [2.0] * 3


def test_tbparse(logdir: Path) -> None:
    table = importlib.import_module("tbparse").SummaryReader(str(logdir / "run"), extra_columns={"wall_time"}).scalars
    for tag in TAGS:
        rows = table[table.tag == tag]
        assert rows.step.tolist() == list(range(len(VALUES)))
        np.testing.assert_array_equal(rows.value.to_numpy(np.float32), np.array(ROUNDED, np.float32))


@contextmanager
def data_server(logdir: Path) -> Iterator[Any]:
    """TensorBoard's fast loader, once it has loaded everything; it ends when its standard input does."""
    binary = importlib.import_module("tensorboard_data_server").server_binary()
    command = [binary, "--logdir", logdir, "--host", "127.0.0.1", "--port", "0", "--reload", "once"]
    options = ["--verbose", "--die-after-stdin", "--checksum", "--samples-per-plugin", "scalars=all"]
    with subprocess.Popen([*command, *options], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stdin is not None
        address = ""
        log = []
        for line in process.stderr:
            log.append(line)
            if line.startswith("listening on "):
                address = line.removeprefix("listening on ").strip()
            if "Finished load cycle" in line:
                break
        assert address, "".join(log)
        with grpc.insecure_channel(address) as channel:
            yield TensorBoardDataProviderStub(channel)
        process.stdin.close()
        process.stderr.read()


def test_the_fast_data_server(logdir: Path) -> None:
    with data_server(logdir) as stub:
        request = data_provider_pb2.ReadScalarsRequest(
            plugin_filter={"plugin_name": "scalars"}, downsample={"num_points": 1000}
        )
        answer = stub.ReadScalars(request, timeout=PATIENCE)
    (run,) = answer.runs
    assert run.run_name == "run"
    found = {tag.tag_name: tag.data for tag in run.tags}
    assert sorted(found) == sorted(TAGS)
    for data in found.values():
        assert list(data.step) == list(range(len(VALUES)))
        assert list(data.wall_time) == [1000.5 + step for step in range(len(VALUES))]
        np.testing.assert_array_equal(data.value, ROUNDED)


def test_the_fast_data_server_has_every_other_kind(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "run") as writer:
        writer.add_histogram("histogram", np.arange(100.0), 1)
        writer.add_text("text", "hello", 1)
        writer.add_tensor("tensor", np.arange(3.0), 1)
        writer.add_pr_curve("curve", [0, 1], [0.2, 0.8], 1)
        writer.add_hparams({"lr": 0.1}, {})
        writer.add_mesh("mesh", np.zeros((1, 4, 3)), global_step=1)
        writer.add_custom_scalars_multilinechart(["loss"])
        writer.add_image("image", np.zeros((3, 4, 5), np.uint8), 1)
        writer.add_audio("audio", np.zeros(50), 1)
    tensors = {
        "histograms": ["histogram"],
        "text": ["text/text_summary"],
        "tensor": ["tensor"],
        "pr_curves": ["curve"],
        "hparams": ["_hparams_/experiment", "_hparams_/session_end_info", "_hparams_/session_start_info"],
        "mesh": ["mesh_VERTEX"],
        "custom_scalars": ["custom_scalars__config__"],
    }
    with data_server(tmp_path) as stub:
        for plugin, tags in tensors.items():
            request = data_provider_pb2.ReadTensorsRequest(
                plugin_filter={"plugin_name": plugin}, downsample={"num_points": 10}
            )
            (run,) = stub.ReadTensors(request, timeout=PATIENCE).runs
            assert sorted(tag.tag_name for tag in run.tags) == tags
            assert all(len(tag.data.value) == 1 for tag in run.tags)
        for plugin, tag in (("images", "image"), ("audio", "audio")):
            request = data_provider_pb2.ReadBlobSequencesRequest(
                plugin_filter={"plugin_name": plugin}, downsample={"num_points": 10}
            )
            (run,) = stub.ReadBlobSequences(request, timeout=PATIENCE).runs
            assert [entry.tag_name for entry in run.tags] == [tag]


WATCH_SCALARS = (
    "activation_rms", "cost", "gradient_norm", "interval", "lr", "nonfinite", "update_ratio", "weight_norm",
)  # fmt: skip


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """A training of twelve steps whose model is watched."""
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with SummaryWriter(tmp_path / "run") as writer:
        writer.watch(model, optimizer, every=1)
        for step in range(12):
            loss: Any = model(torch.randn(4, 4)).square().mean()
            loss.backward()
            optimizer.step()
            writer.add_scalar("loss", loss, step)
    return tmp_path


def test_a_watch_in_both_event_accumulators(watched: Path) -> None:
    plain = event_accumulator.EventAccumulator(str(watched / "run"))
    pages = plugin_event_accumulator.EventAccumulator(str(watched / "run"))
    plain.Reload()
    pages.Reload()
    scalars = sorted(["loss", *(f"watch/{name}" for name in WATCH_SCALARS)])
    assert sorted(plain.Tags()["scalars"]) == sorted(pages.PluginTagToContent("scalars")) == scalars
    for tag in scalars:
        assert [event.step for event in plain.Scalars(tag)] == list(range(12))
    layouts = pages.PluginTagToContent("cutaway_watch")
    assert sorted(layouts) == sorted(
        [f"watch/{kind}" for kind in WATCHED_KINDS] + [f"watch/{kind}/magnitude" for kind in WATCHED_KINDS[:3]]
    )
    for tag, content in layouts.items():
        array = make_ndarray(pages.Tensors(tag)[-1].tensor_proto)
        layout = WatchLayout.from_json(content)
        assert array.shape == (len(layout.rows), 64 if tag.endswith("magnitude") else len(layout.columns))


def test_a_watch_in_the_fast_data_server(watched: Path) -> None:
    downsample = {"num_points": 1000}
    with data_server(watched) as stub:
        (run,) = stub.ReadScalars(
            data_provider_pb2.ReadScalarsRequest(plugin_filter={"plugin_name": "scalars"}, downsample=downsample),
            timeout=PATIENCE,
        ).runs
        assert sorted(tag.tag_name for tag in run.tags) == sorted(
            ["loss", *(f"watch/{name}" for name in WATCH_SCALARS)]
        )
        (run,) = stub.ReadTensors(
            data_provider_pb2.ReadTensorsRequest(plugin_filter={"plugin_name": "cutaway_watch"}, downsample=downsample),
            timeout=PATIENCE,
        ).runs
    found = {tag.tag_name: list(tag.data.step) for tag in run.tags}
    assert found["watch/gradient"] == list(range(12))
    assert found["watch/gradient/magnitude"] == [0, 10]


def test_a_watch_in_tbparse(watched: Path) -> None:
    reader = importlib.import_module("tbparse").SummaryReader(str(watched / "run"))
    assert set(reader.scalars.tag) == {"loss", *(f"watch/{name}" for name in WATCH_SCALARS)}
    assert {f"watch/{kind}" for kind in WATCHED_KINDS} <= set(reader.tensors.tag)
