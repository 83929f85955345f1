"""The graphs of models: each once in its run, with answers about it, and reasons where there are none."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from cutaway import SummaryWriter
from cutaway.events import graph_messages, messages
from cutaway.events.core import frame
from cutaway.events.messages import file_version
from cutaway.events.schema import encode
from cutaway.events.wire import varint
from cutaway.model.trace_bytes import MAGIC
from cutaway.store.log_directory import LogDirectory


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(*(nn.Linear(4, 4) for _ in range(5)))
        self.head = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> Any:
        return self.head(self.layers(x))


def graph_def(names: list[tuple[str, str, list[str]]]) -> bytes:
    nodes = [{"name": name, "op": op, "input": inputs, "device": "/cpu:0"} for name, op, inputs in names]
    return encode(graph_messages.GRAPH_DEF, {"node": nodes})


def record(path: Path, *events: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if not file.tell():
            file.write(frame(file_version(1000.0)))
        file.write(b"".join(frame(encode(messages.EVENT, {"wall_time": 1001.0, **event})) for event in events))


def trace_record(data: bytes) -> dict[str, Any]:
    metadata = {"plugin_data": {"plugin_name": "cutaway_model"}}
    tensor = {"dtype": 7, "tensor_shape": {}, "string_val": [data]}
    return {"summary": {"value": [encode(messages.VALUE, {"tag": "net", "metadata": metadata, "tensor": tensor})]}}


GRAPH = graph_def(
    [("x", "Placeholder", []), ("dense/MatMul", "MatMul", ["x"]), ("out", "Relu", ["dense/MatMul", "^x", "gone"])]
)


@pytest.fixture
def filled(log: LogDirectory, tmp_path: Path) -> LogDirectory:
    for run in ("a", "b"):
        torch.manual_seed(0)
        for _ in range(2 if run == "a" else 1):
            with SummaryWriter(tmp_path / "log" / run) as writer:
                writer.add_model(Net(), input_size=(2, 4), backward=True)
    events = tmp_path / "log" / "tf" / "events.out.tfevents.1000.host.1.0"
    record(events, {"graph_def": GRAPH}, {"graph_def": GRAPH, "wall_time": 1005.0})
    log.refresh()
    return log


def test_costs_of_one_of_several_measurements(client: Any, log: LogDirectory, tmp_path: Path) -> None:
    def measured(step: int, microseconds: int) -> dict[str, Any]:
        stats = {"node_name": "out", "all_start_micros": 1, "all_end_rel_micros": microseconds}
        step_stats = {"dev_stats": [{"device": "/cpu:0", "node_stats": [stats]}]}
        data = encode(graph_messages.RUN_METADATA, {"step_stats": step_stats})
        return {"tagged_run_metadata": {"tag": f"step {step}", "run_metadata": data}, "step": step, "wall_time": step}

    events = tmp_path / "log" / "tf" / "events.out.tfevents.1000.host.1.0"
    record(events, {"graph_def": GRAPH}, measured(1100, 20), measured(1200, 50))
    log.refresh()
    (graph,) = client.get("/api/models").json()["models"]
    asked = {name: graph[name] for name in ("run", "graph")}

    def seconds(**more: str) -> float | None:
        answer = client.get("/api/model", params=asked | more).json()
        assert answer["measured"] == [{"tag": "step 1100", "step": 1100}, {"tag": "step 1200", "step": 1200}]
        found: float | None = answer["groups"]["costs"]["seconds"][0]
        return found

    assert seconds() == pytest.approx(50e-6)
    assert seconds(measured="0") == pytest.approx(20e-6)
    assert seconds(measured="1") == pytest.approx(50e-6)
    assert client.get("/api/model", params=asked | {"measured": "2"}).status_code == 404
    assert client.get("/api/model", params=asked | {"measured": "newest"}).status_code == 400


def named(client: Any, source: str) -> dict[str, str]:
    """The run and the digest of the trace of one run, or of the graph of another: traces have graphs beside them."""
    run = {"trace": "a", "graph_def": "tf"}[source]
    runs = {each["name"]: each["id"] for each in client.get("/api/catalogue").json()["runs"]}
    models = client.get("/api/models").json()["models"]
    return next(
        {name: each[name] for name in ("run", "graph")}
        for each in models
        if (each["run"], each["source"]) == (runs[run], source)
    )


def asked(client: Any, route: str = "", source: str = "trace", **parameters: str) -> Any:
    """The answer about such a graph."""
    response = client.get(f"/api/model{route}", params=named(client, source) | parameters)
    assert response.status_code == 200, response.text
    return response.json()


def test_each_graph_is_there_once(filled: LogDirectory, client: Any) -> None:
    answer = client.get("/api/models").json()
    assert answer["revision"] == filled.revision
    names = {run["id"]: run["name"] for run in client.get("/api/catalogue").json()["runs"]}
    found = [(names[each["run"]], each["source"], each["title"], len(each["recorded"])) for each in answer["models"]]
    assert ("tf", "graph_def", "graph", 2) in found
    traces = [each for each in found if each[1] == "trace"]
    assert traces == [("a", "trace", "Net", 2), ("b", "trace", "Net", 1)]
    assert {tuple(each["phases"]) for each in answer["models"] if each["source"] == "trace"} == {
        ("forward", "backward", "both")
    }
    assert all(each["problem"] == "" for each in answer["models"])


def test_answers_about_a_trace(filled: LogDirectory, client: Any) -> None:
    outline = asked(client)
    assert (outline["source"], outline["title"]) == ("trace", "Net")
    groups = outline["groups"]
    assert groups["path"][:3] == ["", "layers", "head"]
    assert groups["costs"]["parameters"][0] == 5 * 20 + 10
    part = asked(client, "/part", group=str(groups["key"].index("layers")), fold="true")
    assert part["boxes"]["repeats"] == [5]
    assert part["boxes"]["key"] == ["layers.0 … layers.4"]
    plain = asked(client, "/part", group=str(groups["key"].index("layers")))
    assert plain["boxes"]["repeats"] == [1] * 5
    head = groups["key"].index("head")
    assert asked(client, "/details", group=str(head))["weights"][0]["path"] == "head.weight"
    assert asked(client, "/search", query="class:linear macs<20")["count"] == 1
    assert head in asked(client, "/reach", group=str(groups["key"].index("layers")), direction="outputs")["groups"]
    both = asked(client, phase="both")
    assert both["groups"]["costs"]["macs"][0] > groups["costs"]["macs"][0]


def test_answers_about_a_graph_of_tensorflow(filled: LogDirectory, client: Any) -> None:
    outline = asked(client, "", "graph_def")
    assert outline["groups"]["path"] == ["", "dense"]
    assert outline["recorded"] == [1001.0, 1005.0]
    assert len(outline["notes"]) == 1
    part = asked(client, "/part", "graph_def", group="0", fold="true")
    assert part["boxes"]["name"] == ["x", "dense", "out"]
    edges = zip(*(part["edges"][name] for name in ("start", "end", "edges", "controls")), strict=True)
    assert sorted(edges) == [(0, 1, 1, 0), (0, 2, 1, 1), (1, 2, 1, 0)]
    node = part["boxes"]["node"][2]
    details = asked(client, "/details", "graph_def", node=str(node))
    assert (details["key"], details["type"], details["device"]) == ("out", "Relu", "/cpu:0")
    assert [each["from"] for each in details["inputs"]] == ["dense/MatMul", "x"]


def test_the_list_is_kept_until_the_log_changes(filled: LogDirectory, client: Any) -> None:
    first = client.get("/api/models")
    again = client.get("/api/models", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("route", "parameters", "status", "reason"),
    [
        ("", {"graph": "ffffffffffff"}, 404, "has no graph 'ffffffffffff'"),
        ("", {"run": "r99"}, 404, "run 'r99' has no graph"),
        ("", {"phase": "up"}, 400, "phase must be one of forward, backward, both"),
        ("/part", {"group": "999"}, 404, "there is no group 999 among"),
        ("/part", {"group": "-1"}, 400, "group must be a whole number"),
        ("/part", {"group": "0", "fold": "yes"}, 400, "fold must be one of true, false"),
        ("/details", {}, 400, "one of group and node must be given"),
        ("/details", {"group": "0", "node": "0"}, 400, "one of group and node must be given"),
        ("/details", {"node": "99999"}, 404, "there is no node 99999 among"),
        ("/reach", {"node": "0", "direction": "up"}, 400, "direction must be one of inputs, outputs, both"),
    ],
)
def test_refused(
    filled: LogDirectory, client: Any, route: str, parameters: dict[str, str], status: int, reason: str
) -> None:
    response = client.get(f"/api/model{route}", params=named(client, "trace") | parameters)
    assert response.status_code == status
    assert reason in response.json()["error"]


def test_a_query_that_cannot_be_read(filled: LogDirectory, client: Any) -> None:
    answer = asked(client, "/search", query="shape:[a]")
    assert (answer["count"], answer["found"]) == (0, [])
    assert answer["problem"].startswith("shape:[a] is none")


#: Of 16,384 x 16,384 float32, and one that is there.
CLAIMED = {"dtype": 1, "tensor_shape": {"dim": [{"size": 1 << 14}, {"size": 1 << 14}]}, "float_val": [1.0]}
SLASHES = "a/" * 10_000
HOSTILE: dict[str, tuple[list[dict[str, Any]], str]] = {
    "circles": (
        [
            {"name": name, "op": "Add", "input": inputs}
            for name, inputs in (("a", ["b", "a"]), ("b", ["c"]), ("c", ["a"]))
        ],
        "",
    ),
    "missing inputs": (
        [{"name": "a", "op": "Add", "input": ["gone", "^gone:7", ":", "^", ""]}],
        "5 inputs name nodes that are not in the graph",
    ),
    "duplicate names": (
        [{"name": "a", "op": "Add", "input": ["a"]} for _ in range(3)],
        "2 nodes have the name of another one",
    ),
    "slashes": ([{"name": f"{SLASHES}{idx}", "op": "Add"} for idx in range(20)] + [{"name": SLASHES, "op": "Add"}], ""),
    "constant of 1 GB, as it says": (
        [{"name": "c", "op": "Const", "attr": [{"key": "value", "value": {"tensor": CLAIMED}}]}],
        "",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_answer_about_a_hostile_graph(name: str, log: LogDirectory, client: Any, tmp_path: Path) -> None:
    """Graphs are anybody's: each node is there, and what is not is counted."""
    nodes, note = HOSTILE[name]
    graph = encode(graph_messages.GRAPH_DEF, {"node": nodes})
    record(tmp_path / "log" / "tf" / "events.out.tfevents.1000.host.1.0", {"graph_def": graph})
    log.refresh()
    (model,) = client.get("/api/models").json()["models"]
    assert (model["problem"], model["nodes"]) == ("", len(nodes))
    choice = {"run": model["run"], "graph": model["graph"]}

    def answer(route: str, **parameters: str) -> Any:
        response = client.get(f"/api/model{route}", params=choice | parameters)
        assert response.status_code == 200, response.text
        assert len(response.content) < 100_000
        return response.json()

    outline = answer("")
    assert outline["notes"] == ([note] if note else [])
    parts = [answer("/part", group=str(group), fold="true") for group in range(len(outline["groups"]["name"]))]
    drawn = sum(node >= 0 for part in parts for node in part["boxes"]["node"])
    assert drawn == (0 if "constant" in name else len(nodes))
    for node in range(len(nodes)):
        assert answer("/details", node=str(node))["type"] in ("Add", "Const")
        assert answer("/reach", node=str(node), direction="both")["left_out"] == 0
    assert answer("/search", query="op:add op:const")["problem"] == ""


def test_a_constant_that_is_cut_off(log: LogDirectory, client: Any, tmp_path: Path) -> None:
    """A node that says that it goes on for 1 GB, of which nothing is there."""
    node = encode(graph_messages.NODE_DEF, {"name": "c", "op": "Const"}) + b"\x2a" + varint(1 << 30)
    graph = b"\x0a" + varint(len(node) + (1 << 30)) + node
    record(tmp_path / "log" / "tf" / "events.out.tfevents.1000.host.1.0", {"graph_def": graph})
    log.refresh()
    (model,) = client.get("/api/models").json()["models"]
    assert model["problem"] == "the nodes of the graph are cut short or no messages"


def test_a_damaged_graph_has_a_problem(log: LogDirectory, client: Any, tmp_path: Path) -> None:
    events = tmp_path / "log" / "run" / "events.out.tfevents.1000.host.1.0"
    record(events, trace_record(MAGIC + b"\x03nothing"), {"graph_def": b"\x0a\xff"})
    log.refresh()
    models = client.get("/api/models").json()["models"]
    assert len(models) == 2
    for model in models:
        assert model["problem"]
        assert model["nodes"] == 0
        response = client.get("/api/model", params={"run": model["run"], "graph": model["graph"]})
        assert response.status_code == 422
        assert response.json()["error"].startswith("the graph is damaged: ")


def test_a_graph_whose_file_is_gone(filled: LogDirectory, client: Any, tmp_path: Path) -> None:
    parameters = named(client, "graph_def")
    for path in (tmp_path / "log").rglob("events*"):
        path.unlink()
    response = client.get("/api/model", params=parameters)
    assert response.status_code == 404
    assert "cannot be read any more" in response.json()["error"]
    assert str(tmp_path) not in response.text
