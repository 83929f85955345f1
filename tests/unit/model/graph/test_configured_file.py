"""Keras models in files: layers and what each reads, without Keras."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.unit.model.graph.keras_configuration import SEQUENTIAL

import cutaway
from cutaway.model.graph.configured_file import graph_of_configured_file

OWN = {"class_name": "Net", "config": {"width": 4}}


def archive(path: Path, name: str, text: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, text)
    return path


@pytest.mark.parametrize("ending", [".keras", ".json"])
def test_layers(tmp_path: Path, ending: str) -> None:
    path, text = tmp_path / f"net{ending}", json.dumps(SEQUENTIAL)
    if ending == ".keras":
        archive(path, "config.json", text)
    else:
        path.write_text(text)
    found = graph_of_configured_file(path)
    assert found is not None
    name, graph = found
    assert (name, graph.nodes.name) == ("net", ["x", "dense", "output"])
    assert (graph.edges.start.tolist(), graph.edges.end.tolist()) == ([0, 1], [1, 2])
    assert (cutaway.graph(path).title, cutaway.graph(path).source) == ("net", "keras")


def test_a_class_of_ones_own(tmp_path: Path) -> None:
    """A file with weights may be opened by Keras; the text is all there is."""
    assert graph_of_configured_file(archive(tmp_path / "own.keras", "config.json", json.dumps(OWN))) is None
    (tmp_path / "own.json").write_text(json.dumps(OWN))
    with pytest.raises(ValueError, match=r"own\.json names no layers"):
        graph_of_configured_file(tmp_path / "own.json")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.json", None, "there is no file .*none.json"),
        ("none.keras", None, "there is no file .*none.keras"),
        ("folder.json", ..., "folder.json cannot be read: is a directory"),
        ("empty.json", "", "empty.json is no configuration of a Keras model, or it is damaged: "),
        ("list.json", "[]", "the JSON is no configuration of a Keras model"),
        ("deep.json", "[" * 100_000, "deep.json is no configuration of a Keras model"),
        ("noise.keras", "PK", "noise.keras is no Keras file, or it is damaged: File is not a zip file"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: Any, reason: str) -> None:
    if content is ...:
        (tmp_path / name).mkdir()
    elif content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=reason):
        graph_of_configured_file(tmp_path / name)


def test_archives_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no config\.json in it"):
        graph_of_configured_file(archive(tmp_path / "other.keras", "notes.txt", "x"))
    with pytest.raises(ValueError, match=r"it has more than 67,108,864 bytes"):
        graph_of_configured_file(archive(tmp_path / "bomb.keras", "config.json", " " * (65 << 20)))
    path = archive(tmp_path / "net.keras", "config.json", json.dumps(SEQUENTIAL))
    whole = path.read_bytes()
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        problem = ""
        try:
            graph_of_configured_file(path)
        except ValueError as error:
            problem = str(error)
        assert problem == "" or str(path) in problem
