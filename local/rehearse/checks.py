"""What must be true after a rehearsal, judged from the cloud's side."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from local.emulator.clock import zoned_timestamp
from local.emulator.functiongraph.engine.schedules import next_firing
from local.rehearse.requests import allowed_age_seconds, is_report, rejections, wanted_vaults
from local.rehearse.script import Put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.emulator.sync_tasks import SyncTask
    from local.rehearse.play import Attempt, Rehearsal
    from local.rehearse.stage import Stage

FORBIDDEN = 403
OPEN_SECOND = 1.0
"""A queue's time in whole seconds leaves its second open: a sync that began within it is not taken
for the event's own, so that one more may follow."""


@dataclass(frozen=True)
class Event:
    """What a trigger delivered, with all attempts to handle it, repeated deliveries included.

    texts: the requests in it.
    time: the event's own, in whole seconds since 1970, as the function sees it.
    """

    attempts: tuple[Attempt, ...]
    texts: tuple[str, ...]
    time: float

    @property
    def name(self) -> str:
        """For people: trigger and time."""
        source = self.attempts[0].record.source
        return f"{source.type} {source.name} of {zoned_timestamp(self.time)}"

    @property
    def last(self) -> Attempt:
        """The last attempt."""
        return self.attempts[-1]


class Evidence:
    """A rehearsal's course, sorted for the judges."""

    def __init__(self, stage: Stage, course: Rehearsal) -> None:
        self.stage = stage
        self.course = course
        self.vaults = list(stage.cloud.cbr().vaults.values())
        self.tasks: list[SyncTask] = [
            task for task in stage.cloud.cbr().tasks() if task.created_at >= course.begin
        ]
        self.messages = stage.cloud.smn().messages()[course.first_message :]
        by_event: dict[str, list[Attempt]] = {}
        for attempt in course.attempts:
            by_event.setdefault(attempt.record.event, []).append(attempt)
        self.events = [Event(tuple(a), *_contents(text)) for text, a in by_event.items()]

    def documents(self) -> Iterator[dict[str, Any]]:
        """Give what the function told the topic, as a machine reads it."""
        for message in self.messages:
            if message.topic_urn == self.stage.topic_urn and "email" in message.texts:
                yield json.loads(str(message.text_for("https")))

    def failures_told(self) -> list[str]:
        """Return the events that FunctionGraph told the topic of, because their runs failed."""
        return [
            str(json.loads(str(message.texts["default"]))["request_payload"])
            for message in self.messages
            if message.topic_urn == self.stage.topic_urn and set(message.texts) == {"default"}
        ]


def _contents(text: str) -> tuple[tuple[str, ...], float]:
    """Return the requests in an event, and its own time."""
    event = json.loads(text)
    if "user_event" in event:
        return (event["user_event"],), datetime.fromisoformat(event["time"]).timestamp()
    if "records" in event:
        texts = [message for record in event["records"] for message in record["messages"]]
        return tuple(texts), float(event["event_time"])
    told = event["record"][0]["smn"]
    moment = datetime.fromisoformat(told["timestamp"].replace("Z", "+00:00"))
    return (told["message"],), moment.timestamp()


def problems(stage: Stage, course: Rehearsal) -> list[str]:
    """Return what went otherwise than it should have; nothing if all is well."""
    evidence = Evidence(stage, course)
    return [found for judge in JUDGES for found in judge(evidence)]


def _permissions(evidence: Evidence) -> Iterator[str]:
    """Nothing was refused for want of a permission, to the function or to FunctionGraph."""
    refusals = evidence.stage.engine.platform.refusals[evidence.course.first_refusal :]
    for text, number in Counter(map(str, refusals)).items():
        yield f"{text} ({number} times)"
    calls = evidence.stage.cloud.journal.entries[evidence.course.first_call :]
    denied = Counter(
        (call.operation, call.error_code)
        for call in calls
        if call.status == FORBIDDEN and call.fault is None
    )
    for (operation, code), number in denied.items():
        yield f"{operation} was refused with {code} ({number} times)"


def _ticks(evidence: Evidence) -> Iterator[str]:
    """Every timer fired at each of its times, and at no other."""
    fired: dict[str, list[float]] = {}
    for event in evidence.events:
        source = event.attempts[0].record.source
        if source.type == "TIMER":
            fired.setdefault(source.name, []).append(event.time)
    for trigger in evidence.stage.timers:
        name = str(trigger.event_data["name"])
        wanted = set(_firings(evidence, trigger.event_data))
        actual = fired.pop(name, [])
        for moment in sorted(wanted - set(actual)):
            yield f"timer {name} did not fire at {zoned_timestamp(moment)}"
        for moment in sorted(set(actual) - wanted):
            yield f"timer {name} fired at {zoned_timestamp(moment)}, which is none of its times"
    for name in fired:
        yield f"a timer {name} fired that was not deployed"


def _firings(evidence: Evidence, data: dict[str, Any]) -> Iterator[float]:
    course, region = evidence.course, evidence.stage.cloud.region
    moment = next_firing(data, course.begin, course.begin, region)
    while moment <= course.end:
        yield moment
        moment = next_firing(data, course.begin, moment, region)


def _deliveries(evidence: Evidence) -> Iterator[str]:
    """Every message that was put in reached the function."""
    put = Counter(
        text for scene in evidence.course.scenes if isinstance(scene, Put) for text in scene.texts
    )
    arrived = Counter(
        text
        for event in evidence.events
        if event.attempts[0].record.source.type != "TIMER"
        for text in event.texts
    )
    for text, number in (put - arrived).items():
        yield f"{number} of {put[text]} messages {text} did not reach the function"
    for text, number in (arrived - put).items():
        yield f"the message {text} reached the function {number} times too often"


def _ends(evidence: Evidence) -> Iterator[str]:
    """Every event was handled in the end; one that CBR refused for good was told to the topic."""
    told = evidence.failures_told()
    for event in evidence.events:
        record = event.last.record
        if record.status == "SUCCESS":
            continue
        if event.last.record.event not in told:
            yield f"{event.name} failed for good, and the topic was not told"
        if not any(call.fault and call.status == FORBIDDEN for call in event.last.calls):
            yield f"{event.name} failed for good: {(record.error or {}).get('errorMessage')}"


def _syncs(evidence: Evidence) -> Iterator[str]:
    """Every vault that an event wants was synchronised since its time, or the age it allows."""
    latest: dict[str, list[float]] = {}
    for task in evidence.stage.cloud.cbr().tasks():
        latest.setdefault(task.vault_id, []).append(task.created_at)
    patience = evidence.stage.patience_seconds
    for event in evidence.events:
        if event.last.record.status != "SUCCESS":
            continue
        for text in event.texts:
            since = event.time - evidence.stage.sync_seconds - allowed_age_seconds(text)
            for vault_id in wanted_vaults(text, evidence.vaults):
                if not any(since <= at <= event.time + patience for at in latest.get(vault_id, [])):
                    yield f"{event.name}: vault {vault_id} was not synchronised"


def _outcomes(evidence: Evidence) -> Iterator[str]:
    """Every bad message, and every wrong vault, has a rejected outcome; nothing else has."""
    for event in evidence.events:
        record = event.last.record
        if record.status != "SUCCESS" or any(map(is_report, event.texts)):
            continue
        counts = json.loads(record.result or "{}").get("counts", {})
        wanted = rejections(event.texts, evidence.vaults)
        if counts.get("rejected", 0) != wanted:
            yield f"{event.name}: {counts.get('rejected', 0)} outcomes are rejected, not {wanted}"


def _notifications(evidence: Evidence) -> Iterator[str]:
    """The topic was told of every task that CBR has, and of none that it does not have."""
    told = {
        outcome["operation_log_id"]
        for document in evidence.documents()
        for outcome in document["outcomes"]
        if outcome["operation_log_id"]
    }
    for task in evidence.tasks:
        if task.id not in told:
            yield f"the topic was not told of task {task.id} of vault {task.vault_id}"
    known = {task.id for task in evidence.stage.cloud.cbr().tasks()}
    for task_id in sorted(told - known):
        yield f"the topic was told of a task {task_id}, which CBR does not have"


def _doubles(evidence: Evidence) -> Iterator[str]:
    """No event, however often it was delivered and tried, started two syncs of one vault."""
    for event in evidence.events:
        started = Counter(
            (call.vault_id, call.time < event.time + OPEN_SECOND)
            for attempt in event.attempts
            for call in attempt.calls
            if call.operation == "ImportCheckpoint" and call.operation_log_id
        )
        for (vault_id, _), number in started.items():
            if number > 1:
                yield f"{event.name} started {number} syncs of vault {vault_id}"


def _reports(evidence: Evidence) -> Iterator[str]:
    """Reports that follow one another tell of every task's end exactly once."""
    reports = [document for document in evidence.documents() if "window" in document]
    windows = sorted((_seconds(r["window"]["from"]), _seconds(r["window"]["to"])) for r in reports)
    pairs = pairwise(windows)
    if len(windows) < 2 or any(end != begin for (_, end), (begin, _) in pairs):  # noqa: PLR2004 - a sequence
        return
    told = Counter(task["operation_log_id"] for report in reports for task in report["tasks"])
    for task in evidence.tasks:
        ended_at = task.created_at + evidence.stage.sync_seconds
        expected = int(windows[0][0] <= ended_at < windows[-1][1])
        if told[task.id] != expected:
            yield f"the end of task {task.id} was reported {told[task.id]} times, not {expected}"


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


JUDGES: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _permissions,
    _ticks,
    _deliveries,
    _ends,
    _syncs,
    _outcomes,
    _notifications,
    _doubles,
    _reports,
)
