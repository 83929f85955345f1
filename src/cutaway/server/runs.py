"""``GET ./api/runs``: the table of runs."""

from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.responses import NO_STORE, json_body
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_table import RunRow, RunTable


def routes(log: LogDirectory) -> list[Route]:
    """The routes of this group."""
    table = RunTable(log)

    def encode() -> bytes:
        revision, rows = table.rows()
        return json_body({"revision": revision, "runs": [_row(state, row) for state, row in rows]})

    async def runs(request: Request) -> Response:
        # A run stalls without any change: no ETag could tell.
        return Response(await run_in_threadpool(encode), headers=NO_STORE, media_type="application/json")

    return [Route("/api/runs", runs)]


def _row(state: str, row: RunRow) -> dict[str, object]:
    plain = asdict(row)
    del plain["finished"]
    scalars = {tag: [facts.step, facts.last, facts.min, facts.max] for tag, facts in row.scalars.items()}
    return {**plain, "state": state, "scalars": scalars}
