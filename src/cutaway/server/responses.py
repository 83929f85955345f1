"""JSON answers, and errors as JSON."""

import json
import math
import re
import secrets
from collections.abc import Iterable
from typing import Any, NoReturn
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

NO_STORE = {"Cache-Control": "no-store"}
#: Of a download's name, in bytes: file systems take 255, and a suffix is to come.
_LONGEST_NAME = 200


def json_body(value: object) -> bytes:
    """JSON in ASCII: names that hold lone surrogates come through, and numbers that JSON lacks become strings."""
    try:
        return _dumped(value)
    except ValueError:
        return _dumped(_plain(value))


def json_response(body: str | bytes) -> Response:
    """An answer of JSON that nobody is to keep."""
    return Response(body, headers=NO_STORE, media_type="application/json")


def attachment(name: str, suffix: str = "") -> dict[str, str]:
    """The headers of a download under a name that every system takes: letters, digits, dots, dashes and underscores.

    Any other character becomes an underscore, so that none can end the header or name a path (RFC 6266, RFC 8187).
    """
    known = re.sub(r"[^\w.-]+", "_", name).strip("._-")
    safe = known.encode()[:_LONGEST_NAME].decode(errors="ignore") or "unnamed"
    plain = re.sub(r"[^\x20-\x7e]", "_", safe)
    header = f"attachment; filename=\"{plain}{suffix}\"; filename*=UTF-8''{quote(safe + suffix, safe='')}"
    return {"Content-Disposition": header}


#: Made once: answers have thousands of texts that are encoded one by one.
_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_PLAIN = frozenset({str, int, float, bool, type(None), dict})


def as_json(record: Any) -> dict[str, Any]:
    """A dataclass or a named tuple as JSON has it, and those in it: as ``asdict``, without its copies."""
    names = _names(record)
    if names is None:
        raise TypeError(f"a dataclass or a named tuple is expected, got {type(record).__name__}")
    fields = {name: getattr(record, name) for name in names}
    # A catalogue of thousands of runs has ten times as many numbers and texts, which are JSON already.
    return {name: value if type(value) in _PLAIN else _item(value) for name, value in fields.items()}


def _item(value: Any) -> Any:
    if _names(value) is not None:
        return as_json(value)
    if isinstance(value, tuple) and value and _names(value[0]) is not None:
        return [as_json(each) for each in value]
    return value


def _names(value: Any) -> Iterable[str] | None:
    """The names of a record's fields; None of a value that is no record."""
    names: Iterable[str] | None = getattr(value, "_fields", None) or getattr(value, "__dataclass_fields__", None)
    return names


def _dumped(value: object) -> bytes:
    return _ENCODER.encode(value).encode("ascii")


class Revisions:
    """Answers that are the same until the log directory changes: a client that has one is told so."""

    def __init__(self) -> None:
        # Revisions start anew with the server: its own part keeps an ETag from meaning another server's answer.
        self._server = secrets.token_hex(4)

    def is_known(self, request: Request, revision: int) -> bool:
        """Whether the client has the answer as it was at this revision."""
        given = request.headers.get("if-none-match", "").split(",")
        return self._tag(revision) in (part.strip() for part in given)

    def unchanged(self, revision: int) -> Response:
        """What such a client is told."""
        return Response(status_code=304, headers=self._headers(revision))

    def response(self, revision: int, body: bytes) -> Response:
        """JSON, as of a revision."""
        return Response(body, headers=self._headers(revision), media_type="application/json")

    def name(self, revision: int) -> str:
        """The answer as it was at this revision, in a word: its ETag without the quotes."""
        return f"{self._server}-{revision}"

    def revision(self, name: str) -> int:
        """The revision of an answer of that name; -1 where this server has given none."""
        server, _, digits = name.partition("-")
        is_own = server == self._server and digits.isascii() and digits.isdecimal() and len(digits) < 19
        return int(digits) if is_own else -1

    def _headers(self, revision: int) -> dict[str, str]:
        return {"Cache-Control": "no-cache", "ETag": self._tag(revision)}

    def _tag(self, revision: int) -> str:
        return f'"{self.name(revision)}"'


def fail(status: int, reason: str) -> NoReturn:
    """Answer with an error: one sentence that says what came and what is accepted."""
    raise HTTPException(status, reason)


async def error_response(request: Request, error: Exception) -> Response:
    """The answer that a raised HTTPException becomes."""
    assert isinstance(error, HTTPException)
    body, headers = json_body({"error": error.detail}), NO_STORE | dict(error.headers or {})
    return Response(body, error.status_code, headers, "application/json")


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
