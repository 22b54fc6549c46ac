"""JSON text from outside, read without forgiving what would silently change its meaning."""

from __future__ import annotations

import json
from typing import Any

from vault_sync.errors import BadInput
from vault_sync.text import clean, shown


def load(text: str) -> Any:
    """Read JSON text.

    Raises:
        BadInput: The text is not JSON, names a field twice, holds NaN or Infinity, or is nested
            deeper than Python reads.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError:
        raise BadInput("InvalidRequest", "the JSON is nested too deeply") from None
    except ValueError as error:
        raise BadInput(
            "InvalidRequest", f"{shown(text)} is not JSON: {clean(str(error), 150)}"
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise BadInput("InvalidRequest", f"{shown(name)} is given more than once")
            seen.add(name)
    return read


def _no_constant(name: str) -> Any:
    raise BadInput("InvalidRequest", f"{name} is not a JSON value")
