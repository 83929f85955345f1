"""Groups of routes whose modules are imported with their first request."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from starlette.routing import Route, Router
from tests.patience import until
from tests.server.conftest import PAGE

from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.server.later_routes import LaterGroup
from cutaway.server.viewer import Viewer
from cutaway.store.log_directory import LogDirectory


def groups() -> dict[LaterGroup, set[str]]:
    """Every group, and the paths that it is asked for."""
    found: dict[LaterGroup, set[str]] = {}
    for route in create_application(LogDirectory("nowhere"), Closing(), PAGE).routes:
        if isinstance(route, Route) and isinstance(route.endpoint, LaterGroup):
            found.setdefault(route.endpoint, set()).add(route.path)
    return found


def test_a_group_is_asked_for_all_its_routes() -> None:
    assert len(groups()) >= 5
    for group, paths in groups().items():
        assert {route.path for route in group.routes} == paths


@pytest.mark.parametrize("path", sorted(path for paths in groups().values() for path in paths))
def test_requests_are_answered_as_by_any_route(path: str, client: Any) -> None:
    assert client.get(f"{path}x").status_code == 404
    assert client.get(f"{path}/").status_code == 404
    response = client.request("DELETE", path)
    assert response.status_code == 405
    assert json.loads(response.content)["error"]
    assert client.get(f"{path}?nobody=1").status_code in (400, 405)


def test_a_start_imports_none_of_them() -> None:
    code = "import sys, cutaway.server.http, cutaway.server.viewer; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "cutaway.server.application" in imported
    heavy = ("cutaway.store.rules", "cutaway.store.layers", "cutaway.store.kinds.decoders", "PIL", "cutaway.model")
    assert not [name for name in imported if name.startswith(heavy)]


def test_a_moment_later_all_are_imported(serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> None:
    made: set[str] = set()
    make = LaterGroup.make

    def noting(group: LaterGroup) -> Router:
        made.update(route.path for route in group.routes)
        return make(group)

    monkeypatch.setattr(LaterGroup, "make", noting)
    monkeypatch.setattr("cutaway.server.http._FIRST_PICTURE", 0.0)
    serve()
    until("all groups", lambda: made == {path for paths in groups().values() for path in paths})
