"""Embeddings for TensorBoard's projector: ``projector_config.pbtxt`` in a run, and the files that it names.

The files are read from within the log directory only: a configuration that came with somebody's logs must not make a
program read anything else.
"""

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.text_format import is_scalar, tokens
from cutaway.events.wire import MalformedError
from cutaway.store.places.place import Links, Place
from cutaway.store.places.text import as_text

_CONFIG = "projector_config.pbtxt"
_MOST_CHARACTERS = 1 << 20
#: Digits of a size in pixels.
_LONGEST_SIZE = 10
#: Memory of a token: a string, a list and a dict for it at the most.
_TOKEN_BYTES = 400


@dataclass(frozen=True)
class Embedding:
    """One embedding: where its files are, and their content when it is asked for."""

    name: str
    #: Paths of the files in their storage place; None for a file that is not named.
    tensor_file: str | None
    metadata_file: str | None
    sprite_file: str | None
    #: Width and height in pixels of one picture of the sprite.
    sprite_size: tuple[int, ...]
    place: Place = field(repr=False, compare=False)

    @property
    def tensor_path(self) -> Path | None:
        """The file of the values, on this machine."""
        return None if self.tensor_file is None else Path(self.tensor_file)

    @property
    def metadata_path(self) -> Path | None:
        """The file of the labels, on this machine."""
        return None if self.metadata_file is None else Path(self.metadata_file)

    @property
    def sprite_path(self) -> Path | None:
        """The file of the pictures, on this machine."""
        return None if self.sprite_file is None else Path(self.sprite_file)

    def to_array(self) -> NDArray[np.float32]:
        """float32[n, dimensions] from the tab-separated values. Raises OSError or ValueError that names the file."""
        if self.tensor_file is None:
            raise ValueError(f"embedding {self.name!r} has no tensor_path: its values are in a checkpoint")
        try:
            with _open(self.place, self.tensor_file) as file:
                return np.loadtxt(file, np.float32, delimiter="\t", ndmin=2)
        except ValueError as error:
            raise ValueError(f"{self.tensor_file} holds no tab-separated numbers: {error}") from error

    def labels(self) -> list[list[str]]:
        """The metadata's rows, with the header if it has several columns; none without metadata."""
        if self.metadata_file is None:
            return []
        with _open(self.place, self.metadata_file) as file:
            lines = file.read().splitlines()
        return [line.split("\t") for line in lines]

    def describe(self) -> str:
        """In a few words."""
        return f"embedding {self.name!r}"


def read_embeddings(place: Place, directory: str) -> list[Embedding]:
    """The embeddings of a run's directory in a place. A configuration that isn't one, or isn't there, lists none.

    Raises PermissionError for one that names a file outside the log directory, and MalformedError for one that
    is longer, or holds more, than any of them.
    """
    config = f"{directory}/{_CONFIG}"
    try:
        with _open(place, config, "followed") as file:
            text = file.read(_MOST_CHARACTERS + 1)
    except (FileNotFoundError, NotADirectoryError):
        return []
    if len(text) > _MOST_CHARACTERS:
        raise MalformedError(f"{config} has more than {_MOST_CHARACTERS:,} characters")
    embeddings = []
    for message in _parse(text).get("embeddings", []):
        if not isinstance(message, dict):
            continue
        sprite = next((item for item in message.get("sprite", []) if isinstance(item, dict)), {})
        dimensions = (str(size) for size in sprite.get("single_image_dim", []))
        sizes = tuple(int(size) for size in dimensions if size.isdecimal() and len(size) < _LONGEST_SIZE)
        embeddings.append(
            Embedding(
                _first(message, "tensor_name"),
                _inside(place, directory, _first(message, "tensor_path")),
                _inside(place, directory, _first(message, "metadata_path")),
                _inside(place, directory, _first(sprite, "image_path")),
                sizes,
                place,
            )
        )
    return embeddings


def _open(place: Place, path: str, links: Links = "refused") -> io.TextIOWrapper:
    """A file's text. Paths of embeddings have no links in them: one that has come since is not followed."""
    return as_text(place.open(path, links=links))


def _first(message: dict[str, list[Any]], name: str) -> str:
    return next((str(item) for item in message.get(name, []) if isinstance(item, str)), "")


def _inside(place: Place, directory: str, name: str) -> str | None:
    if not name:
        return None
    try:
        return place.resolve(directory, name)
    except PermissionError as error:
        raise PermissionError(f"{directory}/{_CONFIG} names {error}") from error


def _parse(text: str) -> dict[str, list[Any]]:
    """Protobuf's text format, as far as projector configurations use it: every field as a list of its values."""
    budget = Budget(len(text))
    message: dict[str, list[Any]] = {}
    stack = [message]
    name = ""
    for token in tokens(text):
        budget.spend(_TOKEN_BYTES)
        if token.kind == "{":
            child: dict[str, list[Any]] = {}
            stack[-1].setdefault(name, []).append(child)
            stack.append(child)
            name = ""
        elif token.kind == "}":
            if len(stack) > 1:
                stack.pop()
            name = ""
        elif token.kind == "word" and (not name or not is_scalar(token.text)):
            name = token.text
        else:
            stack[-1].setdefault(name, []).append(token.text)
            # Further values of a list follow the same name.
            name = "" if token.kind == "string" else name
    return message
