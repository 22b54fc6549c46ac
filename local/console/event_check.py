"""Whether a text is an event that FunctionGraph takes, and if not, where it goes wrong."""

from __future__ import annotations

import json
import re

from local.console.access import ConsoleError
from local.invoke.event_text import MAX_EVENT_BYTES

_STRING_OR_CONSTANT = re.compile(r'"(?:\\.|[^"\\])*"|NaN|-?Infinity')


class _ConstantError(Exception):
    """NaN or Infinity, which Python reads although JSON has no such values."""


def check_event(text: str) -> None:
    """Return if the text is JSON of at most 6 MiB.

    Raises:
        ConsoleError: 413 if it is too large; 400 if it is no JSON, with line and column.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise ConsoleError(
            400, "half of a surrogate pair is no text", place_of(text, error.start)
        ) from None
    if size > MAX_EVENT_BYTES:
        raise ConsoleError(
            413, f"the event has {size} bytes; FunctionGraph takes {MAX_EVENT_BYTES} at most"
        )
    if not text.strip():
        raise ConsoleError(400, "the event is empty; write {} for one without content")
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ConsoleError(400, error.msg, {"line": error.lineno, "column": error.colno}) from None
    except _ConstantError as error:
        raise ConsoleError(
            400, f"{error} is not a JSON value", place_of(text, _constant_position(text))
        ) from None
    except (ValueError, RecursionError) as error:
        raise ConsoleError(400, f"FunctionGraph does not take it: {error}") from None


def _refuse_constant(name: str) -> object:
    raise _ConstantError(name)


def _constant_position(text: str) -> int:
    """Find the constant; one inside a string is no constant."""
    return next(
        found.start()
        for found in _STRING_OR_CONSTANT.finditer(text)
        if not found.group().startswith('"')
    )


def place_of(text: str, position: int) -> dict[str, int]:
    """Return the line and the column of a position, both from 1."""
    line_start = text.rfind("\n", 0, position) + 1
    return {"line": text.count("\n", 0, position) + 1, "column": position - line_start + 1}
