"""Points in time, as the services write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_STAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_LAST_SECOND = 253402300799  # 9999-12-31T23:59:59Z


def from_text(text: object) -> datetime | None:
    """Read an RFC 3339 time stamp; one without a zone is UTC, as CBR writes them.

    Returns:
        The time with a zone, or None for anything else.
    """
    if not isinstance(text, str) or not (found := _STAMP.fullmatch(text.strip())):
        return None
    day, clock, fraction, zone = found.groups()
    zone = (zone or "Z").upper().replace("Z", "+00:00")
    if ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    try:
        read = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:<06}{zone}")
        read.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return read


def from_epoch(value: object) -> datetime | None:
    """Read seconds since the epoch, a number or its text, as queue triggers send them."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:  # noqa: PLR2004 - digits of _LAST_SECOND
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(value, timezone.utc)


def from_seconds(seconds: float) -> datetime:
    """Return a clock's reading as a time in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def to_text(moment: datetime) -> str:
    """Write a time in UTC, whole seconds, the way CBR's filters take it."""
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def earlier(moment: datetime, seconds: float) -> datetime:
    """Return the time so many seconds before, or the earliest there is."""
    try:
        return moment - timedelta(seconds=seconds)
    except OverflowError:
        return datetime.min.replace(tzinfo=timezone.utc)


def to_document(moment: datetime | None) -> str | None:
    """Write a time in UTC for the result document, with fractions of a second if it has any."""
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z") if moment else None
