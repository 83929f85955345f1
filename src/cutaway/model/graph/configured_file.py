"""The graph of a Keras model in a file, by its configuration: a ``.keras`` file, or the JSON of ``model.to_json()``.

Neither Keras nor any code of the file is needed.
"""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from cutaway.model.graph.graph import Graph
from cutaway.model.graph.keras_config import read_model
from cutaway.model.graph.of_keras import graph_of_keras

ARCHIVE, TEXT = ".keras", ".json"
#: What the graph is told to be of.
SOURCE = "keras"
_CONFIGURATION = "config.json"
_MOST_BYTES = 64 << 20


def is_configured_file(model: Any) -> bool:
    """Whether it names such a file, there or not."""
    return isinstance(model, str | Path) and str(model).endswith((ARCHIVE, TEXT))


def graph_of_configured_file(path: Path) -> tuple[str, Graph] | None:
    """The model's name and its graph; None where the file may hold more than a configuration that names no layers.

    That is a ``.keras`` file of a class of one's own. Raises ValueError for a file that is missing, or of another
    format.
    """
    is_text = path.name.endswith(TEXT)
    try:
        document = json.loads(_text(path) if is_text else _configuration(path))
        model = read_model(document)
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except RecursionError:
        raise ValueError(f"{path} is no configuration of a Keras model: it is nested too deep") from None
    except (ValueError, KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        kind = "configuration of a Keras model" if is_text else "Keras file"
        reason = f"there is no {_CONFIGURATION} in it" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"{path} is no {kind}, or it is damaged: {reason}") from error
    graph = graph_of_keras(model)
    if model.is_joined and len(graph.nodes.op):
        return model.name, graph
    if is_text:
        raise ValueError(f"{path} names no layers that follow each other, as a class of one's own does")
    return None


def _text(path: Path) -> bytes:
    with path.open("rb") as file:
        return _bounded(file)


def _configuration(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive, archive.open(_CONFIGURATION) as file:
        return _bounded(file)


def _bounded(file: Any) -> bytes:
    data: bytes = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError(f"it has more than {_MOST_BYTES:,} bytes")
    return data
