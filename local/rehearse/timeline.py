"""The rehearsal as a person reads it: a line for what happened, like runs taken together."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine.schedules import zone_of
from local.rehearse.play import Attempt
from local.rehearse.script import Incident, Put, Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.rehearse.checks import Evidence
    from local.rehearse.stage import Stage

_LONGEST_ERROR = 90


@dataclass
class _Line:
    """Runs that look alike: from when to when, how many, and what there is to say."""

    begin: float
    end: float
    count: int
    text: str


class Timeline:
    """Prints what happens as it happens, in the region's time.

    write: takes one line of text.
    """

    def __init__(self, stage: Stage, write: Callable[[str], None]) -> None:
        self._stage = stage
        self._write = write
        self._zone = zone_of(stage.cloud.region)
        self._day = ""
        self._held: _Line | None = None
        self._messages_seen = len(stage.cloud.smn().messages())

    def take(self, happened: Scene | Attempt) -> None:
        """Take the next thing that happened."""
        if isinstance(happened, Attempt):
            began_at = happened.record.began_at or happened.record.accepted_at
            self._add(began_at, _run(happened), may_join=happened.record.source.type == "TIMER")
            self._tell_of_failures(began_at)
            return
        self._add(happened.at, _scene(happened), may_join=False)

    def end(self) -> None:
        """Print what was held back."""
        held, self._held = self._held, None
        if held is None:
            return
        until = f" ... {self._moment(held.end):%H:%M}  {held.count} times" if held.count > 1 else ""
        self._print(held.begin, f"{held.text}{until}")

    def _add(self, at: float, text: str, *, may_join: bool) -> None:
        held = self._held
        if may_join and held is not None and held.text == text and self._same_day(held.end, at):
            held.end, held.count = at, held.count + 1
            return
        self.end()
        self._held = _Line(at, at, 1, text)
        if not may_join:
            self.end()

    def _tell_of_failures(self, at: float) -> None:
        messages = self._stage.cloud.smn().messages()
        for message in messages[self._messages_seen :]:
            if set(message.texts) == {"default"} and message.topic_urn == self._stage.topic_urn:
                told = json.loads(str(message.texts["default"]))
                count = told["request_context"]["approximate_invoke_count"]
                text = (
                    f"FunctionGraph told the topic that this failed for good, tried {count} times"
                )
                self._add(at, f"{'failure':9}{text}", may_join=False)
        self._messages_seen = len(messages)

    def _print(self, at: float, text: str) -> None:
        moment = self._moment(at)
        day = f"{moment:%A, %d %B %Y}"
        if day != self._day:
            self._day = day
            self._write(f"\n{day}")
        self._write(f"  {moment:%H:%M:%S}  {text}")

    def _same_day(self, one: float, other: float) -> bool:
        return self._moment(one).date() == self._moment(other).date()

    def _moment(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, timezone.utc).astimezone(self._zone)


def _scene(scene: Scene) -> str:
    if isinstance(scene, Put):
        number = f"{len(scene.texts)} message{'s' if len(scene.texts) > 1 else ''}"
        return f"{'message':9}{number} by {scene.channel}"
    if isinstance(scene, Incident):
        where = scene.conditions.get("operation") or scene.conditions.get("service")
        often = scene.conditions.get("times")
        how = f"{often} times" if often else "for a while"
        return f"{'fault':9}{scene.effect.kind.replace('_', ' ')} on {where}, {how}"
    return f"{'message':9}the newest {scene.source} event is delivered again"


def _run(attempt: Attempt) -> str:
    record = attempt.record
    kind = {True: "cold", False: "warm", None: "not run"}[record.cold]
    again = f", attempt {record.attempt}" if record.attempt > 1 else ""
    met = Counter(call.fault for call in attempt.calls if call.fault)
    faults = "".join(f"; met {fault.replace('_', ' ')}" for fault in met if fault)
    sent = sum(call.message_id is not None for call in attempt.calls)
    told = f"; {sent} notification{'s' if sent != 1 else ''}"
    name = f"{record.source.type} {record.source.name}"
    return f"{'run':9}{name:28} {kind:7} {_outcome(attempt)}{again}{told}{faults}"


def _outcome(attempt: Attempt) -> str:
    record = attempt.record
    if record.error is not None:
        text = str(record.error["errorMessage"]).removeprefix(
            "function invocation exception, error: "
        )
        short = text if len(text) <= _LONGEST_ERROR else text[: _LONGEST_ERROR - 3] + "..."
        return f"FAILED: {short}"
    document = json.loads(record.result or "{}")
    counts = document.get("counts") or {}
    if "tasks" in document and not counts:
        ended, stale = len(document["tasks"]), len(document.get("stale") or ())
        return f"report: {ended} ended, {stale} behind"
    return ", ".join(f"{number} {status}" for status, number in counts.items()) or "nothing to do"


def summary(evidence: Evidence, seconds: float) -> list[str]:
    """Return the numbers of a rehearsal, a line each."""
    course = evidence.course
    runs = [attempt.record for attempt in course.attempts]
    calls = evidence.stage.cloud.journal.entries[course.first_call :]
    put = sum(len(scene.texts) for scene in course.scenes if isinstance(scene, Put))
    ticks = sum(e.attempts[0].record.source.type == "TIMER" for e in evidence.events)
    cold = sum(record.cold is True for record in runs)
    numbers = {
        "timer ticks": f"{ticks}",
        "messages": f"{put}",
        "runs": f"{len(runs)}: {cold} cold, {sum(r.cold is False for r in runs)} warm, "
        f"{sum(r.status != 'SUCCESS' for r in runs)} failed and repeated or reported",
        "syncs": f"{len(evidence.tasks)} of {len({t.vault_id for t in evidence.tasks})} vaults",
        "notifications": f"{len(evidence.messages) - _requests_published(evidence)}",
        "calls": f"{len(calls)}, {sum(call.fault is not None for call in calls)} met a fault",
        "took": f"{seconds:.0f} s",
    }
    return [f"  {name:15}{text}" for name, text in numbers.items()]


def _requests_published(evidence: Evidence) -> int:
    """Count the messages that the rehearsal itself published, as requests."""
    return sum(message.topic_urn != evidence.stage.topic_urn for message in evidence.messages)
