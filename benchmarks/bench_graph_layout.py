"""Laying out a graph: the ops of a transformer, each in a process of its own

Blocks of 14 ops with two residuals each. The peers are installed from npm into a temporary folder. A peer that fails,
or that takes longer than a minute, is named and has no figure.
"""

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.harness import ROUNDS, Result, Row, Rows, compare_figures

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "build_backend"))

import web_build

_PEERS = {"dagre": "@dagrejs/dagre@3.1.3", "elkjs": "elkjs@0.12.1"}
_SCRIPT = Path(__file__).with_name("graph_layout.mjs")
_LONGEST = 60


def _node() -> Path:
    _, folder = web_build.npm_command()
    return Path(folder) / "node"


def _seconds(folder: Path, name: str, ops: int) -> float:
    """Seconds of one layout; RuntimeError with the reason where there is none."""
    command = [str(_node()), str(_SCRIPT), str(web_build.WEB), str(folder), name, str(ops)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST, check=True).stdout
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"not done after {_LONGEST} s") from None
    found = json.loads(answer.strip().splitlines()[-1])
    if "error" in found:
        raise RuntimeError(found["error"])
    return float(found["milliseconds"]) / 1000


def _alone(folder: Path, what: str, ops: int, why: str) -> Result:
    """Where there is no figure of the peer."""
    return Result(what, "", tuple(_seconds(folder, "ours", ops) for _ in range(ROUNDS)), why, ())


def benchmarks() -> Rows:
    """1,000, 10,000 and 100,000 ops."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "package.json").write_text('{"private": true}')
        npm, _ = web_build.npm_command()
        environment = os.environ | {"PATH": f"{_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        install = [*npm, "install", "--silent", "--ignore-scripts", *_PEERS.values()]
        subprocess.run(install, cwd=folder, env=environment, check=True)
        for ops in (1_000, 10_000, 100_000):
            for name, package in _PEERS.items():
                what = f"layout of {ops:,} ops"
                try:
                    _seconds(folder, name, ops)
                except RuntimeError as error:
                    yield Row(what, package, partial(_alone, folder, what, ops, f"{package}: {error}"))
                    continue

                def mine(ops: int = ops) -> float:
                    return _seconds(folder, "ours", ops)

                def peer(name: str = name, ops: int = ops) -> float:
                    return _seconds(folder, name, ops)

                yield compare_figures(what, mine, peer, peer_name=package)
