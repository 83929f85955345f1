"""What our routes answer is what TensorBoard's answer, kind by kind: for a run that PyTorch wrote and for one of ours.

TensorBoard runs with ``--load_fast=false`` and keeps all samples. Where the two differ on purpose:

* a number that float32 cannot hold is exact here and rounded there (Cutaway's own files only);
* histograms: edges are exact here and rounded to float32 there. TensorFlow 1's outermost bins are cut at the numbers'
  own ends here; there they reach to ±1.8e308 or to a bin's edge, and so do the ends of a distribution;
* text is sent as it was written, not as HTML; graphs are sent as they are in the file, not cut for a page;
* precision-recall curves keep their thresholds at which nothing is predicted any more;
* raw tensors, damage and times of sessions have no route there.
"""

import io
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from google.protobuf import text_format
from tensorboard.compat.proto import graph_pb2
from tests.patience import PATIENCE, until

from cutaway import SummaryWriter
from cutaway.server.viewer import Viewer

_START = """
import sys, time
from tensorboard import program
server = program.TensorBoard()
kinds = ("scalars", "images", "audio", "histograms", "text", "pr_curves", "mesh", "tensors", "hparams")
server.configure(argv=["tensorboard", "--logdir", sys.argv[1], "--port", "0", "--load_fast", "false",
    "--samples_per_plugin", ",".join(f"{kind}=100000" for kind in kinds)])
print(server.launch(), flush=True)
sys.stdin.read()
"""
RUNS = ("ours", "torch")


def record(writer: Any, torch: Any) -> None:
    """Every kind, a few times, with what is awkward among it."""
    generator = np.random.default_rng(0)
    for step in range(25):
        for tag in ("loss", "train/größe λ"):
            value = [np.nan, np.inf, -np.inf, 0.1, 3.0][step % 5] if step > 9 else step / 7
            writer.add_scalar(tag, float(np.float32(value)), step, walltime=1000.25 + step)
        writer.add_image(
            "picture", generator.integers(0, 255, (3, 8, 8)).astype(np.uint8), step, walltime=1000.0 + step
        )
        writer.add_histogram("weights", generator.normal(size=500) * (step + 1), step, walltime=1000.0 + step)
        writer.add_text("note", f"# step {step}\n<b>bold</b> & more", step, walltime=1000.0 + step)
    writer.add_histogram("weights/constant", np.zeros(10), 0)
    writer.add_audio("sound", torch.from_numpy(generator.uniform(-1, 1, (1, 800)).astype(np.float32)), 3, 8000)
    labels, predictions = generator.integers(0, 2, 100), generator.random(100)
    writer.add_pr_curve("curve", labels, predictions, 4, num_thresholds=21)
    vertices = torch.from_numpy(generator.normal(size=(1, 5, 3)).astype(np.float32))
    faces = torch.tensor([[[0, 1, 2], [2, 3, 4]]], dtype=torch.int32)
    writer.add_mesh("shape", vertices, colors=(vertices * 10).clamp(0, 255).to(torch.uint8), faces=faces, global_step=2)
    writer.add_custom_scalars(
        {"group": {"both": ["Multiline", ["loss", "train/.*"]], "band": ["Margin", ["a", "b", "c"]]}}
    )
    writer.add_hparams({"lr": 0.1, "name": "adam", "deep": True}, {"final": 0.5}, run_name=".")


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch = pytest.importorskip("torch")
    from torch.utils.tensorboard import SummaryWriter as TorchWriter

    folder = tmp_path_factory.mktemp("log")
    for run, kind in zip(RUNS, (SummaryWriter, TorchWriter), strict=True):
        writer: Any = kind(str(folder / run))
        record(writer, torch)
        writer.add_graph(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU()), torch.ones(2, 3))
        writer.close()
    return folder


@contextmanager
def tensorboard(logdir: Path) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", _START, str(logdir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


class Both:
    """The two servers, asked for the same."""

    def __init__(self, theirs: str, viewer: Viewer) -> None:
        self._theirs, self._ours = theirs, viewer.url
        found = until("everything read", lambda: self.ours("catalogue"), lambda found: found["loading"]["done"])
        self.runs = {run["name"]: run["id"] for run in found["runs"]}
        self.tags = {(tag["kind"], tag["name"]): tag["id"] for tag in found["tags"]}
        self.tags |= {(tag["kind"], tag["name"]): tag["id"] for tag in self.ours("kinds")["tags"]}
        self.kinds = {(tag["kind"], tag["name"]): tag["runs"] for tag in self.ours("kinds")["tags"]}

    def theirs(self, route: str, *, plain: bool = False, **query: Any) -> Any:
        with urllib.request.urlopen(f"{self._theirs}data/{route}?{urlencode(query)}", timeout=PATIENCE) as answer:
            data = answer.read()
        return data if plain else json.loads(data)

    def ours(self, route: str, *, plain: bool = False, **query: Any) -> Any:
        with urllib.request.urlopen(f"{self._ours}api/{route}?{urlencode(query)}", timeout=PATIENCE) as answer:
            data = answer.read()
        return data if plain else json.loads(data)

    def frame(self, route: str, kind: str, tag: str, run: str) -> tuple[dict[str, Any], dict[str, Any]]:
        data = self.ours(route, plain=True, tag=self.tags[kind, tag], run=self.runs[run])
        length = int.from_bytes(data[4:8], "little")
        header = json.loads(data[8 : 8 + length])
        start = 8 + length
        return header, {
            name: np.frombuffer(data, "<" + column["dtype"], column["length"], start + column["offset"])
            for name, column in header["columns"].items()
        }

    def value(self, kind: str, tag: str, run: str, index: int, **query: Any) -> Any:
        return self.ours("value", tag=self.tags[kind, tag], run=self.runs[run], index=index, **query)


@pytest.fixture(scope="module")
def both(logdir: Path) -> Iterator[Both]:
    with tensorboard(logdir) as url, Viewer(logdir, port=0, cache=False) as viewer:
        yield Both(url, viewer)


both_runs = pytest.mark.parametrize("run", RUNS)


def test_the_same_runs_and_tags(both: Both) -> None:
    assert sorted(both.theirs("runs")) == sorted(both.runs)
    for plugin in ("scalars", "images", "audio", "histograms", "text", "pr_curves"):
        theirs = both.theirs(f"plugin/{plugin}/tags")
        found = {name for kind, name in both.tags if kind == plugin}
        # PyTorch adds its own ending to the tags of texts, in both.
        assert {tag for tags in theirs.values() for tag in tags} == found, plugin


@both_runs
def test_scalars(both: Both, run: str) -> None:
    tags = [tag for tag, of_tag in both.theirs("plugin/scalars/tags")[run].items()]
    assert len(tags) == 3
    for tag in tags:
        expected = both.theirs("plugin/scalars/scalars", run=run, tag=tag)
        found = both.ours("series", tag=both.tags["scalars", tag], runs=both.runs[run], format="json")
        # Ours are the shortest digits of a float32, TensorBoard's those of the float64 that it is.
        exact = [
            [wall, step, value if isinstance(value, str) else float(np.float32(value))]
            for _, step, wall, value in found
        ]
        assert exact == expected
    assert len(expected) == 25 or tag == "final"


@both_runs
def test_pictures(both: Both, run: str) -> None:
    expected = both.theirs("plugin/images/images", run=run, tag="picture", sample=0)
    _, columns = both.frame("values", "images", "picture", run)
    assert columns["step"].tolist() == [each["step"] for each in expected] == list(range(25))
    assert columns["wall_time"].tolist() == [each["wall_time"] for each in expected]
    for index, each in enumerate(expected):
        theirs = both.theirs(f"plugin/images/individualImage?{each['query']}&x", plain=True)
        assert both.value("images", "picture", run, index, format="media", plain=True) == theirs


@both_runs
def test_sounds(both: Both, run: str) -> None:
    (expected,) = both.theirs("plugin/audio/audio", run=run, tag="sound", sample=0)
    _, columns = both.frame("values", "audio", "sound", run)
    assert columns["step"].tolist() == [expected["step"]]
    theirs = both.theirs(f"plugin/audio/individualAudio?{expected['query']}&x", plain=True)
    assert both.value("audio", "sound", run, 0, format="media", plain=True) == theirs


@both_runs
@pytest.mark.parametrize("tag", ["weights", "weights/constant"])
def test_histograms(both: Both, run: str, tag: str) -> None:
    expected = both.theirs("plugin/histograms/histograms", run=run, tag=tag)
    _, columns = both.frame("histograms", "histograms", tag, run)
    assert columns["step"].tolist() == [step for _, step, _ in expected]
    assert columns["wall_time"].tolist() == [wall for wall, _, _ in expected]
    ends = np.cumsum(columns["bins"])
    for index, (_, _, bins) in enumerate(expected):
        mine = slice(int(ends[index] - columns["bins"][index]), int(ends[index]))
        theirs = np.array([each for each in bins if each[2]])
        there = columns["count"][mine] > 0
        assert columns["count"][mine][there].tolist() == theirs[:, 2].tolist()
        # But for the outermost ends.
        np.testing.assert_array_equal(columns["left"][mine][there][1:].astype(np.float32), theirs[1:, 0])
        np.testing.assert_array_equal(columns["right"][mine][there][:-1].astype(np.float32), theirs[:-1, 1])


@both_runs
def test_distributions(both: Both, run: str) -> None:
    expected = both.theirs("plugin/distributions/distributions", run=run, tag="weights")
    header, columns = both.frame("histograms", "histograms", "weights", run)
    quantiles = columns["quantile"].reshape(len(expected), -1)
    for mine, (_, _, theirs) in zip(quantiles, expected, strict=True):
        assert [basis / 10_000 for basis, _ in theirs] == header["shares"]
        # But for those within the outermost bins.
        np.testing.assert_allclose(mine[2:-2], [value for _, value in theirs][2:-2], rtol=1e-5, atol=1e-6)


@both_runs
def test_texts(both: Both, run: str) -> None:
    (tag,) = (
        name for kind, name in both.tags if kind == "text" and run in both.theirs("plugin/text/tags") and "note" in name
    )
    expected = both.theirs("plugin/text/text", run=run, tag=tag, markdown="false")
    _, columns = both.frame("values", "text", tag, run)
    assert columns["step"].tolist() == [each["step"] for each in expected]
    for index, each in enumerate(expected):
        text = both.value("text", tag, run, index)["value"]
        assert text == f"# step {each['step']}\n<b>bold</b> & more"
        assert f"step {each['step']}" in each["text"]


@both_runs
def test_precision_recall_curves(both: Both, run: str) -> None:
    (expected,) = both.theirs("plugin/pr_curves/pr_curves", run=run, tag="curve")[run]
    found = both.value("pr_curves", "curve", run, 0)
    assert found["step"] == expected["step"]
    for name, theirs in expected.items():
        if name not in ("step", "wall_time", "thresholds"):
            np.testing.assert_allclose(found["value"][name][: len(theirs)], theirs, rtol=1e-6)
            assert not any(found["value"]["true_positives"][len(theirs) :])


@both_runs
def test_meshes(both: Both, run: str) -> None:
    (expected,) = {each["step"] for each in both.theirs("plugin/mesh/meshes", run=run, tag="shape", sample=0)}
    parts = {"VERTEX": ("vertices", "<f4"), "FACE": ("faces", "<i4"), "COLOR": ("colors", "u1")}
    for part, (name, dtype) in parts.items():
        found = both.value("mesh", f"shape_{part}", run, 0)
        assert found["step"] == expected
        assert (found["value"]["name"], found["value"]["part"]) == ("shape", name)
        query = {"run": run, "tag": "shape", "content_type": part, "sample": 0, "step": expected}
        theirs = np.frombuffer(both.theirs("plugin/mesh/data", plain=True, **query), dtype)
        assert np.array(found["value"]["data"]).reshape(-1).tolist() == theirs.tolist()


def test_layouts(both: Both) -> None:
    expected = both.theirs("plugin/custom_scalars/layout")
    (tag,) = (name for kind, name in both.tags if kind == "custom_scalars")
    (run, *_) = both.kinds["custom_scalars", tag]
    found = both.ours("value", tag=both.tags["custom_scalars", tag], run=run, index=0)["value"]
    assert [each["title"] for each in found["categories"]] == [each["title"] for each in expected["category"]]
    charts = found["categories"][0]["charts"]
    theirs = expected["category"][0]["chart"]
    assert [each["title"] for each in charts] == [each["title"] for each in theirs]
    assert charts[0]["tags"] == theirs[0]["multiline"]["tag"]
    assert charts[1]["margins"] == [
        [each["value"], each["lower"], each["upper"]] for each in theirs[1]["margin"]["series"]
    ]


def test_hyper_parameters(both: Both) -> None:
    request = json.dumps({"startIndex": 0, "sliceSize": 10, "allowedStatuses": ["STATUS_SUCCESS", "STATUS_UNKNOWN"]})
    groups = both.theirs("plugin/hparams/session_groups", request=request)["sessionGroups"]
    expected = {tuple(each["name"] for each in group["sessions"]): group["hparams"] for group in groups}
    found = {row["id"]: row["hparams"] for row in both.ours("runs")["runs"]}
    names = {run_id: name for name, run_id in both.runs.items()}
    for sessions, hparams in expected.items():
        for session in sessions:
            assert {names[run]: values for run, values in found.items()}[session] == hparams


@both_runs
def test_graphs(both: Both, run: str) -> None:
    expected = text_format.Parse(both.theirs("plugin/graphs/graph", plain=True, run=run), graph_pb2.GraphDef())
    raw = both.value("graph", "", run, 0, format="raw", plain=True)
    found = graph_pb2.GraphDef.FromString(raw)
    assert [(node.name, node.op, list(node.input)) for node in found.node] == [
        (node.name, node.op, list(node.input)) for node in expected.node
    ]
    assert len(found.node) > 3


def test_a_downloaded_picture_is_one(both: Both) -> None:
    from PIL import Image

    data = both.value("images", "picture", "ours", 0, format="media", width=16, plain=True)
    assert Image.open(io.BytesIO(data)).size == (8, 8)
