"""The rehearsal as a person reads it: a line for what happened, like runs taken together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine.schedules import zone_of
from local.rehearse.play import Attempt
from local.rehearse.requests import rejections
from local.rehearse.script import Incident, Put, Scene
from local.rehearse.words import failure_words, is_of_failure, run_words, scene_words

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
            name, kind, ending = run_words(happened, _LONGEST_ERROR)
            text = f"{'run':9}{name:28} {kind:7} {ending}"
            self._add(began_at, text, may_join=happened.record.source.type == "TIMER")
            self._tell_of_failures(began_at)
            return
        kind = "fault" if isinstance(happened, Incident) else "message"
        self._add(happened.at, f"{kind:9}{scene_words(happened)}", may_join=False)

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
            if is_of_failure(message) and message.topic_urn == self._stage.topic_urn:
                self._add(at, f"{'failure':9}{failure_words(message)}", may_join=False)
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


def numbers(evidence: Evidence, seconds: float) -> dict[str, str]:
    """Return how much there was of everything, by what it is called."""
    course = evidence.course
    runs = [attempt.record for attempt in course.attempts]
    calls = evidence.stage.cloud.journal.entries[course.first_call :]
    put = [text for scene in course.scenes if isinstance(scene, Put) for text in scene.texts]
    bad = sum(bool(rejections([text], evidence.vaults)) for text in put)
    ticks = sum(e.attempts[0].record.source.type == "TIMER" for e in evidence.events)
    cold = sum(record.cold is True for record in runs)
    return {
        "timer ticks": f"{ticks}",
        "messages": f"{len(put)}, {bad} of them bad",
        "runs": f"{len(runs)}: {cold} cold, {sum(r.cold is False for r in runs)} warm, "
        f"{sum(r.status != 'SUCCESS' for r in runs)} failed and repeated or reported",
        "syncs": f"{len(evidence.tasks)} of {len({t.vault_id for t in evidence.tasks})} vaults",
        "notifications": f"{len(evidence.messages) - _requests_published(evidence)}",
        "calls": f"{len(calls)}, {sum(call.fault is not None for call in calls)} met a fault",
        "took": f"{seconds:.0f} s",
    }


def _requests_published(evidence: Evidence) -> int:
    """Count the messages that the rehearsal itself published, as requests."""
    return sum(message.topic_urn != evidence.stage.topic_urn for message in evidence.messages)
