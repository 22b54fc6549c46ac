"""FunctionGraph's timer schedules: what a Rate and a Cron expression may say.

Source: support.huaweicloud.com/usermanual-functiongraph/functiongraph_01_0908.html
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CRON_FIELDS = (
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 6),
)
"""Six fields; the last one may be left out. Sunday is 0."""

RATE_LIMITS = {"m": ("minutes", 60), "h": ("hours", 24), "d": ("days", 30)}
LONGEST_MONTHS = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30}

_PART = re.compile(r"(?:(\*|\?)|(\d{1,4})(?:-(\d{1,4}))?)(?:/(\d{1,4}))?")
_DURATION = re.compile(r"(?:\d+h)?(?:\d+m)?(?:\d+s)?")


def rate_problem(text: str) -> str:
    """Why ``text`` is no Rate (``3m``, ``1h``, ``1d``), or the empty string."""
    match = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if match is None:
        return f"{text!r} is not a rate; write a number and m, h or d, such as 30m"
    unit, limit = RATE_LIMITS[match[2]]
    if not 1 <= int(match[1]) <= limit:
        return f"a rate in {unit} is 1 to {limit}"
    return ""


def cron_problem(text: str) -> str:
    """Why ``text`` is no Cron expression of FunctionGraph, or the empty string."""
    expression = text
    if text.startswith("CRON_TZ="):
        zone, _, expression = text.removeprefix("CRON_TZ=").partition(" ")
        problem = _zone_problem(zone)
        if problem:
            return problem
    if expression.startswith("@"):
        return _every_problem(expression)
    fields = expression.split()
    if len(fields) not in (5, 6):
        return (
            f"{len(fields)} fields, but a cron expression has 6 (second minute hour day month "
            "weekday) or 5 (without the weekday)"
        )
    values: list[set[int]] = []
    for (name, low, high), part in zip(CRON_FIELDS, fields, strict=False):
        chosen = _field_values(part, low, high)
        if isinstance(chosen, str):
            return f"{name}: {chosen}"
        values.append(chosen)
    days, months = values[3], values[4]
    if all(min(days) > LONGEST_MONTHS.get(month, 31) for month in months):
        return f"never fires: no chosen month has a day {min(days)}"
    return ""


def _zone_problem(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"CRON_TZ: there is no time zone {zone!r}; write Area/City, such as Europe/Berlin"
    return ""


def _every_problem(expression: str) -> str:
    duration = expression.removeprefix("@every").strip()
    if not expression.startswith("@every "):
        return f"{expression.split(maxsplit=1)[0]} is not known; only @every, such as @every 1h30m"
    if not duration or not _DURATION.fullmatch(duration):
        return f"@every wants hours, minutes, seconds, such as 1h30m, not {duration!r}"
    if not any(int(number) for number in re.findall(r"\d+", duration)):
        return "@every wants a duration above zero"
    return ""


def _field_values(text: str, low: int, high: int) -> set[int] | str:
    """The values that a field chooses, or why it chooses none."""
    chosen: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return f"{part!r} is not understood; digits and , - * ? / may be used"
        any_value, first, last, step = match.groups()
        start = low if any_value else int(first)
        end = high if any_value or (step and not last) else int(last or first)
        if not low <= start <= high or not low <= end <= high:
            return f"{part!r} is outside {low} to {high}"
        if start > end:
            return f"{part!r} runs backwards"
        if step is not None and int(step) == 0:
            return f"{part!r} has a step of zero"
        chosen |= set(range(start, end + 1, int(step or 1)))
    return chosen
