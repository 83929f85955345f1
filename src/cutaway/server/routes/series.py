"""``GET ./api/series``: every point of a tag as CSV or JSON, streamed, and nothing reduced."""

import csv
import io
import json
from collections.abc import Iterator

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cutaway.server.chart_request import ATTEMPTS, ChartLines, one_of, points_of, require_read
from cutaway.server.context import Context
from cutaway.server.responses import NO_STORE, attachment, fail
from cutaway.server.routing import Asked, get
from cutaway.store.log_directory import LogDirectory
from cutaway.store.neutral_text import for_csv
from cutaway.store.recorded_rows import rows
from cutaway.store.segments import FilePoints

_FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_ACCEPTED = ("tag", "runs", "format", "superseded", "attempts")
#: Rows that are sent at a time.
_AT_ONCE = 4096

_NOT_IN_JSON = {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}

#: A run's name, and a point's step, wall time and value as text.
Rows = Iterator[tuple[str, str, str, str]]


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log = context.log

    def answer(asked: Asked) -> Response:
        lines, runs, kind = _parse(asked)
        found = _found(log, lines, runs)
        text = _csv(found) if kind == "csv" else _json(found)
        headers = NO_STORE | attachment(f"{log.tag_name(lines.tag)[0]}-every-point", f".{kind}")
        return StreamingResponse(iterate_in_threadpool(text), media_type=_FORMATS[kind], headers=headers)

    return [get("/api/series", answer, (), _ACCEPTED)]


def _found(log: LogDirectory, lines: ChartLines, runs: tuple[str, ...]) -> Rows:
    """The points of all runs are snapshots: points that are added while they are sent are not among them."""
    found = points_of(log, lines, runs)["runs"]
    require_read(log, runs)
    names = {run.id: run.name for run in log.catalogue().runs}
    return _rows({names.get(run, run): files for run, files in found.items()})


def _parse(asked: Asked) -> tuple[ChartLines, tuple[str, ...], str]:
    kind = asked.get("format", "csv")
    if kind not in _FORMATS:
        fail(400, f"format must be one of {', '.join(_FORMATS)}")
    if "tag" not in asked or "runs" not in asked:
        fail(400, "tag, the id of a tag, and runs, ids of runs with commas between, must be given")
    superseded = asked.get("superseded", "false")
    if superseded not in ("true", "false"):
        fail(400, "superseded must be true or false")
    last_attempt = one_of(asked.get("attempts", "all"), ATTEMPTS, "attempts") == "last"
    lines = ChartLines(asked["tag"], None, superseded == "true", last_attempt)
    return lines, tuple(dict.fromkeys(run for run in asked["runs"].split(",") if run)), kind


def _rows(runs: dict[str, list[FilePoints]]) -> Rows:
    for name, files in runs.items():
        yield from ((name, *row) for row in rows(part.points for part in files))


def _csv(found: Rows) -> Iterator[bytes]:
    """As RFC 4180 has it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("run", "step", "wall_time", "value"))
    for number, (name, *row) in enumerate(found, 1):
        writer.writerow((for_csv(name), *row))
        if number % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _json(found: Rows) -> Iterator[bytes]:
    """A list of [run, step, wall_time, value]; numbers that JSON lacks are strings."""
    text = io.StringIO()
    text.write("[")
    for number, (name, step, wall_time, value) in enumerate(found):
        text.write(",\n" if number else "")
        text.write(f"[{json.dumps(name)},{step},{_number(wall_time)},{_number(value)}]")
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield _taken(text)
    text.write("]\n")
    yield _taken(text)


def _number(text: str) -> str:
    return _NOT_IN_JSON.get(text, text)


def _taken(text: io.StringIO) -> bytes:
    """Take the text written so far, as UTF-8. Lone surrogates of file names become question marks."""
    data = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return data
