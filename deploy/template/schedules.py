"""FunctionGraph's timer schedules: what a Rate and a Cron expression may say, and when they fire.

Source: support.huaweicloud.com/usermanual-functiongraph/functiongraph_01_0908.html. The syntax is
that of the Go library robfig/cron, whose rules hold where the page is silent: days of the month and
of the week are alternatives where both are restricted, and an hour that summer time skips is left
out.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

CRON_FIELDS = (
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 6),
)
"""Six fields; the last one may be left out. Sunday is 0."""

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
DAY_FIELDS = (3, 5)
UNIX_FIELDS = 5

RATE_LIMITS = {"m": ("minutes", 60), "h": ("hours", 24), "d": ("days", 30)}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}

_PART = re.compile(r"(?:(\*|\?)|(\d{1,4})(?:-(\d{1,4}))?)(?:/(\d{1,4}))?")
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[hms])+")
YEARS_AHEAD = 9
"""So far a firing is looked for: the 29th of February may be eight years away."""


class ScheduleError(ValueError):
    """This is no schedule; the text says why."""


@dataclass(frozen=True)
class Every:
    """Fires after so many seconds, counted from when the trigger is made."""

    seconds: float


@dataclass(frozen=True)
class Cron:
    """The values of each field, whether a day field is restricted, and the zone that is named."""

    fields: tuple[frozenset[int], ...]
    days_are_restricted: bool
    weekdays_are_restricted: bool
    zone: ZoneInfo | None
    is_unix: bool

    def firings(self, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Every time after ``after`` at which it fires, in the named zone or else in ``zone``."""
        own = self.zone or zone
        seconds, minutes, hours = (sorted(self.fields[index]) for index in range(3))
        start = after.astimezone(own)
        for number in range(366 * YEARS_AHEAD):
            day = (start + timedelta(days=number)).date()
            if not self._is_day(day.day, day.month, day.isoweekday() % 7):
                continue
            for hour, minute, second in itertools.product(hours, minutes, seconds):
                moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=own)
                if moment > start and _exists(moment):
                    yield moment

    def _is_day(self, day: int, month: int, weekday: int) -> bool:
        if month not in self.fields[4]:
            return False
        right_day, right_weekday = day in self.fields[3], weekday in self.fields[5]
        if self.days_are_restricted and self.weekdays_are_restricted:
            return right_day or right_weekday
        return right_day and right_weekday


def read_schedule(kind: str, text: str) -> Every | Cron:
    """A Rate (``3m``, ``1h``, ``1d``) or a Cron expression. Raises ScheduleError."""
    return _rate(text) if kind == "Rate" else _cron(text)


def gaps(schedule: Every | Cron, after: datetime, zone: ZoneInfo, number: int) -> list[float]:
    """The seconds that pass between the next ``number`` firings."""
    if isinstance(schedule, Every):
        return [schedule.seconds]
    times = [t.timestamp() for t in itertools.islice(schedule.firings(after, zone), number + 1)]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def _exists(moment: datetime) -> bool:
    return moment.astimezone(timezone.utc).astimezone(moment.tzinfo) == moment


def _rate(text: str) -> Every:
    match = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if match is None:
        raise ScheduleError(f"{text!r} is not a rate; write a number and m, h or d, such as 30m")
    unit, limit = RATE_LIMITS[match[2]]
    if not 1 <= int(match[1]) <= limit:
        raise ScheduleError(f"a rate in {unit} is 1 to {limit}")
    return Every(float(match[1]) * _SECONDS[match[2]])


def _cron(text: str) -> Every | Cron:
    zone, expression = None, text
    if text.startswith("CRON_TZ="):
        name, _, expression = text.removeprefix("CRON_TZ=").partition(" ")
        zone = _zone(name)
    if expression.startswith("@"):
        return _every(expression)
    parts = expression.split()
    if len(parts) not in (UNIX_FIELDS, len(CRON_FIELDS)):
        raise ScheduleError(
            f"{len(parts)} fields, but a cron expression has 6 (second minute hour day month "
            "weekday) or 5 (without the weekday)"
        )
    is_unix = len(parts) == UNIX_FIELDS
    parts += ["*"] * is_unix
    fields = tuple(_field_values(index, part) for index, part in enumerate(parts))
    days, months = fields[3], fields[4]
    if all(min(days) > LONGEST_MONTHS.get(month, 31) for month in months):
        raise ScheduleError(f"never fires: no chosen month has a day {min(days)}")
    restricted = [parts[index][0] not in "*?" for index in DAY_FIELDS]
    return Cron(fields, restricted[0], restricted[1], zone, is_unix)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ScheduleError(
            f"CRON_TZ: there is no time zone {name!r}; write Area/City, such as Europe/Berlin"
        ) from error


def _every(expression: str) -> Every:
    word, _, duration = expression.partition(" ")
    if word != "@every":
        raise ScheduleError(f"{word} is not known; only @every, such as @every 1h30m")
    if not _DURATION.fullmatch(duration):
        raise ScheduleError(
            f"@every wants hours, minutes, seconds, such as 1h30m or 1.5h, not {duration!r}"
        )
    parts = re.findall(r"([\d.]+)([hms])", duration)
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if seconds < 1:
        raise ScheduleError("@every wants a second at least")
    return Every(float(int(seconds)))


def _field_values(index: int, text: str) -> frozenset[int]:
    """The values that a field chooses."""
    name, low, high = CRON_FIELDS[index]
    chosen: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(_in_digits(index, part))
        if match is None or (match[1] == "?" and index not in DAY_FIELDS):
            raise ScheduleError(
                f"{name}: {part!r} is not understood; digits and , - * / may be used, "
                "? in the day fields, names such as MON or JAN for weekdays and months"
            )
        any_value, first, last, step = match.groups()
        start = low if any_value else int(first)
        end = high if any_value or (step and not last) else int(last or first)
        if not low <= start <= high or not low <= end <= high:
            raise ScheduleError(f"{name}: {part!r} is outside {low} to {high}")
        if start > end:
            raise ScheduleError(f"{name}: {part!r} runs backwards")
        if step is not None and not 1 <= int(step) <= end - start:
            raise ScheduleError(f"{name}: the step of {part!r} does not fit into {start} to {end}")
        chosen |= set(range(start, end + 1, int(step or 1)))
    return frozenset(chosen)


def _in_digits(index: int, part: str) -> str:
    """Names of months and weekdays as their numbers."""
    names, first = {4: (MONTHS, 1), 5: (WEEKDAYS, 0)}.get(index, ([], 0))
    numbers = {name: str(number) for number, name in enumerate(names, start=first)}
    return re.sub(r"[A-Za-z]{3}", lambda m: numbers.get(m[0].upper(), m[0]), part)


_ZONES = {
    "af-south-1": "Africa/Johannesburg",
    "ap-southeast-1": "Asia/Hong_Kong",
    "ap-southeast-2": "Asia/Bangkok",
    "ap-southeast-3": "Asia/Singapore",
    "ap-southeast-4": "Asia/Jakarta",
    "ap-southeast-5": "Asia/Manila",
    "eu-west-0": "Europe/Paris",
    "eu-west-101": "Europe/Dublin",
    "la-north-2": "America/Mexico_City",
    "la-south-2": "America/Santiago",
    "me-east-1": "Asia/Riyadh",
    "na-mexico-1": "America/Mexico_City",
    "sa-brazil-1": "America/Sao_Paulo",
    "tr-west-1": "Europe/Istanbul",
}


def zone_of_region(region: str) -> tuple[ZoneInfo, bool]:
    """A region's time zone, and whether it is known here; UTC stands in for an unknown one.

    It is that of the city that the region is named after; Huawei's pages do not list it.
    """
    name = "Asia/Shanghai" if region.startswith("cn-") else _ZONES.get(region)
    return ZoneInfo(name or "UTC"), name is not None


def next_times(schedule: Every | Cron, after: datetime, region: str, number: int = 3) -> str:
    """The next firings for people, with the zone that they are in."""
    if isinstance(schedule, Every):
        length = timedelta(seconds=schedule.seconds)
        return f"every {length}, counted from when the trigger is made"
    zone, known = zone_of_region(region)
    times = list(itertools.islice(schedule.firings(after, zone), number))
    shown = ", ".join(f"{time:%a %Y-%m-%d %H:%M:%S}" for time in times) or "never"
    named = schedule.zone or (zone if known else f"UTC; the zone of {region} is not known here")
    return f"{shown} ({named})"
