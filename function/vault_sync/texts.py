"""The notification as people read it: a subject, an e-mail, a text message.

What is wrong comes first, with what to do about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from vault_sync import times
from vault_sync.errors import ErrorDetail
from vault_sync.orders import Behind
from vault_sync.outcomes import Outcome, Status, counted
from vault_sync.result import Item, Result
from vault_sync.tasks import ProjectTask, StaleVault, SyncTask

MAX_SUBJECT_BYTES = 512
MAX_SMS_CHARACTERS = 490
MAX_LISTED = 100
"""Of one kind in one e-mail; the document has them all."""

_NOT_IN_SMS = str.maketrans("[]【】", "()()")


class _End(NamedTuple):
    """A kind of end that tasks can come to: its words in a count, its heading in an e-mail."""

    words: str
    heading: str
    belongs: Callable[[SyncTask], bool]
    well: bool = False


def _with_status(status: str) -> Callable[[SyncTask], bool]:
    return lambda task: task.status == status


_ENDS = (
    _End("sync failed", "Sync failed", _with_status("failed")),
    _End("sync timed out", "Sync timed out", _with_status("timeout")),
    _End("sync skipped", "Sync skipped by CBR's pre-check", _with_status("skipped")),
    _End(
        "succeeded only in part",
        "Sync succeeded, but restore points could not be read",
        lambda task: task.status == "success" and task.is_problem,
    ),
    _End("still running", "Sync still running", lambda task: task.running, well=True),
    _End(
        "succeeded",
        "Sync succeeded",
        lambda task: task.status == "success" and not task.is_problem,
        well=True,
    ),
)
"""What is wrong comes first; the rest follows after the outcomes."""

_BEHIND = "Vaults behind, without a successful sync for too long"

_ADVICE = {
    "InvalidRequest": "Correct the message at this place and send it again.",
    "InvalidEvent": "Send events in the shape that the trigger delivers; see events/.",
    "EmptyEvent": "Check what the trigger sends; an event without messages asks for nothing.",
    "OwnNotification": "Take the function's subscription to its own topic away.",
    "MethodNotAllowed": "Send a POST request.",
    "EventTooLarge": "Lower the trigger's batch size, or split the request.",
    "TooManyVaults": "Split the request, or select vaults by name or tags.",
    "ProjectNotAllowed": "Add the project to ALLOWED_PROJECTS, if it is meant to be reached.",
    "EmptySelection": "Check the selection against the names and tags of the hybrid vaults.",
    "UnknownRegion": "Correct the region, or set CBR_ENDPOINT.",
    "DeadlineReached": "Run the event again, or raise the function's timeout.",
    "OutcomeUnknown": "Look at the vault's tasks in CBR, then run the event again.",
    "InternalError": "Run the event again, and report this as a fault of the function.",
    "AnswerLost": "Run the event again; what started is found and not started twice.",
    "UnreadableAnswer": "Run the event again; what started is found and not started twice.",
    "ConnectionFailed": "Check the endpoint, and the function's way out of its VPC.",
    "BackupService.6105": "Check the vault id and its project; the vault is not there.",
    "BackupService.6112": "Check the vault's status in CBR: frozen, locked or being deleted?",
    "BackupService.7300": "Name hybrid-cloud vaults only; this one cannot be synchronised.",
    "BackupService.7302": "Nothing: CBR is at it. Allow cbr:tasks:list to learn the task's id.",
    "BackupService.9900": "Correct the vault id.",
    "APIGW.0301": "Check the agency and the clock; a locked access key opens after 5 minutes.",
    "APIGW.0308": "Lower MAX_CALLS_PER_SECOND, or spread the timers.",
}


def advice(error: ErrorDetail | None) -> str:
    """Return what to do next about an error, in one sentence; there is always something."""
    if error is None:
        return "See the function's log."
    if error.code in _ADVICE:
        return _ADVICE[error.code]
    if error.code in {"HTTP 403", "SMN.00308"} or "doesn't allow" in error.message:
        return "Allow the action in the policy of the function's agency; see docs/permissions.md."
    return "See docs/when-a-problem-mail-comes.md; the request id helps Huawei's support."


def subject(result: Result) -> str:
    """Return the subject: the result in one line, at most 512 bytes."""
    line = f"{title_and_summary(result)} ({result.project.region})"
    return line.encode()[:MAX_SUBJECT_BYTES].decode("utf-8", "ignore")


def title_and_summary(result: Result) -> str:
    """Return the result in one line."""
    return f"{_title(result)}: {summary(result)}"


def summary(result: Result) -> str:
    """Return what came of it in one line, what is wrong first."""
    ends = _tasks_by_end(result)
    parts = [f"{len(found)} {end.words}" for end, found in ends if not end.well]
    if result.stale:
        parts.append(f"{len(result.stale)} vault{'s' if len(result.stale) > 1 else ''} behind")
    counts = counted(result.outcomes)
    parts += [f"{counts[str(one)]} {one.words}" for one in Status if str(one) in counts]
    parts += [f"{len(found)} {end.words}" for end, found in ends if end.well]
    if result.continued is not None:
        parts.append(f"{result.continued.vaults} handed to a next invocation")
    return ", ".join(parts) or ("no sync ended" if result.report else "nothing to do")


def email(result: Result, part: str = "") -> str:
    """Return the whole text for a person."""
    return "\n".join(_lines(result, part)) + "\n"


def sms(result: Result) -> str:
    """Return the short text: at most 490 characters, without the brackets SMN refuses."""
    text = f"{title_and_summary(result)}.{_first_problem(result)}"
    if result.invocation_id:
        text += f" Request {result.invocation_id}."
    return text.translate(_NOT_IN_SMS)[:MAX_SMS_CHARACTERS]


def _first_problem(result: Result) -> str:
    """Return the first thing that is wrong; empty when all is well."""
    for one in result.problems:
        behind = one.sync_order.behind if one.sync_order else None
        error = one.error or (behind.error if behind else None)
        code = error.code if error else str(one.status)
        return f" First: {_named(one)}: {code}. {advice(error)}"
    for end, found in _tasks_by_end(result):
        task = found[0].task
        if not end.well:
            why = f", {task.error.code}" if task.error else ""
            return f" First: vault {task.vault_name or task.vault_id}: {end.words}{why}."
    for vault in result.stale:
        name = vault.vault_name or vault.vault_id
        return f" First: vault {name}: {_last_success(vault)}."
    return ""


def _title(result: Result) -> str:
    what = "report" if result.report is not None and not result.outcomes else "sync"
    return f"CBR vault {what} {'PROBLEM' if result.is_problem else 'OK'}"


def _lines(result: Result, part: str) -> Iterator[str]:
    yield f"{title_and_summary(result)}{part}"
    for heading, items in _sections(result):
        yield ""
        yield f"{heading}: {len(items)}"
        yield from map(entry, items[:MAX_LISTED])
        if len(items) > MAX_LISTED:
            yield f"  ... and {len(items) - MAX_LISTED} more"
    yield ""
    yield from (f"Note: {note}" for note in result.notes)
    yield from _footer(result)


def _sections(result: Result) -> Iterator[tuple[str, Sequence[Item]]]:
    """Yield each heading of an e-mail with what stands under it."""
    ends = _tasks_by_end(result)
    yield from ((end.heading, found) for end, found in ends if not end.well)
    if result.stale:
        yield _BEHIND, result.stale
    for status in Status:
        outcomes = [one for one in result.outcomes if one.status is status]
        if outcomes:
            yield status.heading, outcomes
    yield from ((end.heading, found) for end, found in ends if end.well)


def _tasks_by_end(result: Result) -> list[tuple[_End, list[ProjectTask]]]:
    """Return the tasks of each kind of end that occurs."""
    tasks = result.tasks
    by_end = [(end, [one for one in tasks if end.belongs(one.task)]) for end in _ENDS]
    return [(end, found) for end, found in by_end if found]


def entry(item: Item) -> str:
    """Return what an e-mail says of one vault, message or task."""
    if isinstance(item, Outcome):
        return "\n".join(_outcome_lines(item))
    if isinstance(item, StaleVault):
        return f"  vault {_both(item.vault_name, item.vault_id)}\n    {_last_success(item)}"
    task = item.task
    lines = [
        f"  vault {_both(task.vault_name, task.vault_id)}",
        f"    task {task.operation_log_id}{_numbers(item)}",
    ]
    return "\n".join([*lines, f"    {task.error}"] if task.error is not None else lines)


def _outcome_lines(outcome: Outcome) -> Iterator[str]:
    task = f"  task {outcome.operation_log_id}" if outcome.operation_log_id else ""
    yield f"  {_named(outcome)}{task}"
    if outcome.late:
        yield (
            f"    This task began before the event, at {times.to_document(outcome.began)}, and may "
            "miss its restore points."
        )
    order = outcome.sync_order
    if order is not None and order.behind is not None:
        yield f"    Behind: {_last_success(order.behind)}{_why_behind(order.behind)}"
    if outcome.error is not None:
        if order is not None and order.vault_id:
            yield f"    at {outcome.mention.source}"
        message = outcome.error.message.removeprefix(f"{outcome.mention.source}: ")
        yield f"    {outcome.error.code}: {message}"
        yield f"    What to do: {advice(outcome.error)}"


def _footer(result: Result) -> Iterator[str]:
    trigger = result.trigger
    name = f" {trigger.name}" if trigger.name else ""
    time = f", {trigger.as_document()['time']}" if trigger.time else ""
    by = "by a direct request" if trigger.type == "DIRECT" else f"by {trigger.type}{name}"
    yield f"Fired {by}{time}"
    if result.report is not None:
        window = result.report.window.as_document()
        yield f"Syncs that ended from {window['from']} until before {window['to']}"
    yield f"Project {result.project.project_id} in {result.project.region}"
    if result.invocation_id:
        yield f"Request {result.invocation_id}"
    if result.followed is None and any(one.status is Status.STARTED for one in result.outcomes):
        yield (
            '"Started" means that CBR accepted the sync. Whether it succeeded is in the task of '
            "that id, in CBR under Tasks."
        )


def _named(outcome: Outcome) -> str:
    order = outcome.sync_order
    if order is None or not order.vault_id:
        return f"message {outcome.mention.source}"
    return f"vault {_both(outcome.vault_name or order.vault_name, order.vault_id)}"


def _both(name: str | None, vault_id: str) -> str:
    return f"{name} ({vault_id})" if name else vault_id


def _last_success(vault: StaleVault | Behind) -> str:
    if vault.last_success is None:
        kept = "the 30 days that CBR keeps its tasks"
        since = f" in {kept}" if isinstance(vault, StaleVault) else " was found"
        return f"no successful sync{since}"
    return f"last successful sync {times.to_text(vault.last_success)}"


def _why_behind(behind: Behind) -> str:
    return f"; since then: {behind.error}" if behind.error else ""


def _numbers(one: ProjectTask) -> str:
    task = one.task
    parts = []
    if task.synchronised is not None:
        parts.append(f"{task.synchronised} synchronised")
    if task.deleted:
        parts.append(f"{task.deleted} removed")
    if task.not_synchronised:
        parts.append(f"{task.not_synchronised} could not be read")
    return f": restore points {', '.join(parts)}" if parts and not task.running else ""
