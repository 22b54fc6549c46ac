"""The notification as people read it: a subject, an e-mail, a text message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vault_sync import advice
from vault_sync.document import Conclusion
from vault_sync.outcomes import Outcome, Status, counted

MAX_SUBJECT_BYTES = 512
MAX_SMS_CHARACTERS = 490
MAX_VAULTS_LISTED = 100
"""Of one status in one e-mail; the machine-readable message has them all."""

_NOT_IN_SMS = str.maketrans("[]【】", "()()")

_HEADINGS: dict[Status, str] = {
    "failed": "Failed",
    "deferred": "Not begun, for want of time",
    "rejected": "Rejected (asking again cannot help)",
    "started": "Sync started",
    "already_running": "A sync was running already",
    "already_done": "Synchronised already since this event",
    "would_start": "Would be synchronised (dry run, nothing was started)",
}

_WORDS: dict[str, str] = {
    "failed": "failed",
    "deferred": "not begun",
    "rejected": "rejected",
    "started": "started",
    "already_running": "already running",
    "already_done": "already done",
    "would_start": "would start",
}


def subject(conclusion: Conclusion) -> str:
    """Return the subject: the result in one line, at most 512 bytes."""
    line = f"CBR vault sync {_verdict(conclusion)}: {summary(conclusion.outcomes)}"
    return f"{line} ({conclusion.place.region})".encode()[:MAX_SUBJECT_BYTES].decode(
        "utf-8", "ignore"
    )


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return the counts in words, what is wrong first."""
    counts = counted(outcomes)
    parts = [f"{counts[status]} {word}" for status, word in _WORDS.items() if status in counts]
    return ", ".join(parts) or "nothing to do"


def email(conclusion: Conclusion, part: str = "") -> str:
    """Return the whole text for a person: what is wrong first, and what to do about it."""
    return "\n".join(_lines(conclusion, part)) + "\n"


def sms(conclusion: Conclusion) -> str:
    """Return the short text: at most 490 characters, without the brackets SMN refuses."""
    text = f"CBR vault sync {_verdict(conclusion)}: {summary(conclusion.outcomes)}."
    if conclusion.problems:
        first = conclusion.problems[0]
        code = first.error.code if first.error else first.status
        text += f" First: {_named(first)}: {code}. {advice.for_error(first.error)}"
    if conclusion.invocation_id:
        text += f" Request {conclusion.invocation_id}."
    return text.translate(_NOT_IN_SMS)[:MAX_SMS_CHARACTERS]


def _verdict(conclusion: Conclusion) -> str:
    return "PROBLEM" if conclusion.is_problem else "OK"


def _lines(conclusion: Conclusion, part: str) -> Iterator[str]:
    yield f"CBR vault sync {_verdict(conclusion)}: {summary(conclusion.outcomes)}{part}"
    for status, heading in _HEADINGS.items():
        of_status = [outcome for outcome in conclusion.outcomes if outcome.status == status]
        if of_status:
            yield ""
            yield f"{heading}: {len(of_status)}"
            for outcome in of_status[:MAX_VAULTS_LISTED]:
                yield entry(outcome)
            if len(of_status) > MAX_VAULTS_LISTED:
                yield f"  ... and {len(of_status) - MAX_VAULTS_LISTED} more"
    yield ""
    for note in conclusion.notes:
        yield f"Note: {note}"
    yield from _footer(conclusion)


def entry(outcome: Outcome) -> str:
    """Return what an e-mail says of one vault or message."""
    task = f"  task {outcome.operation_log_id}" if outcome.operation_log_id else ""
    lines = [f"  {_named(outcome)}{task}"]
    if outcome.error is not None:
        if outcome.vault_id:
            lines.append(f"    at {outcome.source}")
        lines.append(f"    {outcome.error}")
        lines.append(f"    What to do: {advice.for_error(outcome.error)}")
    return "\n".join(lines)


def _footer(conclusion: Conclusion) -> Iterator[str]:
    trigger = conclusion.trigger
    name = f" {trigger.name}" if trigger.name else ""
    time = f", {trigger.as_document()['time']}" if trigger.time else ""
    yield f"Fired by {trigger.type}{name}{time}"
    yield f"Project {conclusion.place.project_id} in {conclusion.place.region}"
    if conclusion.invocation_id:
        yield f"Request {conclusion.invocation_id}"
    if any(outcome.status == "started" for outcome in conclusion.outcomes):
        yield (
            '"Started" means that CBR accepted the sync. Whether it succeeded is in the task of '
            "that id, in CBR under Tasks."
        )


def _named(outcome: Outcome) -> str:
    return f"vault {outcome.vault_id}" if outcome.vault_id else f"message {outcome.source}"
