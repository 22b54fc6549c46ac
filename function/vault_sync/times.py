"""Points in time, as the services write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

_STAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{1,15})(?:\.(\d{1,9}))?", re.ASCII)
_FIRST_IN_MILLISECONDS = 10**11
"""A whole number from here on counts milliseconds: as seconds it would be the year 5138."""


class Moment(NamedTuple):
    """A time that an event gives, and whether it says more than the second.

    Attributes:
        exact: Given with a fraction, in milliseconds, or a timer's tick, which has a time of its
            own. A time in whole seconds leaves that second open.
    """

    time: datetime
    exact: bool

    @property
    def passed(self) -> datetime:
        """The first instant that is surely not before the moment."""
        return self.time if self.exact else later(self.time, 1)


def moment_from(value: object) -> Moment | None:
    """Read a time stamp as `from_text` does, or seconds or milliseconds since the epoch."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str):
        return None
    found = _NUMBER.fullmatch(value.strip())
    if found:
        return _since_epoch(int(found[1]), found[2])
    time = from_text(value)
    return None if time is None else Moment(time, exact="." in value or "," in value)


def _since_epoch(whole: int, fraction: str | None) -> Moment | None:
    milliseconds = whole >= _FIRST_IN_MILLISECONDS
    seconds = whole / 1000 if milliseconds else float(f"{whole}.{fraction or 0}")
    try:
        return Moment(from_seconds(seconds), exact=milliseconds or fraction is not None)
    except (ValueError, OverflowError):  # after the year 9999
        return None


def from_text(text: object) -> datetime | None:
    """Read an RFC 3339 time stamp; one without a zone is UTC, as CBR writes them.

    Returns:
        The time with its zone, or None for anything else.
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


def from_seconds(seconds: float) -> datetime:
    """Return a clock's reading as a time in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def to_text(moment: datetime) -> str:
    """Write a time in UTC, whole seconds, the way CBR's filters take it."""
    return _in_utc(moment).isoformat(timespec="seconds").replace("+00:00", "Z")


def earlier(moment: datetime, seconds: float) -> datetime:
    """Return the time so many seconds before, or the earliest there is."""
    try:
        return _in_utc(moment) - timedelta(seconds=seconds)
    except OverflowError:
        return datetime.min.replace(tzinfo=timezone.utc)


def later(moment: datetime, seconds: float) -> datetime:
    """Return the time so many seconds after, or the last there is."""
    try:
        return _in_utc(moment) + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=timezone.utc)


def to_document(moment: datetime | None) -> str | None:
    """Write a time in UTC for the result document, with fractions of a second if it has any."""
    return _in_utc(moment).isoformat().replace("+00:00", "Z") if moment else None


def _in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, where arithmetic cannot leave the calendar unseen."""
    return moment.astimezone(timezone.utc)
