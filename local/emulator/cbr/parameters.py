"""Read and check the parameters CBR's operations share. What is wrong is refused with 9900."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from local.emulator.cbr.errors import invalid
from local.emulator.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Collection

    from local.emulator.service import Call

MAX_LIMIT = 1000
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME = re.compile(r"[\u4E00-\u9FA5\uf900-\ufa2da-zA-Z0-9_\-]*")
_ENTERPRISE_PROJECT = re.compile(
    r"0|all_granted_eps|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
)


def identifier(value: object, name: str) -> str:
    """Return a well-formed id."""
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise invalid(name)
    return value


def whole_number(text: str, name: str, low: int, high: int) -> int:
    """Return a whole number between two bounds, both included."""
    number = read_number(text)
    if number is None or not low <= number <= high:
        raise invalid(name)
    return number


def paging(call: Call) -> tuple[int, int]:
    """Return `limit` (1 to 1000, by default 1000) and `offset` (from 0)."""
    limit, offset = call.first("limit"), call.first("offset")
    return (
        MAX_LIMIT if limit is None else whole_number(limit, "limit", 1, MAX_LIMIT),
        0 if offset is None else whole_number(offset, "offset", 0, 10**9),
    )


def one_of(call: Call, name: str, allowed: Collection[str]) -> str | None:
    """Return a parameter that has a fixed set of values, or None where it is not given."""
    value = call.first(name)
    if value is not None and value not in allowed:
        raise invalid(name)
    return value


def optional_identifier(call: Call, name: str) -> str | None:
    """Return a parameter that is an id, or None where it is not given."""
    value = call.first(name)
    return None if value is None else identifier(value, name)


def moment(call: Call, name: str) -> float | None:
    """Return a time given as `%Y-%m-%dT%H:%M:%SZ` in seconds since 1970, or None."""
    value = call.first(name)
    if value is None:
        return None
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        raise invalid(name) from None


def vault_name(call: Call, name: str) -> str | None:
    """Return a parameter that names a vault, or None where it is not given."""
    value = call.first(name)
    return None if value is None else checked_name(value, name)


def checked_name(value: str, name: str) -> str:
    """Return a text that can name a vault: letters, also Chinese ones, digits, `_` and `-`."""
    if _NAME.fullmatch(value) is None:
        raise invalid(name)
    return value


def enterprise_project(call: Call) -> str | None:
    """Return the enterprise project to narrow to; None for all."""
    value = call.first("enterprise_project_id")
    if value is not None and _ENTERPRISE_PROJECT.fullmatch(value) is None:
        raise invalid("enterprise_project_id")
    return None if value == "all_granted_eps" else value
