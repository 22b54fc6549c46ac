"""Text from outside made safe to show: bounded, printable, valid UTF-8, on one line."""

from __future__ import annotations

import reprlib

_SHOWN = reprlib.Repr()
_SHOWN.maxlevel = 3
_SHOWN.maxdict = _SHOWN.maxlist = _SHOWN.maxtuple = 3
_SHOWN.maxstring = _SHOWN.maxother = 60
_SHOWN.maxlong = 40


def clean(text: str, limit: int) -> str:
    """Return `text` on one line, without what cannot be printed, at most `limit` characters."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(character if character.isprintable() else " " for character in whole)


def shown(value: object) -> str:
    """Return a short description of any value, however large or deep, for an error message."""
    try:
        text = _SHOWN.repr(value)
    except (ValueError, RecursionError):  # a number of more digits than Python writes out
        return f"a {type(value).__name__} too large to show"
    if isinstance(value, str) and len(value) > _SHOWN.maxstring:
        return clean(text, 80) + f" ({len(value)} characters)"
    return clean(text, 200)
