"""Text from outside: made safe to show, and read as JSON."""

from __future__ import annotations

import json
from typing import Any

from vault_sync.errors import BadInput

SHOWN_CHARACTERS = 60


def clean(text: str, limit: int) -> str:
    """Return `text` on one line and at most `limit` characters long.

    Line breaks of any kind, control characters, bidirectional marks and lone surrogates become
    spaces, so that a name can neither start a line of its own in an e-mail nor turn one round.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def shown(value: object) -> str:
    """Describe a value of a known field for an error message.

    Short text and numbers are shown; of a list or an object only the kind, because it may hold
    anything.
    """
    if isinstance(value, str):
        long = len(value) > SHOWN_CHARACTERS
        return f"'{clean(value, SHOWN_CHARACTERS)}'" + (f" ({len(value)} characters)" * long)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**30):
        return str(value)
    kinds = {int: "a very large number", list: "a list", dict: "an object", tuple: "a list"}
    return kinds.get(type(value), f"a {type(value).__name__}")


def load_json(text: str) -> Any:
    """Read JSON text; a byte order mark before it is skipped.

    Raises:
        BadInput: The text is not JSON, names a field twice, holds NaN or Infinity, or is nested
            deeper than Python reads. The message has the position, never the text.
    """
    try:
        return json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except RecursionError:
        raise BadInput("InvalidRequest", "the JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise BadInput(
            "InvalidRequest",
            f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
        ) from None
    except ValueError:  # a whole number of more digits than Python reads
        raise BadInput("InvalidRequest", "the JSON has a number that is too long") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value] # adds, and goes on
        raise BadInput("InvalidRequest", f"{shown(twice)} is given more than once")
    return read


def _no_constant(name: str) -> Any:
    raise BadInput("InvalidRequest", f"{name} is not a JSON value")
