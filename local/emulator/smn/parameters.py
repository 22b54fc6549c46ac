"""Read and check the parameters SMN's operations share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from local.emulator.numbers import read_number
from local.emulator.service import Call, Refusal, ServiceError
from local.emulator.smn import errors

T = TypeVar("T")

MAX_LIMIT = 100


def page(call: Call, found: Sequence[T]) -> Sequence[T]:
    """Return the page asked for: `limit` from 1 to 100, by default 100, and `offset` from 0."""
    limit, offset = call.first("limit") or str(MAX_LIMIT), call.first("offset") or "0"
    size, start = read_number(limit) or 0, read_number(offset)
    if start is None or not 1 <= size <= MAX_LIMIT:
        raise ServiceError(errors.INVALID_PAGE)
    return found[start : start + size]


def text(call: Call, name: str, refusal: Refusal, default: str | None = None) -> str:
    """Return a text of the body, `default` where it was left out or `null`."""
    body = call.document()
    value = body.get(name) if isinstance(body, dict) else None
    value = default if value is None else value
    if not isinstance(value, str):
        raise ServiceError(refusal)
    return value
