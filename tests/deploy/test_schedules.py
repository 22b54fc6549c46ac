from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter

from deploy.template.schedules import Cron, Every, ScheduleError, gaps, next_times, read_schedule

UTC = ZoneInfo("UTC")
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text",
    ["0 17 6 * * *", "0 17 6 * *", "0 0/15 * * * ?", "CRON_TZ=Europe/Berlin 0 5 8-18 * * 1-5",
     "@every 1h30m", "@every 90s", "@every 1.5h", "0 0 0 29 2 *", "0 0,30 */2 1 1,7 *",
     "0 0 8 * * MON-FRI", "0 0 8 1 Jan,Jul *", "0 0 8 ? * sun"],
)  # fmt: skip
def test_a_documented_cron_passes(text: str) -> None:
    """What the manual shows is taken."""
    assert read_schedule("Cron", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 fields"),
        ("* * * *", "4 fields"),
        ("0 0 0 1 1 * 2026", "7 fields"),
        ("60 * * * * *", "second: '60' is outside 0 to 59"),
        ("0 0 0 0 * *", "day of the month"),
        ("0 0 0 * 13 *", "month"),
        ("0 0 0 * * SOM", "names such as MON"),
        ("0 0 MON * * *", "hour: 'MON' is not understood"),
        ("? 0 0 * * *", "second: '?' is not understood"),
        ("0 0 0 * ? *", "month: '?' is not understood"),
        ("0 5-1 * * * *", "runs backwards"),
        ("0 */0 * * * *", "step"),
        ("0 */90 * * * *", "minute: the step of '*/90' does not fit"),
        ("0 0 */24 * * *", "hour: the step of '*/24' does not fit"),
        ("0 50/20 * * * *", "minute: the step of '50/20' does not fit"),
        ("0 0 0 31 4 *", "never fires"),
        ("@daily", "only @every"),
        ("@every", "hours, minutes, seconds"),
        ("@every 0s", "a second at least"),
        ("@every soon", "hours, minutes, seconds"),
        ("CRON_TZ=../etc/passwd 0 0 0 * * *", "no time zone"),
    ],
)
def test_any_other_cron_is_explained(text: str, words: str) -> None:
    """What FunctionGraph would refuse or never fire is refused with its reason."""
    with pytest.raises(ScheduleError) as raised:
        read_schedule("Cron", text)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1m", 60), ("60m", 3600), ("24h", 86_400), ("30d", 2_592_000)]
)
def test_a_rate_in_its_range_passes(text: str, seconds: float) -> None:
    """Minutes to 60, hours to 24, days to 30."""
    assert read_schedule("Rate", text) == Every(seconds)


@pytest.mark.parametrize("text", ["0m", "61m", "25h", "31d", "5", "m", "1s", "1.5h"])
def test_any_other_rate_is_explained(text: str) -> None:
    """A rate outside its range, or no rate, is refused."""
    with pytest.raises(ScheduleError):
        read_schedule("Rate", text)


@pytest.mark.parametrize(
    "text",
    ["0 17 6 * * *", "*/5 * * * * *", "0 0/15 8-18 * * 1-5", "0 0 0 29 2 *", "0 0 12 13 * *",
     "0 30 4 1,15 * 5", "30 0 0 * 1,7 *"],
)  # fmt: skip
def test_it_fires_when_a_cron_library_says(text: str) -> None:
    """The next firings are those of croniter."""
    schedule = read_schedule("Cron", text)
    assert isinstance(schedule, Cron)
    judge = croniter(text, NOON, second_at_beginning=True)
    found = list(islice(schedule.firings(NOON, UTC), 8))
    assert len(found) >= 2
    assert found == [judge.get_next(datetime) for _ in found]


def test_an_hour_that_summer_time_skips_is_left_out() -> None:
    """At 02:30 in Berlin nothing fires on the last Sunday of March: 48 hours, less the hour."""
    schedule = read_schedule("Cron", "CRON_TZ=Europe/Berlin 0 30 2 * * *")
    before = datetime(2027, 3, 27, 0, tzinfo=timezone.utc)
    assert gaps(schedule, before, UTC, 1) == [47 * 3600]


def test_the_next_three_times_are_told_in_their_zone() -> None:
    """In the zone that is named; else in the region's; else it is said that it is not known."""
    daily = "0 17 6 * * *"
    named = next_times(read_schedule("Cron", f"CRON_TZ=Etc/UTC {daily}"), NOON, "cn-north-4")
    first, second, third = "Tue 2026-11-24", "Wed 2026-11-25", "Thu 2026-11-26"
    assert named == f"{first} 06:17:00, {second} 06:17:00, {third} 06:17:00 (Etc/UTC)"
    assert "(Asia/Shanghai)" in next_times(read_schedule("Cron", daily), NOON, "cn-north-4")
    assert "not known" in next_times(read_schedule("Cron", daily), NOON, "xx-nowhere-1")
    assert "0:30:00" in next_times(read_schedule("Rate", "30m"), NOON, "cn-north-4")
