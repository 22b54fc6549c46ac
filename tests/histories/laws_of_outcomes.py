"""Laws about what is said of each vault and each message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from local.emulator.journal import JournalEntry
from tests.histories.case import (
    Case,
    Wanted,
    is_forbidden,
    is_refused_credential,
    seconds_of,
    went_badly,
)

CLOCK_TOLERANCE = 5.0
"""Seconds by which the function's clock may differ from CBR's."""


def one_outcome_for_each(case: Case) -> Iterator[str]:
    """1. Every message and every vault named ends in exactly one outcome; the counts add up."""
    found = Counter(one["vault_id"] for one in case.outcomes if one["vault_id"])
    whole = [one["source"] for one in case.outcomes if not one["vault_id"]]
    must: set[str] = set()
    handed_on = "continued" in case.invoked.document
    for wanted in case.wanted:
        told_as_a_whole = any(name.startswith(wanted.source) for name in whole)
        if wanted.kind == "broken" and not told_as_a_whole:
            yield f"the broken message {wanted.source} has no outcome"
        elif wanted.kind == "select" and not (wanted.vaults or told_as_a_whole or handed_on):
            yield f"{wanted.source} selects nothing, and no outcome says so"
        elif wanted.kind == "vaults" or (wanted.kind == "select" and not told_as_a_whole):
            must |= wanted.vaults
    for vault in must | set(found):
        handed = case.handed_over.get(vault, [])
        if found[vault] + bool(handed) != 1 and not _may_be_in_both(case, vault, handed):
            yield f"{vault} has {found[vault]} outcomes, and was handed over {len(handed)} times"
        if vault not in case.named:
            yield f"{vault} has an outcome, and nobody named it"
    sources = [one.source for one in case.wanted if one.kind != "vaults"]
    for name in whole:
        if not any(name.startswith(prefix) for prefix in sources):
            yield f"an outcome without a vault for {name}"
    yield from _wrong_counts(case)


def _wrong_counts(case: Case) -> Iterator[str]:
    counts = case.invoked.document["counts"]
    if counts != dict(Counter(one["status"] for one in case.outcomes)):
        yield f"the counts {counts} are not those of the outcomes"


def _may_be_in_both(case: Case, vault: str, handed: list[JournalEntry]) -> bool:
    """Whether a vault was handed over without an answer: then it stays deferred here as well."""
    outcome = case.outcome(vault)
    unanswered = any(entry.fault or not case.seen(entry) for entry in handed)
    return outcome is not None and unanswered and outcome["status"] in {"deferred", "failed"}


def explained_by_its_own_calls(case: Case) -> Iterator[str]:
    """6. What became of a vault follows from its own calls and from what ends a whole run."""
    for outcome in case.outcomes:
        vault = outcome["vault_id"]
        if vault and not _is_explained(case, vault, outcome):
            yield f"nothing explains {outcome}"


def _is_explained(case: Case, vault: str, outcome: dict[str, Any]) -> bool:
    asked = case.calls("ImportCheckpoint", vault)
    status, task = outcome["status"], outcome["operation_log_id"]
    known = {one.id for one in case.tasks(vault)}
    if status == "started":
        return task in known and bool(asked)
    if status == "rejected":
        return bool(asked) and _refuses(asked[-1], outcome["error"]["code"])
    if status in {"already_done", "already_running"}:
        busy = any(entry.error_code == "BackupService.7302" for entry in asked)
        return task in known or (busy and status == "already_running")
    if status == "would_start":
        real = [one for one in case.naming(vault) if not one.dry_run]
        # A selection that could not be looked up has an outcome of its own, without its vaults.
        return not asked and all(one.kind == "select" for one in real)
    if status == "deferred":
        reached = [entry for entry in asked if entry.status is not None or entry.applied]
        return not reached and case.time_was_short()
    return _failure_is_explained(case, asked)


def _refuses(entry: JournalEntry, code: str) -> bool:
    refused = entry.status is not None and 400 <= entry.status < 500
    return refused and (entry.error_code == code or bool(entry.fault))  # a fault may garble it


def _failure_is_explained(case: Case, asked: list[JournalEntry]) -> bool:
    ends_more = any(
        is_refused_credential(entry)
        or (is_forbidden(entry) and entry.operation == "ImportCheckpoint")
        or (entry.operation == "ListOpLogs" and entry.fault)
        for entry in case.entries
    )
    own = any(entry.fault or entry.status != 200 or not case.seen(entry) for entry in asked)
    return ends_more or own or case.read_badly()


def repetition_starts_nothing(case: Case) -> Iterator[str]:
    """7. Delivering an event again starts nothing that ran already since the event's own time."""
    if case.may_not_list():
        return
    shown_before = case.invoked.began - case.history.log_delay
    for vault in case.named:
        dates = [one.repeats for one in case.naming(vault)]
        if None in dates or any(one.kind == "behind" for one in case.naming(vault)):
            continue
        since = max(date for date in dates if date is not None)
        earlier = [
            task
            for task in case.tasks(vault)
            if since <= task.created_at < shown_before and not went_badly(task)
        ]
        again = [entry for entry in case.calls("ImportCheckpoint", vault) if entry.applied]
        if earlier and again:
            yield f"{vault} was synchronised again, though task {earlier[0].id} ran since the event"


def a_repetition_is_one(case: Case) -> Iterator[str]:
    """8. `already_done` names a sync from after the event, and none that ended badly."""
    for outcome in case.outcomes:
        vault, task_id = outcome["vault_id"], outcome["operation_log_id"]
        if outcome["status"] != "already_done":
            continue
        own = any(e.operation_log_id == task_id for e in case.calls("ImportCheckpoint", vault))
        task = next((one for one in case.tasks(vault) if one.id == task_id), None)
        if own or task is None:
            continue
        if task.state(case.invoked.ended).status in {"failed", "skipped", "timeout"}:
            yield f"{vault} is already_done by task {task_id}, which ended badly"
        since = _earliest(case, case.naming(vault), asked=case.calls("ImportCheckpoint", vault))
        if task.created_at < since:
            early = since - task.created_at
            yield f"{vault} is already_done by task {task_id} of {early:.2f} s before"


def _earliest(case: Case, naming: list[Wanted], asked: list[JournalEntry]) -> float:
    """Return from when on a task may stand for what was asked."""
    dates = [wanted.dated for wanted in naming]
    dated = max((date for date in dates if date is not None), default=float("inf"))
    if not asked:
        return dated
    tolerance = CLOCK_TOLERANCE + abs(case.history.seconds_ahead)
    return min(dated if None not in dates else float("inf"), asked[0].time - tolerance)


def a_running_task_is_found(case: Case) -> Iterator[str]:
    """9. What CBR is at is told with its id, however long it has been at it."""
    for outcome in case.outcomes:
        vault = outcome["vault_id"]
        settled = outcome["status"] not in {"already_running", "failed"}
        if vault is None or settled or outcome["operation_log_id"]:
            continue
        refused = [
            entry
            for entry in case.calls("ImportCheckpoint", vault)
            if entry.error_code == "BackupService.7302" and not entry.fault and case.seen(entry)
        ]
        for entry in refused:
            looks = case.looks(vault, entry)
            whole = bool(looks) and all(case.shows_all(look, vault) for look in looks)
            since = entry.time - case.history.log_delay
            shown = [task for task in case.tasks(vault) if task.created_at <= since]
            runs = (
                [task for task in shown if task.state(looks[-1].time).ended_at is None]
                if looks
                else []
            )
            if whole and runs:
                yield f"{vault} runs as task {runs[0].id}, which is not in its outcome {outcome}"
                break


def tasks_are_told_as_they_are(case: Case) -> Iterator[str]:
    """10. The end of a task that is told is the one that CBR knows."""
    for told in case.invoked.document.get("tasks", []):
        tasks = {task.id: task for task in case.tasks(told["vault_id"])}
        task = tasks.get(told["operation_log_id"])
        if task is None:
            yield f"task {told['operation_log_id']} is told, and CBR has none of that name"
        elif told["status"] in {"success", "failed", "skipped", "timeout"}:
            status = task.state(case.invoked.ended).status
            if status != told["status"] and not case.read_badly():
                yield f"task {task.id} is told as {told['status']}, and is {status}"


def a_report_tells_all(case: Case) -> Iterator[str]:
    """11. A report is made or its failure told; it has every sync that ended in its window."""
    reports = [one for one in case.wanted if one.kind == "report"]
    document = case.invoked.document
    if not reports:
        return
    if "window" not in document:
        sources = {one["source"] for one in case.outcomes if not one["vault_id"]}
        if not any(one.source in sources for one in reports):
            yield "there is neither a report nor an outcome that says why"
        return
    listings = case.calls("ListOpLogs")
    if not listings or case.read_badly() or case.history.log_delay or "stale" not in document:
        return
    begin, end = (seconds_of(document["window"][name]) for name in ("from", "to"))
    told = {one["operation_log_id"] for one in document["tasks"]}
    for task in case.happened.cloud.cbr().tasks():
        ended = task.state(listings[0].time).ended_at
        if ended is not None and begin <= ended < end and task.id not in told:
            yield f"task {task.id} ended in the window, and is not in the report"


def fresh_vaults_cost_nothing(case: Case) -> Iterator[str]:
    """12. A tick that catches up asks for no vault that was synchronised within its hours."""
    for wanted in case.wanted:
        if wanted.kind != "behind":
            continue
        for vault in wanted.vaults:
            ends = [task.state(case.invoked.began) for task in case.tasks(vault)]
            fresh = any(
                one.status == "success"
                and one.ended_at is not None
                and one.ended_at > case.invoked.began - 25.9 * 3600
                for one in ends
            )
            if fresh and case.calls("ImportCheckpoint", vault):
                yield f"{vault} is fresh, and was asked for"
