"""The steps of data other than scalars, through HTTP."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cutaway
from cutaway.store.log_directory import LogDirectory


def test_steps_by_kind(client: Any, log: LogDirectory, tmp_path: Path, decode: Callable[[bytes], Any]) -> None:
    for run, steps in (("a", [1, 2]), ("b", [2, 3])):
        with cutaway.SummaryWriter(tmp_path / "log" / run) as writer:
            for step in steps:
                writer.add_text("note", "text", step)
            writer.add_histogram("weights", [1.0], 50)
    log.refresh()
    ids = [run.id for run in log.catalogue().runs]
    for runs in (ids, {"matching": ""}):
        header, columns = decode(client.post("/api/steps", json={"runs": runs}).content)
        assert {(kind["kind"], kind["length"], kind["count"]) for kind in header["kinds"]} == {
            ("text", 3, 3),
            ("histograms", 1, 1),
        }
        ends = [0]
        for kind in header["kinds"]:
            ends.append(ends[-1] + kind["length"])
            expected = [1, 2, 3] if kind["kind"] == "text" else [50]
            assert columns["step"][ends[-2] : ends[-1]].tolist() == expected
        assert header["revision"] == log.revision


def test_refused(client: Any) -> None:
    for body, status in (({}, 400), ({"runs": "r0"}, 400), ({"runs": ["r9"]}, 404), ({"runs": [], "tags": []}, 400)):
        response = client.post("/api/steps", json=body)
        assert response.status_code == status
        assert response.json()["error"]
