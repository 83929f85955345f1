"""``GET ./api/runs``: the table of runs."""

from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.context import Context
from cutaway.server.responses import json_body, json_response
from cutaway.server.routing import Asked, get
from cutaway.store.run_table import RunRow, RunTable

_SHOWN = ("id", "revision", "start", "end", "points", "bytes", "damaged_bytes", "hparams", "hparams_left_out")


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    table = RunTable(context.log)
    known: dict[str, tuple[RunRow, str, bytes]] = {}

    def answer(asked: Asked) -> Response:
        revision, rows = table.rows()
        texts = [_text(state, row, known) for state, row in rows]
        # A run stalls without any change: no ETag could tell.
        return json_response(b'{"revision":%d,"runs":[%s]}' % (revision, b",".join(texts)))

    return [get("/api/runs", answer)]


def _text(state: str, row: RunRow, known: dict[str, tuple[RunRow, str, bytes]]) -> bytes:
    """A row as JSON: the text of an earlier answer while it is the same row in the same state."""
    same, as_state, text = known.get(row.id, (None, "", b""))
    if same is not row or as_state != state:
        scalars = {tag: [facts.step, facts.last, facts.min, facts.max] for tag, facts in row.scalars.items()}
        shown = {name: getattr(row, name) for name in _SHOWN}
        text = json_body({**shown, "state": state, "scalars": scalars})
        known[row.id] = row, state, text
    return text
