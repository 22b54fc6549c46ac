"""Handing hostile events to the whole handler, and looking at how each one ends."""

from __future__ import annotations

import contextlib
import gc
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.events import draw
from tests.support.desk import Desk, Ended
from vault_sync.outcomes import Status

PROBLEMS = frozenset(str(status) for status in Status if status.problem)

PLAIN = {"trigger_type": "KAFKA", "records": [{"messages": ["{}"] * 100}]}
"""An ordinary event of as many messages as a person would look at: what others are measured by."""

MOST_OUTCOMES = 100
"""An event with more of them may take longer than any ordinary one."""

MOST_TIMES_PLAIN = 8
"""An event may take so many times the processor time of the plain one, each at its best."""

TRIES = 4


EVENTS_BETWEEN_COLLECTIONS = 200


@dataclass
class Campaign:
    """What came of many events; times are seconds of processor time."""

    plain: float
    ends: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    slowest: float = 0.0
    peak_mib: float = 0.0


def run(desk: Desk, number: int, seed: int) -> Campaign:
    """Hand `number` events to the handler; nothing it raises but its own errors is caught."""
    chance = random.Random(seed)  # noqa: S311 - hostile, but repeatable
    campaign = Campaign(plain=min(_timed(desk, PLAIN)[1] for _ in range(TRIES)))
    with _collected_between(EVENTS_BETWEEN_COLLECTIONS) as between:
        for index in range(number):
            between()
            _judge(desk, index, draw(chance), campaign)
    campaign.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return campaign


def _judge(desk: Desk, index: int, event: Any, campaign: Campaign) -> None:
    ended, took = _timed(desk, event)
    limit = MOST_TIMES_PLAIN * campaign.plain
    if took > limit and len(ended.outcomes) <= MOST_OUTCOMES:
        # A busy machine slows one try down; what grows too fast is slow each time.
        took = min(took, *(_timed(desk, event)[1] for _ in range(TRIES)))
        if took > limit:
            campaign.complaints.append(
                f"event {index}: took {took / campaign.plain:.0f} times as long as a plain one"
            )
    campaign.slowest = max(campaign.slowest, took)
    campaign.ends[_end(ended)] += 1
    campaign.complaints += [f"event {index}: {what}" for what in _complaints(ended)]


def _timed(desk: Desk, event: Any) -> tuple[Ended, float]:
    began = time.process_time()
    ended = desk.run(event)
    took = time.process_time() - began
    desk.cloud.reset()
    return ended, took


@contextlib.contextmanager
def _collected_between(events: int) -> Iterator[Callable[[], None]]:
    """Collect garbage between events only: a pass over this whole process is not an event's."""
    count = 0

    def between() -> None:
        nonlocal count
        count += 1
        if count % events == 0:
            gc.collect()

    gc.disable()
    try:
        yield between
    finally:
        gc.enable()


def _end(ended: Ended) -> str:
    return "result" if ended.error is None else type(ended.error).__name__


def _complaints(ended: Ended) -> Iterator[str]:
    if not ended.outcomes and "window" not in ended.document:  # a report needs no outcome
        yield f"no outcome: {ended.error!r}"
    for outcome in ended.outcomes:
        yield from _outcome_complaints(outcome)


def _outcome_complaints(outcome: dict[str, Any]) -> Iterator[str]:
    if outcome["status"] in PROBLEMS and not outcome["error"]["message"]:
        yield f"{outcome['status']} without a reason"
    text = json.dumps(outcome, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        yield "an outcome that is not valid text"
    if len(text) > 10_000:
        yield f"an outcome of {len(text)} characters"
