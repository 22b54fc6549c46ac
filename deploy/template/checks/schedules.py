"""Timers fire when they are meant to, and what they ask for fits how often they fire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deploy.template.schedules import (
    Cron,
    Every,
    ScheduleError,
    gaps,
    next_times,
    read_schedule,
    zone_of_region,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.template.findings import Finding
    from deploy.template.tree import Entry, Node

SHORTEST_SECONDS = 300
"""Less between two firings is hardly meant: each is a cold start, and a sync takes minutes."""

LOOKED_AT = 400
"""Firings: of a daily timer they reach over both changes of a summer time."""


@dataclass(frozen=True)
class Timer:
    """A timer of the template, read."""

    path: str
    node: Node
    schedule: Every | Cron
    request: Mapping[str, Any]
    region: str

    @cached_property
    def gaps(self) -> list[float]:
        """Seconds between the next firings, of which there may be none."""
        zone, _ = zone_of_region(self.region)
        return gaps(self.schedule, datetime.now(timezone.utc), zone, LOOKED_AT)

    @property
    def is_report(self) -> bool:
        """Whether it asks for a report, and not for a sync."""
        return self.request.get("action") == "report"

    @property
    def selection(self) -> Any:
        """Which vaults it synchronises, apart from how old they are."""
        select = self.request.get("select")
        if isinstance(select, dict):
            return {name: value for name, value in select.items() if name != "older_than_hours"}
        return [self.request.get("vault_id"), self.request.get("vault_ids")]

    @property
    def oldest_hours(self) -> float:
        """Hours that a vault may be without a sync by this timer alone."""
        select = self.request.get("select")
        waits = select.get("older_than_hours", 0) if isinstance(select, dict) else 0
        return float(waits) + max(self.gaps, default=0) / 3600

    def next_times(self, now: datetime) -> str:
        """The next three firings."""
        return next_times(self.schedule, now, self.region)


def region_of(function: Node) -> str:
    """REGION, else the topic's."""
    chosen = function.child("Environment", "Variables", "REGION")
    topic = function.child("Environment", "Variables", "SMN_TOPIC_URN")
    if chosen is not None and chosen.value and "the Example of" not in chosen.origin:
        return str(chosen.value)
    return f"{topic.value if topic else ''}:::".split(":")[2]


def timers(function: Node, events: Mapping[str, Entry]) -> Iterator[Timer | Finding]:
    """Each timer, or what is wrong with its schedule."""
    for name, entry in events.items():
        kind = entry.node.child("Properties", "schedule_type")
        node = entry.node.child("Properties", "schedule")
        if kind is None or node is None or not isinstance(node.value, str):
            continue
        path = f"Events.{name}.Properties"
        try:
            schedule = read_schedule(str(kind.value), node.value)
        except ScheduleError as error:
            yield node.finding(f"{path}.schedule: {error}")
        else:
            request = _request(entry.node.child("Properties", "user_event"))
            yield Timer(path, node, schedule, request, region_of(function))


def check_schedules(function: Node, events: Mapping[str, Entry]) -> Iterator[Finding]:
    """Every check of the timers' schedules."""
    found = list(timers(function, events))
    readable = [timer for timer in found if isinstance(timer, Timer)]
    yield from (finding for finding in found if not isinstance(finding, Timer))
    for timer in readable:
        yield from _check_rhythm(timer)
    if len(readable) == len(found):  # timers can be compared only when all could be read
        yield from _check_together(readable)


def _check_together(timers: list[Timer]) -> Iterator[Finding]:
    syncs = [timer for timer in timers if not timer.is_report]
    for timer in timers:
        if timer.is_report:
            yield from _check_report(timer, syncs)
    yield from _check_catch_up(syncs)


def _check_rhythm(timer: Timer) -> Iterator[Finding]:
    path = f"{timer.path}.schedule"
    if isinstance(timer.schedule, Cron) and timer.schedule.is_unix:
        text = "five fields: the first one is the second, not the minute; write six, seconds first"
        yield timer.node.finding(f"{path}: {text}", is_warning=True)
    shortest = min(timer.gaps, default=SHORTEST_SECONDS)
    if shortest < SHORTEST_SECONDS:
        text = f"only {shortest:.0f} s between two firings"
        yield timer.node.finding(f"{path}: {text}", is_warning=True)


def _check_report(timer: Timer, syncs: list[Timer]) -> Iterator[Finding]:
    window = timer.request.get("window_minutes", 60)
    minutes = [gap / 60 for gap in timer.gaps]
    if isinstance(window, int) and minutes and not min(minutes) == max(minutes) == window:
        apart = f"{min(minutes):.0f} to {max(minutes):.0f}"
        text = f"window_minutes is {window}, but reports are {apart} minutes apart"
        lost = "some syncs are in no report" if max(minutes) > window else "some are in two"
        yield timer.node.finding(f"{timer.path}: {text}: {lost}", is_warning=True)
    age = timer.request.get("max_age_hours")
    hours = min((sync.oldest_hours for sync in syncs), default=0.0)
    if isinstance(age, int) and hours > age:
        text = f"max_age_hours is {age}, but vaults are synchronised every {hours:.0f} hours"
        yield timer.node.finding(
            f"{timer.path}: {text}: each would be reported as behind", is_warning=True
        )


def _check_catch_up(syncs: list[Timer]) -> Iterator[Finding]:
    """What catches up looks after the same vaults as another timer, and comes after it."""
    others = [timer for timer in syncs if not _catches_up(timer)]
    for timer in syncs:
        if not _catches_up(timer) or not others:
            continue
        same = [other for other in others if other.selection == timer.selection]
        if not same:
            text = "selects other vaults than the timer that it is to catch up for"
            yield timer.node.finding(f"{timer.path}: {text}", is_warning=True)
        elif all(other.oldest_hours > timer.oldest_hours for other in same):
            hours = timer.request["select"]["older_than_hours"]
            text = f"older_than_hours is {hours}: vaults are synchronised more often than"
            yield timer.node.finding(f"{timer.path}: {text} their own timer says", is_warning=True)


def _catches_up(timer: Timer) -> bool:
    select = timer.request.get("select")
    return isinstance(select, dict) and "older_than_hours" in select


def _request(node: Node | None) -> Mapping[str, Any]:
    """What a timer says, or nothing where it is no request; check_user_events says so."""
    value = node.plain() if node is not None else {}
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
