"""Queries of GET requests: their parameters, checked, with a reason for whatever is not accepted."""

from starlette.datastructures import QueryParams

from cutaway.server.responses import fail
from cutaway.store.identities import SCALARS
from cutaway.store.log_directory import LogDirectory
from cutaway.store.values import Values


def values_of(log: LogDirectory, asked: dict[str, str]) -> tuple[int, Values]:
    """The revision, and the values of the tag and run that a query names. Fails with 404 for unknown ids."""
    try:
        _, kind = log.tag_name(asked["tag"])
        if kind == SCALARS:
            fail(404, f"tag {asked['tag']!r} holds {SCALARS}: see api/scalars")
        return log.values(asked["tag"], asked["run"])
    except KeyError as error:
        fail(404, f"there is no tag or run with the id {str(error.args[0])[:50]!r}")


def checked(params: QueryParams, needed: tuple[str, ...], also: tuple[str, ...] = ()) -> dict[str, str]:
    """The parameters, each known and there once."""
    pairs = params.multi_items()
    for name, _ in pairs:
        if name not in (*needed, *also):
            known = ", ".join((*needed, *also)) or "none"
            fail(400, f"there is no parameter {name[:50]!r}; {known} are accepted")
    found = dict(pairs)
    if len(found) < len(pairs):
        fail(400, "a parameter is given twice")
    missing = [name for name in needed if name not in found]
    if missing:
        fail(400, f"the parameter {missing[0]} must be given")
    return found


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
