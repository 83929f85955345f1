"""JSON answers, and errors as JSON."""

import json
import math
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

NO_STORE = {"Cache-Control": "no-store"}


def json_body(value: object) -> bytes:
    """JSON in ASCII: names that hold lone surrogates come through, and numbers that JSON lacks become strings."""
    try:
        return _dumped(value)
    except ValueError:
        return _dumped(_plain(value))


def as_json(record: Any) -> dict[str, Any]:
    """A dataclass as JSON has it, and those in it: as ``asdict``, without its copies."""
    return {name: _item(value) for name, value in vars(record).items()}


def _item(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return as_json(value)
    if isinstance(value, tuple) and value and hasattr(value[0], "__dataclass_fields__"):
        return [as_json(each) for each in value]
    return value


def _dumped(value: object) -> bytes:
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")


def json_response(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer that no cache keeps, unless the headers say otherwise."""
    return Response(json_body(value), status, NO_STORE | (headers or {}), "application/json")


def fail(status: int, reason: str) -> NoReturn:
    """Answer with an error: one sentence that says what came and what is accepted."""
    raise HTTPException(status, reason)


async def error_response(request: Request, error: Exception) -> Response:
    """What a raised HTTPException becomes."""
    assert isinstance(error, HTTPException)
    return json_response({"error": error.detail}, error.status_code, dict(error.headers or {}))


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
