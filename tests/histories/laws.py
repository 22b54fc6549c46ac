"""The laws, judged from outside: the local cloud's journal, the topic, the log, the error raised.

Each law is a function that yields what it finds against it, in a sentence. None of them looks
into the function.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from local.emulator.effects import Throttle
from local.emulator.journal import Entry
from local.emulator.sync_tasks import SyncTask
from tests.histories.plan import vault_id
from tests.histories.run import RESERVE, Happened, Invoked
from vault_sync.calls import SHORTEST_CALL_SECONDS
from vault_sync.errors import IncompleteSync, NotificationFailed

REFUSALS = {
    "BackupService.6105",
    "BackupService.6112",
    "BackupService.7300",
    "BackupService.9900",
}
SIGNATURE_REFUSED = {401}
CREDENTIAL_CODES = {"BackupService.9998"}
FORBIDDEN_CODES = {"APIGW.0306", "SMN.0001"}
SLACK = 0.011
"""Seconds below which the function's shortest timeouts are not its fault."""


class Case:
    """One invocation of a history with everything that is known about it."""

    def __init__(self, happened: Happened, invoked: Invoked) -> None:
        self.happened = happened
        self.invoked = invoked
        self.entries = [
            entry for entry in happened.cloud.journal if entry.access_key == invoked.access_key
        ]

    @cached_property
    def outcomes(self) -> list[dict[str, Any]]:
        return list(self.invoked.document["outcomes"])

    @cached_property
    def published(self) -> list[dict[str, Any]]:
        """The outcomes in messages that the topic accepted from this invocation."""
        documents = [
            json.loads(str(message.text_for("https")))
            for message in self.happened.cloud.smn().messages()
        ]
        return [
            outcome
            for document in documents
            if document["invocation_id"] == self.invoked.access_key
            for outcome in document["outcomes"]
        ]

    def named(self) -> set[str]:
        """The vaults that the event's good messages name."""
        return {
            vault_id(number)
            for message in self.invoked.event.messages
            if message.broken is None
            for number in message.vaults
        }

    def calls(self, operation: str, vault: str | None = None) -> list[Entry]:
        return [
            entry
            for entry in self.entries
            if entry.operation == operation and vault in {None, entry.vault_id}
        ]

    def outcome(self, vault: str) -> dict[str, Any]:
        (outcome,) = [one for one in self.outcomes if one["vault_id"] == vault]
        return outcome

    def tasks(self, vault: str) -> list[SyncTask]:
        return self.happened.cloud.cbr().tasks(vault)

    def unread(self) -> list[Entry]:
        """Requests of this time that were cut off before anybody could read whose they were."""
        return [
            entry
            for entry in self.happened.cloud.journal
            if entry.access_key is None and self.invoked.began <= entry.time <= self.invoked.ended
        ]

    def raced_for(self, vault: str) -> bool:
        """Whether another invocation synchronised the vault while this one went on."""
        return any(
            entry.applied
            and entry.access_key != self.invoked.access_key
            and self.invoked.began <= entry.time <= self.invoked.ended
            for entry in self.happened.cloud.journal.calls("ImportCheckpoint", vault_id=vault)
        )

    def may_not_list(self) -> bool:
        """Whether this invocation was refused the permission to list operation logs."""
        return any(is_forbidden(entry) for entry in self.calls("ListOpLogs"))


def is_forbidden(entry: Entry) -> bool:
    return entry.status == 403 or entry.error_code in FORBIDDEN_CODES


def is_refused_credential(entry: Entry) -> bool:
    return entry.status in SIGNATURE_REFUSED or entry.error_code in CREDENTIAL_CODES


def one_outcome_for_each(case: Case) -> Iterator[str]:
    """1. Every message and every vault named ends in exactly one outcome; the counts add up."""
    found = Counter(one["vault_id"] for one in case.outcomes if one["vault_id"])
    for vault in case.named() | set(found):
        expected = 1 if vault in case.named() else 0
        if found[vault] != expected:
            yield f"{vault} has {found[vault]} outcomes"
    broken = [
        f"records[0].messages[{number}]"
        for number, message in enumerate(case.invoked.event.messages)
        if message.broken is not None
    ]
    rejected = [one["source"] for one in case.outcomes if not one["vault_id"]]
    if sorted(broken) != sorted(rejected):
        yield f"broken messages {broken}, but rejected {rejected}"
    counts = case.invoked.document["counts"]
    if counts != dict(Counter(one["status"] for one in case.outcomes)):
        yield f"the counts {counts} are not those of the outcomes"


def no_sync_twice(case: Case) -> Iterator[str]:
    """2. No two syncs of a vault because of one invocation; a lost one is adopted."""
    for vault in case.named():
        applied = [entry for entry in case.calls("ImportCheckpoint", vault) if entry.applied]
        if len(applied) > 1:
            yield f"{vault} was synchronised {len(applied)} times"
        if not applied:
            continue
        outcome = case.outcome(vault)
        adopted = outcome["operation_log_id"] == applied[-1].operation_log_id
        looked = any(
            entry.status == 200 and not entry.fault for entry in _looks_after(case, applied[0])
        )
        if case.raced_for(vault):
            continue  # two invocations at the same moment: not promised
        if not adopted and (outcome["status"] != "failed" or looked):
            yield f"{vault}: task {applied[-1].operation_log_id} is not in its outcome {outcome}"


def _looks_after(case: Case, sync: Entry) -> list[Entry]:
    """Listings of one vault's logs, made for it after its sync."""
    return [
        entry
        for entry in case.calls("ListOpLogs", sync.vault_id)
        if entry.number > sync.number and sync.vault_id is not None
    ]


def every_task_is_told(case: Case) -> Iterator[str]:
    """3. Every outcome is in a published message, or in the error raised and in the log."""
    published = Counter(one["vault_id"] for one in case.published if one["vault_id"])
    error = case.invoked.error
    told_otherwise = isinstance(error, NotificationFailed)
    for outcome in case.outcomes:
        task = outcome["operation_log_id"]
        in_message = outcome in case.published
        if not in_message and not told_otherwise:
            yield f"{outcome} is in no message, and NotificationFailed was not raised"
        if not in_message and task and (task not in str(error) or not _in_error_log(case, task)):
            yield f"task {task} is neither in a message nor in the error and an ERROR line"
    if (
        not told_otherwise
        and published
        and max(published.values()) > 1
        and not _smn_was_faulty(case)
    ):
        yield "an outcome was published more than once"
    if told_otherwise and case.published and not _smn_was_faulty(case):
        yield "NotificationFailed, though everything was accepted"
    incomplete = {"failed", "deferred"} & {one["status"] for one in case.outcomes}
    if bool(incomplete) != isinstance(error, IncompleteSync) and not told_otherwise:
        yield f"statuses {incomplete}, but the error is {error!r}"


def _in_error_log(case: Case, task: str) -> bool:
    return any(line["level"] == "ERROR" and task in json.dumps(line) for line in case.invoked.log)


def _smn_was_faulty(case: Case) -> bool:
    return any(entry.fault for entry in case.calls("PublishMessage")) or bool(case.unread())


def no_vain_call(case: Case) -> Iterator[str]:
    """4. No call is repeated that cannot succeed by repetition; attempts stay in their limit."""
    limit = case.happened.history.max_attempts
    for vault in case.named():
        asked = case.calls("ImportCheckpoint", vault)
        if len(asked) > limit:
            yield f"{vault} was asked for {len(asked)} times, the limit is {limit}"
        for entry in asked[:-1]:
            answered = not entry.fault or entry.fault == "error"
            if answered and (entry.error_code in REFUSALS or entry.status == 200):
                yield f"{vault} was asked for again after {entry.status} {entry.error_code}"
    if len(case.calls("PublishMessage")) > limit:
        yield f"{len(case.calls('PublishMessage'))} publications, the limit is {limit}"
    yield from _calls_after_refusal(case)
    yield from _calls_within_retry_after(case)


def _calls_after_refusal(case: Case) -> Iterator[str]:
    for entry in case.entries:
        later = _sent_after_answer(case, entry)
        if is_refused_credential(entry) and later:
            yield f"{len(later)} calls after {entry.operation} was answered {entry.status}"
        if is_forbidden(entry) and any(other.operation == entry.operation for other in later):
            yield f"{entry.operation} was called again after {entry.status}"


def _calls_within_retry_after(case: Case) -> Iterator[str]:
    rules = {rule.name: rule for rule in case.happened.rules}
    for entry in case.entries:
        effect = rules[entry.rule].effect if entry.rule in rules else None
        if not isinstance(effect, Throttle) or not effect.retry_after:
            continue
        opens = entry.time + entry.latency + float(effect.retry_after)
        for other in _sent_after_answer(case, entry):
            if other.operation == "PublishMessage":
                continue  # the notification may not wait into its reserve
            if other.time < opens - SLACK:
                yield f"{other.operation} {opens - other.time:.2f} s before Retry-After was over"


def _sent_after_answer(case: Case, entry: Entry) -> list[Entry]:
    """Calls that left when the answer to `entry` was known; no other call takes any time."""
    answered = entry.time + entry.latency
    return [
        other
        for other in case.entries
        if other.number > entry.number and (entry.latency == 0 or other.time > answered)
    ]


def ends_in_time(case: Case) -> Iterator[str]:
    """5. The handler ends before the deadline; nothing sleeps past deadline minus reserve."""
    end = case.invoked.began + case.invoked.plan.timeout
    if case.invoked.ended > end:
        yield f"ended {case.invoked.ended - end:.2f} s after the deadline"
    for moment, seconds in case.invoked.sleeps:
        if moment + seconds > end - RESERVE + SLACK:
            yield f"slept {moment + seconds - (end - RESERVE):.2f} s into the reserve"


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
        return task in known and bool(asked or case.unread())
    if status == "rejected":
        return bool(asked) and _refuses(asked[-1], outcome["error"]["code"])
    if status == "already_done":
        return task in known
    if status == "already_running":
        return task in known or any(entry.error_code == "BackupService.7302" for entry in asked)
    if status == "deferred":
        return not any(entry.status is not None for entry in asked) and _time_was_short(case)
    return _failure_is_explained(case, asked)


def _refuses(entry: Entry, code: str) -> bool:
    refused = entry.status is not None and 400 <= entry.status < 500
    return refused and (entry.error_code == code or bool(entry.fault))  # a fault may garble it


def _failure_is_explained(case: Case, asked: list[Entry]) -> bool:
    whole_run = [
        entry
        for entry in case.entries
        if is_refused_credential(entry)
        or (is_forbidden(entry) and entry.operation == "ImportCheckpoint")
        or (entry.operation == "ListOpLogs" and entry.vault_id is None and entry.fault)
        or (entry.operation == "ListOpLogs" and entry.fault)
    ]
    own = [entry for entry in asked if entry.fault or entry.status != 200]
    return bool(whole_run or own or case.unread())


def _time_was_short(case: Case) -> bool:
    """Whether all time for calls was used up, or would have been by a wait that was refused."""
    limit = case.invoked.began + case.invoked.plan.timeout - RESERVE
    waited = any(entry.status == 429 for entry in case.entries)
    lost = any(entry.fault for entry in case.entries) or bool(case.unread())
    return case.invoked.ended >= limit - SHORTEST_CALL_SECONDS - SLACK or waited or lost


def repetition_starts_nothing(case: Case) -> Iterator[str]:
    """7. Delivering an event again starts nothing that ran already since the event's own time.

    The event's time is in whole seconds, so that its second is open; a sync that ended badly does
    not count.
    """
    if case.invoked.event_time is None or case.may_not_list():
        return
    for vault in case.named():
        earlier = [
            task
            for task in case.tasks(vault)
            if case.invoked.event_time + 1 <= task.created_at < case.invoked.began
            and task.state(case.invoked.ended).status in {"success", "waiting", "running"}
        ]
        again = [entry for entry in case.calls("ImportCheckpoint", vault) if entry.applied]
        if earlier and again:
            yield f"{vault} was synchronised again, though task {earlier[0].id} ran since the event"


LAWS: tuple[Callable[[Case], Iterator[str]], ...] = (
    one_outcome_for_each,
    no_sync_twice,
    every_task_is_told,
    no_vain_call,
    ends_in_time,
    explained_by_its_own_calls,
    repetition_starts_nothing,
)


def violations(happened: Happened) -> list[str]:
    """Judge a history by every law; return what speaks against it, in order."""
    found = []
    known = {invoked.access_key for invoked in happened.invocations}
    for number, invoked in enumerate(happened.invocations):
        case = Case(happened, invoked)
        if not invoked.log or not [line for line in invoked.log if "outcomes" in line]:
            found.append(f"invocation {number}: no final document; error {invoked.error!r}")
            continue
        for law in LAWS:
            found += [f"invocation {number}: {law.__name__}: {what}" for what in law(case)]
    for entry in happened.cloud.journal:
        if entry.access_key is None and entry.status is None:
            continue  # closed before it was read
        if entry.access_key not in known:
            found.append(f"no_vain_call: {entry.operation} signed with unknown credentials")
        owner = next(
            (one for one in happened.invocations if one.access_key == entry.access_key), None
        )
        if owner and not owner.began <= entry.time <= owner.ended + SLACK:
            found.append(f"no_vain_call: {entry.operation} signed with credentials of another time")
    found += [
        f"request without a route: {entry.path}" for entry in happened.cloud.journal.unmatched()
    ]
    return found
