"""Timer triggers, on the cloud's clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine.envelopes import timer_event
from local.emulator.functiongraph.engine.records import Source
from local.emulator.functiongraph.engine.schedules import next_firing, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.functiongraph.engine.triggered import ActiveTrigger, Fired


@dataclass(frozen=True, slots=True)
class _Planned:
    """When a timer fires next, and of which state of the trigger that was found out."""

    changed_at: float
    at: float


class Timers:
    """Knows when each timer fires next. Its caller holds the cloud's lock."""

    def __init__(self) -> None:
        self._planned: dict[str, _Planned] = {}

    def due(self, active: list[ActiveTrigger], now: float) -> Iterator[Fired]:
        """Give what fires now. What was missed while nobody looked fires once, not many times."""
        self._plan(active, now)
        for one in active:
            planned = self._planned[one.trigger.id]
            if planned.at > now:
                continue
            self._planned[one.trigger.id] = self._next(one, now)
            data = one.trigger.event_data
            event = timer_event(data, planned.at, zone_of(one.region))
            yield one.fired(Source("TIMER", str(data["name"])), json.dumps(event))

    def next_due(self, active: list[ActiveTrigger], now: float) -> float | None:
        """Return when the next timer fires."""
        self._plan(active, now)
        return min((self._planned[one.trigger.id].at for one in active), default=None)

    def _plan(self, active: list[ActiveTrigger], now: float) -> None:
        former, self._planned = self._planned, {}
        for one in active:
            planned = former.get(one.trigger.id)
            if planned is None or planned.changed_at != one.trigger.updated_at:
                planned = self._next(one, now)
            self._planned[one.trigger.id] = planned

    @staticmethod
    def _next(one: ActiveTrigger, now: float) -> _Planned:
        changed_at = one.trigger.updated_at
        at = next_firing(one.trigger.event_data, changed_at, now, one.region)
        return _Planned(changed_at, at)
