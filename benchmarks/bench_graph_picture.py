"""Graphs without a browser: from the command to the picture

What the command takes beyond a process that imports PyTorch and transformers and makes the model.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import transformers

import cutaway
from benchmarks.harness import Row, Rows, seconds, within_bound

_SOURCE = """
import transformers
def resnet(): return transformers.ResNetForImageClassification(transformers.ResNetConfig())
"""
_COMMAND = "from cutaway.cli import main; main(['graph', 'nets:resnet', '--input', '1,3,224,224', '-o', 'model.svg'])"
_MODEL = "import sys; sys.path.insert(0, '.'); import torch, nets; nets.resnet()"


def benchmarks() -> Rows:
    """The command, and the picture of a model in memory with all of its groups closed and open."""
    yield _command()
    yield _picture()


def _command() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "nets.py").write_text(_SOURCE)
        alone: list[float] = []

        def process(code: str) -> float:
            return seconds(lambda: subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, stdout=-3))

        def beyond() -> float:
            command = process(_COMMAND)
            alone.append(process(_MODEL))
            return command - alone[-1]

        yield within_bound(
            "`cutaway graph` of a ResNet-50 beyond the imports and the model",
            beyond,
            1.0,
            note=lambda: f"these take {statistics.median(alone):.2f} s",
        )


def _picture() -> Iterator[Row]:
    model = transformers.ResNetForImageClassification(transformers.ResNetConfig())
    graph = cutaway.graph(model, (1, 3, 224, 224))
    nodes = len(graph.reading.graph.nodes.op)
    yield within_bound(
        "the picture of the same with everything open",
        lambda: seconds(lambda: graph.to_svg(open="*", fold=False)),
        1.0,
        note=f"{nodes:,} nodes",
    )
