"""The files that the page is made of, read once at start-up."""

from pathlib import Path
from typing import NamedTuple

#: Where the build leaves the page.
BUILT_PAGE = Path(__file__).resolve().parent.parent / "_static"

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class Asset(NamedTuple):
    """A file of the page."""

    content: bytes
    media_type: str


def read_assets(folder: Path = BUILT_PAGE) -> dict[str, Asset]:
    """The page's files by their path in the folder, as ``assets/index-1a2b3c.js``; empty when it was not built."""
    return {
        path.relative_to(folder).as_posix(): Asset(
            path.read_bytes(), _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
