"""The example in the documentation of the HTTP API does what it says."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.patience import until

from cutaway.server.viewer import Viewer

PAGE = Path(__file__).parents[2] / "docs" / "http-api.md"


def test_a_chart_in_python(tmp_path: Path, write: Callable[..., None]) -> None:
    write("a", {step: float(step) for step in range(5000)})
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    with Viewer(tmp_path / "log", port=0) as viewer:
        until("everything read", lambda: viewer.log.catalogue().loading.done)
        names: dict[str, Any] = {"url": viewer.url}
        exec(code, names)
    (series,) = names["chart"]["series"]
    assert series["count"] == 5000
    x, low, high = names["band"]
    assert (x.tolist(), low.tolist()) == (low.tolist(), x.tolist())
    assert high.max() == 4999
