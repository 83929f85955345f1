"""`cutaway.graph`: arguments, data and files."""

import gzip
import json
import re
import subprocess
import sys
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import cutaway
from cutaway.model.graph import page
from cutaway.model.graph.export import FORMAT, VERSION


def model() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))


def test_columns() -> None:
    found = cutaway.graph(model(), (3, 4))
    data = json.loads(found.to_json())
    assert data == found.to_dict()
    assert (data["format"], data["version"], data["title"]) == (FORMAT, VERSION, "Sequential")
    groups, nodes, edges = data["groups"], data["nodes"], data["edges"]
    assert groups["path"][:4] == ["", "0", "1", "2"]
    assert {len(column) for column in groups.values()} == {len(groups["name"])}
    assert {len(column) for column in nodes.values()} == {len(nodes["name"])}
    assert {len(column) for column in edges.values()} == {len(edges["start"])}
    assert nodes["kind"].count("parameter") == 4
    assert nodes["kind"].count("input") == nodes["kind"].count("output") == 1
    (relu,) = [idx for idx, name in enumerate(nodes["name"]) if name == "relu"]
    assert groups["type"][nodes["group"][relu]] == "ReLU"
    (edge,) = [idx for idx, end in enumerate(edges["end"]) if end == relu]
    assert data["tensors"][edges["tensor"][edge]] == {"shape": [3, 8], "dtype": "float32", "bytes": 96}
    (parameters,) = [cost for cost in data["costs"] if cost["name"] == "parameters"]
    assert parameters["groups"][:4] == [58, 40, 0, 18]
    assert data["failure"] is None


def test_every_field_is_documented() -> None:
    text = (Path(__file__).parents[4] / "docs" / "graphs.md").read_text("utf-8").partition("## The data")[2]
    named = {
        name for row in re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE) for name in re.findall(r"`([\w.]+)`", row)
    }
    data = cutaway.graph(model(), (3, 4)).to_dict()
    columns = {f"{part}.{name}" for part in ("groups", "nodes", "edges") for name in data[part]}
    assert named == columns | {name for name in data if name not in ("groups", "nodes", "edges")}
    for name in {*data["costs"][0], *data["tensors"][0]}:
        assert f"`{name}`" in text


def test_files(tmp_path: Path) -> None:
    found = cutaway.graph(model(), (3, 4))
    found.save(tmp_path / "model.svg", depth=1)
    assert (tmp_path / "model.svg").read_text("utf-8") == found.to_svg(depth=1)
    found.save(str(tmp_path / "model.JSON"))
    assert json.loads((tmp_path / "model.JSON").read_text("utf-8")) == found.to_dict()
    with pytest.raises(ValueError, match=r"'model.png' ends with '.png'; .svg or .html or .json is expected"):
        found.save(tmp_path / "model.png")
    assert repr(found).startswith("<ModelGraph of Sequential: ")


@pytest.mark.parametrize(
    ("settings", "error", "reason"),
    [
        ({"depth": 0}, ValueError, "depth is 0; a whole number from 1 is expected"),
        ({"depth": "all"}, TypeError, "depth is of type str"),
        ({"depth": 1, "open": "0"}, ValueError, "depth was given with open"),
        ({"open": [3]}, TypeError, "open has an element of type int"),
        ({"phase": "sideways"}, ValueError, "phase is 'sideways'; one of forward, backward, both is expected"),
        ({"input_size": None}, ValueError, "Sequential has no graph, as no forward of it is known"),
    ],
)
def test_bad_arguments(settings: dict[str, Any], error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        cutaway.graph(model(), **{"input_size": (3, 4), **settings})


def test_bad_views() -> None:
    found = cutaway.graph(model(), (3, 4))
    with pytest.raises(ValueError, match=r"cost is 'flops'; known of this graph are parameters, .*macs"):
        found.to_svg(cost="flops")
    with pytest.raises(ValueError, match=r"open has '7', and no group of the graph has such a name; there is '0'"):
        found.to_svg(open=["7"])


def test_phases() -> None:
    forward, backward, both = (cutaway.graph(model(), (3, 4), phase=phase) for phase in ("forward", "backward", "both"))
    ops = [[op for op in each.reading.graph.nodes.op if op.startswith("aten")] for each in (forward, backward, both)]
    # The gradient of the output itself is in neither.
    assert {*ops[0], *ops[1], "aten.ones_like.default"} == {*ops[2]}
    assert any("backward" in op for op in ops[1])


def test_a_later_view_is_of_the_same_graph() -> None:
    found = cutaway.graph(model(), (3, 4), depth=1, cost="macs")
    assert found.to_svg(open="*") != found.to_svg()
    assert "Numbers and bars" in found.to_svg(open="*")
    assert "Numbers and bars" not in found.to_svg(cost=None)


def test_files_of_weights_have_no_graph(tmp_path: Path) -> None:
    torch.save(model().state_dict(), tmp_path / "weights.pt")
    with pytest.raises(ValueError, match="has no graph, as no forward of it is known"):
        cutaway.graph(tmp_path / "weights.pt")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the built one."""
    folder = tmp_path / "offline"
    folder.mkdir()
    (folder / "graph.js").write_text('const text = "</script><!--";', "utf-8")
    (folder / "graph.css").write_text(".offline{}", "utf-8")
    monkeypatch.setattr(page, "_PROGRAM", folder)
    return folder


class Elements(HTMLParser):
    """The scripts of a page, and the attributes of its frames."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.frames: list[dict[str, str | None]] = []
        self._open: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        self._open = dict(attrs) if tag == "script" else None
        if tag == "iframe":
            self.frames.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            attributes, text = self.scripts.pop()
            self.scripts.append((attributes, text + data))

    def handle_endtag(self, tag: str) -> None:
        self._open = None


def test_a_page(program: Path) -> None:
    """It holds what the program asks a server for, in scripts that nothing of it can end."""

    class Hostile(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleDict({"</script><script>alert(1)": nn.Linear(4, 4), "<!--": nn.Linear(4, 4)})

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for layer in self.layers.values():
                x = layer(x)
            return x

    found = cutaway.graph(Hostile(), (3, 4))
    elements = Elements()
    elements.feed(found.to_html(cost="macs"))
    (kind, data), (_, code) = elements.scripts
    assert kind["type"] == "application/gzip"
    embedded = json.loads(gzip.decompress(b64decode(data)))
    assert code == 'const text = "<\\u002fscript><\\u0021--";'
    assert embedded["cost"] == "macs"
    answers = embedded["answers"]
    groups = len(found.reading.graph.groups.name)
    assert len(answers["model"]["groups"]["name"]) == groups
    assert "layers.</script><script>alert(1)" in answers["model"]["groups"]["key"]
    for group in range(groups):
        assert answers[f"model/part?group={group}&fold=true"]["group"] == group
        assert answers[f"model/details?group={group}"]["group"] == group
    assert answers["model/details?node=0"]["node"] == 0


def test_notebooks_have_the_page_in_a_frame(program: Path) -> None:
    found = cutaway.graph(model(), (3, 4))
    elements = Elements()
    elements.feed(found._repr_html_())
    (frame,) = elements.frames
    assert frame["srcdoc"] == found.to_html()
    assert elements.scripts == []


def test_without_the_program_there_is_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_PROGRAM", tmp_path)
    found = cutaway.graph(model(), (3, 4))
    assert found.to_svg() in found._repr_html_()
    with pytest.raises(RuntimeError, match="was not built into this package"):
        found.to_html()


def test_the_name_is_lazy() -> None:
    code = "import sys, cutaway; assert 'graph' in cutaway.__all__; print([n for n in sys.modules if 'model' in n])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
