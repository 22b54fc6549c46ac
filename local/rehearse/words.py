"""What happens in a rehearsal, in words: a line for each scene, run, task and notification."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from local.rehearse.script import Incident, Put, Scene

if TYPE_CHECKING:
    from local.emulator.smn.messages import Message
    from local.rehearse.play import Attempt

_RAISED = "function invocation exception, error: "


def scene_words(scene: Scene) -> str:
    """Say what was put in or injected."""
    if isinstance(scene, Put):
        number = f"{len(scene.texts)} message{'s' if len(scene.texts) > 1 else ''}"
        return f"{number} by {scene.channel}"
    if isinstance(scene, Incident):
        where = scene.conditions.get("operation") or scene.conditions.get("service")
        often = scene.conditions.get("times")
        how = f"{often} time{'s' if often > 1 else ''}" if often else "for a while"
        return f"{scene.effect.kind.replace('_', ' ')} on {where}, {how}"
    return f"the newest {scene.source} event is delivered again"


def run_words(attempt: Attempt, longest_error: int | None = None) -> tuple[str, str, str]:
    """Say what fired a run; whether an instance was started for it; and how it ended.

    longest_error: the most characters of an error that are shown; all of them by default.
    """
    record = attempt.record
    kind = {True: "cold", False: "warm", None: "not run"}[record.cold]
    again = f", attempt {record.attempt}" if record.attempt > 1 else ""
    met = Counter(call.fault for call in attempt.calls if call.fault)
    faults = "".join(f"; met {fault.replace('_', ' ')}" for fault in met if fault)
    sent = sum(call.message_id is not None for call in attempt.calls)
    told = f"; {sent} notification{'s' if sent != 1 else ''}"
    name = f"{record.source.type} {record.source.name}"
    return name, kind, f"{_outcome(attempt, longest_error)}{again}{told}{faults}"


def document_of(attempt: Attempt) -> dict[str, Any]:
    """Return the result document of a run; an empty one where it raised."""
    found: dict[str, Any] = json.loads(attempt.record.result or "{}")
    return found


def _outcome(attempt: Attempt, longest_error: int | None) -> str:
    record = attempt.record
    if record.error is not None:
        text = str(record.error["errorMessage"]).removeprefix(_RAISED)
        if longest_error is not None and len(text) > longest_error:
            text = text[: longest_error - 3] + "..."
        return f"FAILED: {text}"
    document = document_of(attempt)
    counts = document.get("counts") or {}
    if "tasks" in document and not counts:
        ended, stale = len(document["tasks"]), len(document.get("stale") or ())
        return f"report: {ended} ended, {stale} behind"
    return ", ".join(f"{number} {status}" for status, number in counts.items()) or "nothing to do"


def is_of_failure(message: Message) -> bool:
    """Tell whether FunctionGraph wrote a message, because a run failed for good."""
    return set(message.texts) == {"default"}


def failure_words(message: Message) -> str:
    """Say that FunctionGraph gave a run up."""
    told = json.loads(str(message.texts["default"]))
    count = told["request_context"]["approximate_invoke_count"]
    return f"FunctionGraph told the topic that this failed for good, tried {count} times"
