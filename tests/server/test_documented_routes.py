"""The table of routes in the documentation is what the application has, and its links go to sections about them."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.server.conftest import routes_of

from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory

PAGE = (Path(__file__).parents[2] / "docs" / "http-api.md").read_text("utf-8")
ROW = re.compile(
    r"^\| \[?`(?P<route>(?:GET|POST) \./[^`]*)`(?:\]\(#(?P<section>[\w-]+)\))? \| (?P<names>[^|]*)\|", re.M
)
#: The page and its files have no parameters: whatever is behind their addresses is passed over.
UNCHECKED = {"GET ./", "GET ./<name>"}


class Documented(NamedTuple):
    section: str
    needed: set[str]
    also: set[str]


def documented() -> dict[str, Documented]:
    rows = list(ROW.finditer(PAGE))
    found = {}
    for row in rows:
        needed, _, also = row["names"].partition("[")
        names = [set(re.findall(r"`(\w+)`", part)) for part in (needed, also)]
        found[row["route"]] = Documented(row["section"] or "", *names)
    assert len(found) == len(rows)
    return found


def served() -> dict[str, str]:
    """The application's routes as the table has them, with their paths."""
    routes = routes_of(create_application(LogDirectory("nowhere"), Closing(), {}))
    return {
        f"{'POST' if 'POST' in (route.methods or ()) else 'GET'} .{route.path.replace('{name:path}', '<name>')}": (
            route.path
        )
        for route in routes
    }


def section(anchor: str) -> str:
    """The text under a heading, by its anchor."""
    for part in re.split(r"^## ", PAGE, flags=re.M)[1:]:
        heading, _, text = part.partition("\n")
        if heading.lower().replace(" ", "-") == anchor:
            return text
    raise AssertionError(f"there is no section {anchor}")


def test_the_table_has_every_route_and_no_other() -> None:
    assert list(documented()) != []
    assert set(documented()) == set(served())


@pytest.mark.parametrize("route", sorted(set(documented()) - UNCHECKED))
def test_parameters(client: Any, route: str) -> None:
    """What a route accepts and needs, as it says itself, is what the table has; its section tells of each."""
    row, path = documented()[route], served()[route]
    names = row.needed | row.also
    if route.startswith("GET"):
        error = client.get(f"{path}?surely_unknown=1").json()["error"]
    else:
        error = client.post(path, json={"surely_unknown": 1}).json()["error"]
    accepted = re.search(r"'surely_unknown'.*; (.*) (?:is|are) accepted", error)
    assert accepted is not None
    assert set(accepted[1].split(", ")) - {"none"} == names
    for missing in row.needed:
        assert ask(client, route, row.needed - {missing}).status_code == 400
    # Nothing else need be given: what is asked for is not there, or there is nothing of it. An empty list is no tag;
    # where only texts are accepted it is refused.
    takes_texts = route.startswith(("POST ./api/translate", "POST ./api/layers"))
    expected = (400,) if takes_texts else (200, 404)
    assert ask(client, route, row.needed).status_code in expected
    text = section(row.section)
    assert re.search(rf"`{re.escape(route)}[`?]", text)
    for name in names:
        assert re.search(rf"[?&`\"]{name}\b", text), name


def ask(client: Any, route: str, names: set[str]) -> Any:
    """A request with some parameters."""
    if route.startswith("POST"):
        return client.post(served()[route], json={name: [] for name in names})
    values = {"tag": "t0", "run": "r0", "index": "0", "runs": "r0", "id": "r0.0", "graph": "0", "group": "0"}
    values["query"] = "word"
    # HEAD, because one of the answers is a stream without an end.
    return client.request("HEAD", served()[route], params={name: values[name] for name in names})
