"""The event: JSON from a file or from standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from local.invoke.usage import UsageError

MAX_EVENT_BYTES = 6 * 1024 * 1024
"""The body of a synchronous invocation (support.huaweicloud.com/productdesc-functiongraph/
functiongraph_01_0150.html)."""

STANDARD_INPUT = "-"


def read_event(source: str) -> str:
    """Return the JSON text of an event.

    Args:
        source: A file, or `-` for standard input.

    Raises:
        UsageError: It cannot be read, is too large, or is no JSON; with line and column.
    """
    name = "standard input" if source == STANDARD_INPUT else source
    content = _content(source, name)
    if len(content) > MAX_EVENT_BYTES:
        raise UsageError(
            f"{name} has {len(content)} bytes; FunctionGraph takes {MAX_EVENT_BYTES} at most"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8: byte {error.start} cannot be decoded") from None
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{name} is no JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is no JSON that FunctionGraph takes: {error}") from None
    return text


def _content(source: str, name: str) -> bytes:
    try:
        if source == STANDARD_INPUT:
            return sys.stdin.buffer.read(MAX_EVENT_BYTES + 1)
        with Path(source).open("rb") as file:
            return file.read(MAX_EVENT_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            f"there is no file {name}; the samples are in events/, and - reads standard input"
        ) from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON value")
