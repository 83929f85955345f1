"""Graphs: from a graph in an event file to what the page shows first

Ours is a server that has read the log and was asked for no graph before: the answers `api/model` (all scopes, what they
cost) and `api/model/part` (the boxes of the whole). TensorBoard's server sends the whole graph as text, which its page
then reads; that is not in its time.
"""

import asyncio
import tempfile
import urllib.parse
from pathlib import Path
from typing import Any

import httpx

from benchmarks.harness import Rows, compare_figures, seconds
from benchmarks.servers import TENSORBOARD, Server, tensorboard
from cutaway.events import graph_messages, messages
from cutaway.events.core import frame
from cutaway.events.messages import file_version
from cutaway.events.schema import encode
from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory

SIZES = (10_000, 50_000)
#: Of a layer.
OPS = ("MatMul", "BiasAdd", "Relu", "Mul", "Add")


def benchmarks() -> Rows:
    """A graph of each size."""
    for nodes in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder) / "run", nodes)
            with tensorboard(Path(folder)) as peer:
                peer.wait(lambda server: bool(server.json("data/plugin/graphs/info")))
                log = LogDirectory(folder)
                log.refresh()
                yield compare_figures(
                    f"`api/model` and the first part, a GraphDef of {nodes:,} nodes",
                    lambda log=log: seconds(lambda: first_answers(log)),  # type: ignore[misc]
                    lambda peer=peer: seconds(lambda: whole_graph(peer)),  # type: ignore[misc]
                    peer_name=f"{TENSORBOARD}, `data/plugin/graphs/graph`",
                )


def write(folder: Path, nodes: int) -> None:
    """Layers in blocks in stages, each with its weights and a skip over the layer."""
    found: list[dict[str, Any]] = [{"name": "x", "op": "Placeholder"}]
    last = "x"
    for layer in range(nodes // (len(OPS) + 2)):
        scope = f"stage_{layer // 500}/block_{layer // 20}/layer_{layer % 20}"
        weights = [f"{scope}/{name}" for name in ("kernel", "bias")]
        found += [{"name": name, "op": "VariableV2"} for name in weights]
        skip = last
        for op, more in zip(OPS, (weights[0], weights[1], "", "", skip), strict=True):
            name = f"{scope}/{op}"
            found.append({"name": name, "op": op, "input": [each for each in (last, more) if each]})
            last = name
    write_nodes(folder, found)


def write_nodes(folder: Path, nodes: list[dict[str, Any]]) -> None:
    """An event file with a GraphDef."""
    graph = encode(graph_messages.GRAPH_DEF, {"node": nodes})
    folder.mkdir()
    event = encode(messages.EVENT, {"wall_time": 1001.0, "graph_def": graph})
    (folder / "events.out.tfevents.1000.host.1.0").write_bytes(frame(file_version(1000.0)) + frame(event))


def first_answers(log: LogDirectory) -> None:
    """Of an application that has decoded nothing."""

    async def ask() -> None:
        application = create_application(log, Closing(), {})
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            graph = (await client.get("/api/models")).json()["models"][0]
            named = {"run": graph["run"], "graph": graph["graph"]}
            for path, more in (("/api/model", {}), ("/api/model/part", {"group": "0", "fold": "true"})):
                assert (await client.get(path, params=named | more)).status_code == 200

    asyncio.run(ask())


def whole_graph(server: Server) -> None:
    """The whole, as TensorBoard's page asks for it."""
    limits = {"limit_attr_size": "1024", "large_attrs_key": "_too_large_attrs"}
    query = urllib.parse.urlencode({"run": "run", "conceptual": "false", **limits})
    assert server.get(f"data/plugin/graphs/graph?{query}")
