"""Requests that end otherwise than by an answer: clients that hang up, and faults of ours."""

import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cutaway.server.notices import Notices
from cutaway.server.responses import error_response, json_body

Handler = Callable[[Request, Exception], Awaitable[Response]]


def exception_handlers() -> Mapping[Any, Handler]:
    """What becomes of each kind of exception in an application."""
    notices = Notices()

    async def gone(request: Request, error: Exception) -> Response:
        # Nobody reads it.
        return Response(status_code=400)

    async def fault(request: Request, error: Exception) -> Response:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        path = request.scope["path"][:100]
        notices.say(f"{path!r} could not be answered, which is a fault of Cutaway: {type(error).__name__} in {where}")
        reason = f"the answer could not be made, which is a fault of Cutaway: {type(error).__name__}"
        return Response(json_body({"error": reason}), 500, media_type="application/json")

    return {HTTPException: error_response, ClientDisconnect: gone, Exception: fault}
