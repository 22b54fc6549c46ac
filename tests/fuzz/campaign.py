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

LIMIT_SECONDS = 0.050
"""Of processor time for one event, with as many messages as a person would look at."""

MESSAGES_WITHIN_LIMIT = 100


EVENTS_BETWEEN_COLLECTIONS = 200


@dataclass
class Campaign:
    """What came of many events."""

    ends: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    slowest: float = 0.0
    peak_mib: float = 0.0


def run(desk: Desk, number: int, seed: int) -> Campaign:
    """Hand `number` events to the handler; nothing it raises but its own errors is caught."""
    chance = random.Random(seed)  # noqa: S311 - hostile, but repeatable
    campaign = Campaign()
    with _collected_between(EVENTS_BETWEEN_COLLECTIONS) as between:
        for index in range(number):
            between()
            _judge(desk, index, draw(chance), campaign)
    campaign.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return campaign


def _judge(desk: Desk, index: int, event: Any, campaign: Campaign) -> None:
    began = time.process_time()
    ended = desk.run(event)
    took = time.process_time() - began
    campaign.slowest = max(campaign.slowest, took)
    campaign.ends[_end(ended)] += 1
    campaign.complaints += [f"event {index}: {what}" for what in _complaints(ended, took)]
    desk.cloud.reset()


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


def _complaints(ended: Ended, took: float) -> Iterator[str]:
    if took > LIMIT_SECONDS and len(ended.outcomes) <= MESSAGES_WITHIN_LIMIT:
        yield f"took {took * 1000:.0f} ms of processor time"
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
