"""Everything that happened in a rehearsal, as entries on one axis of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from local.rehearse.play import Attempt
from local.rehearse.script import Incident, Redelivery
from local.rehearse.words import (
    document_of,
    failure_words,
    is_of_failure,
    run_words,
    scene_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.emulator.smn.messages import Message
    from local.rehearse.checks import Evidence

Lane = Literal["Ticks", "Messages", "Invocations", "Tasks", "Notifications", "Faults"]
LANES: tuple[Lane, ...] = (
    *("Ticks", "Messages", "Invocations", "Tasks", "Notifications", "Faults"),
)
Kind = Literal["plain", "good", "busy", "bad"]
KINDS: tuple[Kind, ...] = ("plain", "good", "busy", "bad")
"""What an entry means to a person, the gravest last; the page has a colour and a sign for each."""


_TASK_KINDS: dict[str, Kind] = {"success": "good", "running": "busy", "waiting": "busy"}


@dataclass(frozen=True)
class Entry:
    """One thing that happened. Times are seconds since 1970 on the cloud's clock.

    name: what a link to it is called; each is there once.
    end: the same as `at` for what is only a moment.
    """

    name: str
    lane: Lane
    at: float
    end: float
    kind: Kind
    text: str


@dataclass(frozen=True)
class Injected:
    """A fault, or an event that came once more; and the invocations that met it."""

    at: float
    text: str
    is_fault: bool
    met_by: tuple[Attempt, ...]


def entries(evidence: Evidence) -> list[Entry]:
    """Return what happened, in the order of time."""
    found = [*_scenes(evidence), *_runs(evidence), *_tasks(evidence), *_notifications(evidence)]
    return sorted(found, key=lambda entry: (entry.at, LANES.index(entry.lane)))


def injected(evidence: Evidence) -> list[Injected]:
    """Return the faults and the repeated deliveries of a rehearsal, each with what met it."""
    course = evidence.course
    rules = iter(course.rules)
    found = []
    for scene in course.scenes:
        if isinstance(scene, Incident):
            rule = next(rules)
            met = [a for a in course.attempts if any(call.rule == rule for call in a.calls)]
            found.append(Injected(scene.at, scene_words(scene), True, tuple(met)))
        elif isinstance(scene, Redelivery):
            again = _repeated(scene, course.attempts)
            found.append(Injected(scene.at, scene_words(scene), False, tuple(again)))
    return found


def began(attempt: Attempt) -> float:
    """Return when a run began or, if it could not be made, when it was asked for."""
    return attempt.record.began_at or attempt.record.accepted_at


def run_name(attempt: Attempt) -> str:
    """Return the name of a run's entry."""
    return f"run-{attempt.record.request_id}-{attempt.record.attempt}"


def run_sentence(attempt: Attempt) -> str:
    """Say everything of a run in one line."""
    name, kind, ending = run_words(attempt)
    return f"{name}, {kind}: {ending}"


def _repeated(scene: Redelivery, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return the run of an event that had been handled before; none if none had been."""
    earlier = {a.record.event for a in attempts if began(a) < scene.at}
    return [
        attempt
        for attempt in attempts
        if began(attempt) >= scene.at
        and attempt.record.event in earlier
        and (attempt.record.source.type, attempt.record.attempt) == (scene.source, 1)
    ][:1]


def _scenes(evidence: Evidence) -> Iterator[Entry]:
    for number, scene in enumerate(evidence.course.scenes):
        name, at, text = f"scene-{number}", scene.at, scene_words(scene)
        if isinstance(scene, Incident):
            yield Entry(name, "Faults", at, at, "bad", text)
        else:
            yield Entry(name, "Messages", at, at, "plain", text)


def _runs(evidence: Evidence) -> Iterator[Entry]:
    for attempt in evidence.course.attempts:
        at, source = began(attempt), attempt.record.source
        if source.type == "TIMER" and attempt.record.attempt == 1:
            name = f"tick-{attempt.record.request_id}"
            yield Entry(name, "Ticks", at, at, "plain", f"the timer {source.name} fires")
        end = attempt.record.ended_at or at
        name = run_name(attempt)
        yield Entry(name, "Invocations", at, end, _kind(attempt), run_sentence(attempt))


def _kind(attempt: Attempt) -> Kind:
    """Judge a run as its own document does: what is rejected is a problem, too."""
    if attempt.record.status != "SUCCESS":
        return "bad"
    return "bad" if " PROBLEM" in document_of(attempt).get("summary", "")[:40] else "good"


def _tasks(evidence: Evidence) -> Iterator[Entry]:
    now = evidence.stage.clock.now()
    for task in evidence.tasks:
        state = task.state(now)
        end = state.ended_at or now
        kind = _TASK_KINDS.get(state.status, "bad")
        text = f"{task.vault_name}: {state.status}, task {task.id}"
        yield Entry(f"task-{task.id}", "Tasks", task.created_at, end, kind, text)


def _notifications(evidence: Evidence) -> Iterator[Entry]:
    for message in evidence.messages:
        if message.topic_urn == evidence.stage.topic_urn:
            kind, text = _told(message)
            at = message.time
            yield Entry(f"message-{message.id}", "Notifications", at, at, kind, text)


def _told(message: Message) -> tuple[Kind, str]:
    if is_of_failure(message):
        return "bad", failure_words(message)
    is_problem = message.attributes.get("outcome") == "problem"
    return "bad" if is_problem else "good", message.subject or "(no subject)"
