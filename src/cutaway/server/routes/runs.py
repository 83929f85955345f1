"""``GET ./api/runs``: the table of runs."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.queries import checked
from cutaway.server.responses import NO_STORE, json_body
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_table import RunRow, RunTable

_SHOWN = ("id", "revision", "start", "end", "points", "bytes", "damaged_bytes", "hparams", "hparams_left_out")


def routes(log: LogDirectory) -> list[Route]:
    """The routes of this group."""
    table = RunTable(log)
    known: dict[str, tuple[RunRow, str, bytes]] = {}

    def encode() -> bytes:
        revision, rows = table.rows()
        texts = [_text(state, row, known) for state, row in rows]
        return b'{"revision":%d,"runs":[%s]}' % (revision, b",".join(texts))

    async def runs(request: Request) -> Response:
        checked(request.query_params, ())
        # A run stalls without any change: no ETag could tell.
        return Response(await run_in_threadpool(encode), headers=NO_STORE, media_type="application/json")

    return [Route("/api/runs", runs)]


def _text(state: str, row: RunRow, known: dict[str, tuple[RunRow, str, bytes]]) -> bytes:
    """A row as JSON: the text of an earlier answer while it is the same row in the same state."""
    same, as_state, text = known.get(row.id, (None, "", b""))
    if same is not row or as_state != state:
        scalars = {tag: [facts.step, facts.last, facts.min, facts.max] for tag, facts in row.scalars.items()}
        shown = {name: getattr(row, name) for name in _SHOWN}
        text = json_body({**shown, "state": state, "scalars": scalars})
        known[row.id] = row, state, text
    return text
