"""Binary column frames: a JSON header and aligned little-endian columns, as ``docs/http-api.md`` describes them."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray
from starlette.responses import Response

from cutaway.server.responses import NO_STORE, json_body

MAGIC = b"CTW1"

_DTYPES = {"f8": "<f8", "f4": "<f4", "i8": "<i8", "i4": "<i4", "u4": "<u4", "u1": "|u1"}


def frame_response(
    header: Mapping[str, object], columns: Mapping[str, NDArray[Any]], encoded: Mapping[str, bytes] | None = None
) -> Response:
    """An answer with a column frame."""
    return Response(encode_frame(header, columns, encoded), media_type="application/octet-stream", headers=NO_STORE)


def encode_frame(
    header: Mapping[str, object], columns: Mapping[str, NDArray[Any]], encoded: Mapping[str, bytes] | None = None
) -> bytes:
    """A frame with that header (``columns`` is added to it) and one-dimensional columns.

    ``encoded`` are further members of the header that are JSON in ASCII by now.

    Raises TypeError for a column whose dtype is not one of float64, float32, int64, int32, uint32 and uint8.
    """
    described: dict[str, dict[str, object]] = {}
    contents = []
    offset = 0
    for name, column in columns.items():
        code = f"{column.dtype.kind}{column.dtype.itemsize}"
        if code not in _DTYPES:
            raise TypeError(f"column {name!r} has dtype {column.dtype}; accepted are {', '.join(_DTYPES)}")
        described[name] = {"dtype": code, "offset": offset, "length": len(column)}
        offset = _aligned(offset + column.nbytes)
        contents.append(column.astype(_DTYPES[code], copy=False).tobytes())
    text = json_body({**header, "columns": described})
    for name, member in (encoded or {}).items():
        text = b"%s,%s:%s}" % (text[:-1], json_body(name), member)
    text = text.ljust(_aligned(len(text)))
    parts = [MAGIC, len(text).to_bytes(4, "little"), text]
    for content in contents:
        parts += [content, bytes(_aligned(len(content)) - len(content))]
    return b"".join(parts)


def _aligned(length: int) -> int:
    return (length + 7) // 8 * 8
