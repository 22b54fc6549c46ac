"""Whole numbers as they come in a URL."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9]{1,9}")


def read_number(text: str) -> int | None:
    """Read a number of nine digits at most; None for anything else, such as `-1`, `²` or ` 1`."""
    return int(text) if _DIGITS.fullmatch(text) else None
