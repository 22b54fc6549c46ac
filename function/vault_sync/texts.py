"""The notification as people read it: a subject, an e-mail, a text message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vault_sync import advice, task_texts
from vault_sync.document import Conclusion
from vault_sync.outcomes import Outcome, Status, counted

MAX_SUBJECT_BYTES = 512
MAX_SMS_CHARACTERS = 490
MAX_VAULTS_LISTED = 100
"""Of one kind in one e-mail; the machine-readable message has them all."""

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
    line = f"{_title(conclusion)}: {summary(conclusion)} ({conclusion.place.region})"
    return line.encode()[:MAX_SUBJECT_BYTES].decode("utf-8", "ignore")


def summary(conclusion: Conclusion) -> str:
    """Return what came of it in one line, what is wrong first."""
    parts = [*task_texts.problems(conclusion), *_counts(conclusion.outcomes)]
    parts += task_texts.good_news(conclusion)
    if conclusion.continued is not None:
        parts.append(f"{conclusion.continued.vaults} handed to a next invocation")
    return ", ".join(parts) or ("no sync ended" if conclusion.report else "nothing to do")


def _counts(outcomes: Sequence[Outcome]) -> list[str]:
    counts = counted(outcomes)
    return [f"{counts[status]} {word}" for status, word in _WORDS.items() if status in counts]


def email(conclusion: Conclusion, part: str = "") -> str:
    """Return the whole text for a person: what is wrong first, and what to do about it."""
    return "\n".join(_lines(conclusion, part)) + "\n"


def sms(conclusion: Conclusion) -> str:
    """Return the short text: at most 490 characters, without the brackets SMN refuses."""
    text = f"{_title(conclusion)}: {summary(conclusion)}."
    if conclusion.problems:
        first = conclusion.problems[0]
        code = first.error.code if first.error else first.status
        text += f" First: {_named(first)}: {code}. {advice.for_error(first.error)}"
    else:
        text += task_texts.first_problem(conclusion)
    if conclusion.invocation_id:
        text += f" Request {conclusion.invocation_id}."
    return text.translate(_NOT_IN_SMS)[:MAX_SMS_CHARACTERS]


def _title(conclusion: Conclusion) -> str:
    what = "report" if conclusion.report is not None and not conclusion.outcomes else "sync"
    return f"CBR vault {what} {'PROBLEM' if conclusion.is_problem else 'OK'}"


def _lines(conclusion: Conclusion, part: str) -> Iterator[str]:
    yield f"{_title(conclusion)}: {summary(conclusion)}{part}"
    for heading, entries in _sections(conclusion):
        yield ""
        yield f"{heading}: {len(entries)}"
        yield from entries[:MAX_VAULTS_LISTED]
        if len(entries) > MAX_VAULTS_LISTED:
            yield f"  ... and {len(entries) - MAX_VAULTS_LISTED} more"
    yield ""
    for note in conclusion.notes:
        yield f"Note: {note}"
    yield from _footer(conclusion)


def _sections(conclusion: Conclusion) -> Iterator[tuple[str, list[str]]]:
    yield from task_texts.problem_sections(conclusion)
    for status, heading in _HEADINGS.items():
        entries = [entry(one) for one in conclusion.outcomes if one.status == status]
        if entries:
            yield heading, entries
    yield from task_texts.good_sections(conclusion)


def entry(outcome: Outcome) -> str:
    """Return what an e-mail says of one vault or message."""
    task = f"  task {outcome.operation_log_id}" if outcome.operation_log_id else ""
    lines = [f"  {_named(outcome)}{task}"]
    if outcome.error is not None:
        if outcome.vault_id:
            lines.append(f"    at {outcome.source}")
        message = outcome.error.message.removeprefix(f"{outcome.source}: ")
        lines.append(f"    {outcome.error.code}: {message}")
        lines.append(f"    What to do: {advice.for_error(outcome.error)}")
    return "\n".join(lines)


def _footer(conclusion: Conclusion) -> Iterator[str]:
    trigger = conclusion.trigger
    name = f" {trigger.name}" if trigger.name else ""
    time = f", {trigger.as_document()['time']}" if trigger.time else ""
    by = "by a direct request" if trigger.type == "DIRECT" else f"by {trigger.type}{name}"
    yield f"Fired {by}{time}"
    if conclusion.report is not None:
        window = conclusion.report.window.as_document()
        yield f"Syncs that ended from {window['from']} until before {window['to']}"
    yield f"Project {conclusion.place.project_id} in {conclusion.place.region}"
    if conclusion.invocation_id:
        yield f"Request {conclusion.invocation_id}"
    if conclusion.followed is None and any(
        outcome.status == "started" for outcome in conclusion.outcomes
    ):
        yield (
            '"Started" means that CBR accepted the sync. Whether it succeeded is in the task of '
            "that id, in CBR under Tasks."
        )


def _named(outcome: Outcome) -> str:
    return f"vault {outcome.vault_id}" if outcome.vault_id else f"message {outcome.source}"
