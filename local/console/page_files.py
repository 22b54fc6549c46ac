"""The files of the page, read from this package when they are first asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

DIRECTORY = Path(__file__).parent / "page"
PREFIX = "/_console/"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def _names() -> dict[str, Path]:
    """Return what is served, by its path: a path that is not listed leads to no file."""
    return {
        PREFIX + file.relative_to(DIRECTORY).as_posix(): file
        for file in DIRECTORY.rglob("*")
        if file.suffix in _TYPES
    }


def page_file(path: str) -> tuple[bytes, str] | None:
    """Return the content and the type of what a path leads to; None if to nothing."""
    file = _names().get(PREFIX + "index.html" if path == "/" else path)
    return None if file is None else (file.read_bytes(), _TYPES[file.suffix])
