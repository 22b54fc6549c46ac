from __future__ import annotations

import pytest

from deploy.template.schedules import cron_problem, rate_problem


@pytest.mark.parametrize(
    "text",
    ["0 17 6 * * *", "0 17 6 * *", "0 0/15 * * * ?", "CRON_TZ=Europe/Berlin 0 5 8-18 * * 1-5",
     "@every 1h30m", "@every 90s", "0 0 0 29 2 *", "0 0,30 */2 1 1,7 *"],
)  # fmt: skip
def test_a_documented_cron_passes(text: str) -> None:
    """What the manual shows is taken."""
    assert cron_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 fields"),
        ("* * * *", "4 fields"),
        ("0 0 0 1 1 * 2026", "7 fields"),
        ("60 * * * * *", "second: '60' is outside 0 to 59"),
        ("0 0 0 0 * *", "day of the month"),
        ("0 0 0 * 13 *", "month"),
        ("0 0 0 * * SUN", "digits and"),
        ("0 5-1 * * * *", "runs backwards"),
        ("0 */0 * * * *", "step of zero"),
        ("0 0 0 31 4 *", "never fires"),
        ("@daily", "only @every"),
        ("@every", "only @every"),
        ("@every 0s", "above zero"),
        ("@every soon", "hours, minutes, seconds"),
        ("CRON_TZ=../etc/passwd 0 0 0 * * *", "no time zone"),
    ],
)
def test_any_other_cron_is_explained(text: str, words: str) -> None:
    """What FunctionGraph would refuse or never fire is refused with its reason."""
    assert words in cron_problem(text)


@pytest.mark.parametrize("text", ["1m", "60m", "24h", "30d"])
def test_a_rate_in_its_range_passes(text: str) -> None:
    """Minutes to 60, hours to 24, days to 30."""
    assert rate_problem(text) == ""


@pytest.mark.parametrize("text", ["0m", "61m", "25h", "31d", "5", "m", "1s", "1.5h"])
def test_any_other_rate_is_explained(text: str) -> None:
    """A rate outside its range, or no rate, is refused."""
    assert rate_problem(text)
