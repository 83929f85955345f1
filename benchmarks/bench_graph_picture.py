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
from benchmarks.harness import Result, seconds, within_bound

_SOURCE = """
import transformers
def resnet(): return transformers.ResNetForImageClassification(transformers.ResNetConfig())
"""
_COMMAND = "from cutaway.cli import main; main(['graph', 'nets:resnet', '--input', '1,3,224,224', '-o', 'model.svg'])"
_MODEL = "import sys; sys.path.insert(0, '.'); import torch, nets; nets.resnet()"
_ROUNDS = 5


def benchmarks() -> Iterator[Result]:
    """The command, and the picture of a model in memory with all of its groups closed and open."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "nets.py").write_text(_SOURCE)

        def process(code: str) -> float:
            return seconds(lambda: subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, stdout=-3))

        process(_COMMAND)
        pairs = [(process(_COMMAND), process(_MODEL)) for _ in range(_ROUNDS)]
    beyond = statistics.median(command - model for command, model in pairs)
    alone = statistics.median(model for _, model in pairs)
    yield within_bound(
        "`cutaway graph` of a ResNet-50 beyond the imports and the model", beyond, 1.0, note=f"these take {alone:.2f} s"
    )
    model = transformers.ResNetForImageClassification(transformers.ResNetConfig())
    graph = cutaway.graph(model, (1, 3, 224, 224))
    nodes = len(graph.reading.graph.nodes.op)
    svg = statistics.median(seconds(lambda: graph.to_svg(open="*", fold=False)) for _ in range(_ROUNDS))
    yield within_bound("the picture of the same with everything open", svg, 1.0, note=f"{nodes:,} nodes")
