"""Laws about what is published, logged and raised, and when an invocation ends."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from tests.histories.case import SLACK, Case, is_refused_credential
from tests.histories.run import RESERVE
from tests.support.function import IncompleteSync, NotificationFailed, VaultSyncError

SHORTEST_FOR_MESSAGE = 1.0
"""Seconds at the end in which a message may no longer be accepted."""


def every_task_is_told(case: Case) -> Iterator[str]:
    """3. Every outcome is in a published message, or in the error raised and in the log."""
    published = Counter(one["vault_id"] for one in case.told if one["vault_id"])
    error = case.invoked.error
    told_otherwise = isinstance(error, NotificationFailed)
    for outcome in case.outcomes:
        task = outcome["operation_log_id"]
        in_message = outcome in case.told
        if not in_message and not told_otherwise and not _nothing_to_tell(case):
            yield f"{outcome} is in no message, and NotificationFailed was not raised"
        if not in_message and task and (task not in str(error) or not _in_error_log(case, task)):
            yield f"task {task} is neither in a message nor in the error and an ERROR line"
    once = max(published.values(), default=0) <= 1
    if not told_otherwise and not once and not _smn_was_faulty(case):
        yield "an outcome was published more than once"
    if told_otherwise and not _smn_was_faulty(case):
        yield f"NotificationFailed, though nothing kept SMN from accepting it: {error}"
    incomplete = {"failed", "deferred"} & {one["status"] for one in case.outcomes}
    if bool(incomplete) != isinstance(error, IncompleteSync) and not told_otherwise:
        yield f"statuses {incomplete}, but the error is {error!r}"


def _nothing_to_tell(case: Case) -> bool:
    return not case.outcomes and "window" not in case.invoked.document


def _in_error_log(case: Case, task: str) -> bool:
    return any(line["level"] == "ERROR" and task in json.dumps(line) for line in case.invoked.log)


def _smn_was_faulty(case: Case) -> bool:
    publications = case.calls("PublishMessage")
    late = case.invoked.ended > case.deadline - SHORTEST_FOR_MESSAGE
    refused = any(is_refused_credential(entry) for entry in case.entries)
    return refused or late or any(one.fault or not case.seen(one) for one in publications)


def only_our_own_errors(case: Case) -> Iterator[str]:
    """18. Whatever is raised is one of the project's errors, and a message came before it."""
    error = case.invoked.error
    if error is None:
        return
    if not isinstance(error, VaultSyncError):
        yield f"{type(error).__name__} left the handler: {error}"
    if not case.documents and not isinstance(error, NotificationFailed):
        yield f"{type(error).__name__} was raised without a message before it"


def ends_in_time(case: Case) -> Iterator[str]:
    """5. The handler ends before the deadline; nothing sleeps past deadline minus reserve."""
    if case.invoked.ended > case.deadline:
        yield f"ended {case.invoked.ended - case.deadline:.2f} s after the deadline"
    for moment, seconds in case.invoked.sleeps:
        if moment + seconds > case.deadline - RESERVE + SLACK and moment <= case.invoked.ended:
            late = moment + seconds - (case.deadline - RESERVE)
            yield f"slept {late:.2f} s into the reserve"
