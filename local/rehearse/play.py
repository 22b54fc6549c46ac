"""Lets the time go by: triggers fire, scenes happen, and everything is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.emulator.admin.functions import MessagesOrder, put_messages
from local.emulator.functiongraph.engine.records import Record
from local.emulator.smn.publication import DEFAULT_TIME_TO_LIVE
from local.rehearse.script import Incident, Put, Redelivery, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.emulator.functiongraph.engine.requests import AsyncRequest
    from local.emulator.journal import JournalEntry
    from local.rehearse.stage import Stage


@dataclass(frozen=True)
class Attempt:
    """One run of the function, and the requests to the cloud that were made in it."""

    record: Record
    calls: tuple[JournalEntry, ...]


@dataclass
class Rehearsal:
    """Everything that happened between two times.

    first_message, first_refusal, first_call: how many there had been before.
    rules: the names of the incidents' fault rules, in the order of the scenes.
    """

    begin: float
    end: float
    first_message: int
    first_refusal: int
    first_call: int
    attempts: list[Attempt] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


class Player:
    """Plays one script on a stage."""

    def __init__(self, stage: Stage, seen: Callable[[Scene | Attempt], None]) -> None:
        self._stage = stage
        self._seen = seen

    def play(self, scenes: Sequence[Scene], end: float) -> Rehearsal:
        """Go through the time until `end`, and then on until nothing is under way."""
        stage = self._stage
        course = Rehearsal(
            begin=stage.clock.now(),
            end=end,
            first_message=len(stage.cloud.smn().messages()),
            first_refusal=len(stage.engine.platform.refusals),
            first_call=len(stage.cloud.journal),
        )
        waiting = list(scenes)
        self._go_on(course, waiting, end)
        self._switch_timers("DISABLED")
        self._go_on(course, waiting, float("inf"))
        self._switch_timers("ACTIVE")
        stage.cloud.faults.clear()
        stage.engine.queues.clear()
        return course

    def _go_on(self, course: Rehearsal, waiting: list[Scene], end: float) -> None:
        clock, engine = self._stage.clock, self._stage.engine
        while True:
            moments = [scene.at for scene in waiting[:1]]
            next_due = engine.next_due()
            moments += [] if next_due is None else [next_due]
            if not moments or min(moments) > end:
                return
            clock.move_to(min(moments))
            while waiting and waiting[0].at <= clock.now():
                self._happen(waiting.pop(0), course)
            for request in engine.due():
                self._run(request, course)

    def _run(self, request: AsyncRequest, course: Rehearsal) -> None:
        journal = self._stage.cloud.journal
        before = len(journal)
        record = self._stage.engine.handle(request)
        if record is not None:
            attempt = Attempt(record, journal.entries[before:])
            course.attempts.append(attempt)
            self._seen(attempt)

    def _happen(self, scene: Scene, course: Rehearsal) -> None:
        course.scenes.append(scene)
        self._seen(scene)
        stage = self._stage
        if isinstance(scene, Incident):
            course.rules.append(stage.cloud.faults.add(scene.effect, **scene.conditions).name)
        elif isinstance(scene, Redelivery):
            fired = [a.record for a in course.attempts if a.record.source.type == scene.source]
            if fired:
                stage.engine.submit(stage.function, fired[-1].event, fired[-1].source)
        elif scene.channel == "SMN":
            self._publish(scene)
        else:
            put_messages(
                stage.engine, scene.channel, MessagesOrder(messages=list(scene.texts)), None
            )

    def _publish(self, scene: Put) -> None:
        stage = self._stage
        (trigger,) = stage.engine.active("SMN")
        smn = stage.cloud.smn()
        topic = smn.find_topic(trigger.trigger.event_data["topic_urn"])
        for text in scene.texts:
            smn.publish(
                topic,
                now=stage.clock.now(),
                subject=None,
                texts={"default": text},
                attributes={},
                time_to_live=DEFAULT_TIME_TO_LIVE,
            )

    def _switch_timers(self, status: str) -> None:
        """Switch the timers off, so that what is under way can end; and on again."""
        with self._stage.cloud.lock:
            for trigger in self._stage.function.triggers.values():
                if trigger.type_code == "TIMER":
                    trigger.status = status
                    trigger.updated_at = self._stage.clock.now()
