"""``POST ./api/steps``: the steps at which data other than scalars was recorded."""

import numpy as np
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import parse_runs
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.queries import parse_object
from cutaway.server.responses import fail
from cutaway.server.routing import post
from cutaway.store.recorded_steps import RecordedSteps


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    recorded = RecordedSteps(context.log)

    def answer(body: bytes) -> Response:
        runs = parse_runs(context.log, parse_object(body, ("runs",)).get("runs"), "runs")
        try:
            revision, kinds = recorded.of(runs)
        except KeyError as error:
            fail(404, f"there is no run with the id {str(error.args[0])[:50]!r}")
        described = [{"kind": kind, "length": len(steps), "count": number} for kind, number, steps in kinds]
        joined = np.concatenate([np.empty(0, np.int64), *(steps for _, _, steps in kinds)])
        return frame_response({"revision": revision, "kinds": described}, {"step": joined})

    return [post("/api/steps", answer)]
