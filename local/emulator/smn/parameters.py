"""Read and check the parameters SMN's operations share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from local.emulator.service import Call, Refusal, ServiceError
from local.emulator.smn import errors

T = TypeVar("T")

MAX_LIMIT = 100
_DIGITS = re.compile(r"[0-9]{1,9}")


def page(call: Call, found: Sequence[T]) -> Sequence[T]:
    """Return the page asked for: `limit` from 1 to 100, by default 100, and `offset` from 0."""
    limit, offset = call.first("limit") or str(MAX_LIMIT), call.first("offset") or "0"
    if not (_DIGITS.fullmatch(limit) and _DIGITS.fullmatch(offset)):
        raise ServiceError(errors.INVALID_PAGE)
    if not 1 <= int(limit) <= MAX_LIMIT:
        raise ServiceError(errors.INVALID_PAGE)
    return found[int(offset) : int(offset) + int(limit)]


def text(call: Call, name: str, refusal: Refusal, default: str | None = None) -> str:
    """Return a text of the body, `default` where it was left out or `null`."""
    body = call.document()
    value = body.get(name) if isinstance(body, dict) else None
    value = default if value is None else value
    if not isinstance(value, str):
        raise ServiceError(refusal)
    return value
