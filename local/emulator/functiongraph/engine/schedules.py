"""When a timer fires next.

Schedules: support.huaweicloud.com/eu/usermanual-functiongraph/functiongraph_01_0908.html. From when
a rate counts is not documented; here it is the trigger's creation or last change.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from croniter import croniter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FIELDS_WITHOUT_WEEKDAY = 5
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_ZONES = {
    "ae-ad-1": "Asia/Dubai",
    "af-north-1": "Africa/Cairo",
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
    "my-kualalumpur-1": "Asia/Kuala_Lumpur",
    "na-mexico-1": "America/Mexico_City",
    "ru-moscow-1": "Europe/Moscow",
    "ru-northwest-2": "Europe/Moscow",
    "sa-brazil-1": "America/Sao_Paulo",
    "tr-west-1": "Europe/Istanbul",
}


def zone_of(region: str) -> ZoneInfo:
    """Return the time zone of a region: the city it is named after; China's for `cn-...`."""
    return ZoneInfo("Asia/Shanghai" if region.startswith("cn-") else _ZONES.get(region, "UTC"))


def next_firing(data: Mapping[str, Any], since: float, after: float, region: str) -> float:
    """Return the first time after `after` at which a timer fires.

    Args:
        data: The trigger's event data: `schedule_type` and `schedule`.
        since: From when a rate counts.
        after: Seconds since 1970, like `since` and the result.
        region: Whose time zone holds where the schedule names none.

    Raises:
        ValueError: The schedule is none, or its time zone is unknown.
    """
    schedule = str(data["schedule"])
    if data["schedule_type"] == "Rate":
        return _next_multiple(duration(schedule), since, after)
    zone = zone_of(region)
    if schedule.startswith("CRON_TZ="):
        name, _, schedule = schedule.removeprefix("CRON_TZ=").partition(" ")
        zone = ZoneInfo(name)
    if schedule.startswith("@every "):
        return _next_multiple(duration(schedule.removeprefix("@every ").strip()), since, after)
    begin = datetime.fromtimestamp(after, timezone.utc).astimezone(zone)
    found = croniter(_six_fields(schedule), begin, second_at_beginning=True).get_next(datetime)
    return float(found.timestamp())


def duration(text: str) -> float:
    """Read `90s`, `3m`, `1h30m` or `1d` as seconds. Raises ValueError for anything else."""
    parts = re.findall(r"(\d+)([smhd])", text)
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != text or seconds == 0:
        raise ValueError(f"{text!r} is no duration such as 30m or 1h30m")
    return float(seconds)


def _next_multiple(period: float, since: float, after: float) -> float:
    passed = max(0, int((after - since) // period))
    return since + (passed + 1) * period


def _six_fields(schedule: str) -> str:
    """Write a schedule as croniter takes it: `?` is any value, a missing weekday too."""
    fields = ["*" + field[1:] if field.startswith("?") else field for field in schedule.split()]
    return " ".join(fields + ["*"] * (len(fields) == FIELDS_WITHOUT_WEEKDAY))
