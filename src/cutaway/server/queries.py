"""Parameters of requests, in addresses and in bodies: known and there once, with a reason for any that is refused."""

import json
from typing import Any

from starlette.datastructures import QueryParams

from cutaway.events.kind_names import SCALARS
from cutaway.events.wire import MalformedError
from cutaway.server.responses import fail
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.place import PlaceError
from cutaway.store.values import RecordedValues


def values_of(log: LogDirectory, asked: dict[str, str]) -> tuple[int, RecordedValues]:
    """The revision, and the values of the tag and run that a query names. Fails with 404 for unknown ids."""
    try:
        _, kind = log.tag_name(asked["tag"])
        if kind == SCALARS:
            fail(404, f"tag {asked['tag']!r} holds {SCALARS}: see api/scalars")
        return log.values(asked["tag"], asked["run"])
    except KeyError as error:
        fail(404, f"there is no tag or run with the id {str(error.args[0])[:50]!r}")


def problem_of(error: MalformedError | OSError) -> str:
    """Why a value cannot be read, without its path."""
    if isinstance(error, MalformedError):
        return f"the value is damaged: {error}"
    # Not its path, which is nobody's business but the server's.
    why = str(error) if isinstance(error, PlaceError) else error.strerror or "its file has changed"
    return f"the value cannot be read any more: {why}"


def checked(params: QueryParams, needed: tuple[str, ...], also: tuple[str, ...] = ()) -> dict[str, str]:
    """The parameters, each known and there once."""
    pairs = params.multi_items()
    for name, _ in pairs:
        if name not in (*needed, *also):
            fail(400, f"there is no parameter {name[:50]!r}; {_listed((*needed, *also))} accepted")
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        fail(400, f"the parameter {twice} is given twice")
    missing = [name for name in needed if name not in found]
    if missing:
        fail(400, f"the parameter {missing[0]} must be given")
    return found


def parse_object(body: bytes, accepted: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object of a body, with no name twice in any object of it; fails with 400 for anything else."""
    try:
        document = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        fail(400, "the request is not JSON")
    if not isinstance(document, dict):
        fail(400, f"the request must be an object; {_listed(accepted)} accepted in it")
    check_names(document, accepted, "the request")
    return document


def check_names(given: dict[str, Any], accepted: tuple[str, ...], where: str) -> None:
    """Fail with 400 where an object has a name that is not accepted in it."""
    for name in given:
        if name not in accepted:
            fail(400, f"there is no {name[:50]!r} in {where}; {_listed(accepted)} accepted")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        # `add` returns None: the first name that was seen before.
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        fail(400, f"{twice[:50]!r} is given twice in one object")
    return found


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}" if names else "none is"


def number(asked: dict[str, str], name: str, low: int, high: int, usual: str = "") -> int:
    """A whole number of a query, within limits. Fails with 400; with 404 for an index that there is not."""
    text = asked.get(name, usual)
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        fail(400, f"{name} must be a whole number")
    found = int(text)
    if name == "index" and found > high:
        fail(404, f"there are {high + 1} values, not value {found}")
    if not low <= found <= high:
        fail(400, f"{name} must be from {low} to {high:,}")
    return found
