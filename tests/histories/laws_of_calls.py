"""Laws about which calls are made, how often, and when."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from local.emulator.faults.effects import Error, Throttle
from local.emulator.journal import JournalEntry
from tests.histories.case import SLACK, Case, is_forbidden, is_refused_credential
from tests.histories.run import RESERVE

REFUSALS = {
    "BackupService.6105",
    "BackupService.6112",
    "BackupService.7300",
    "BackupService.9900",
}
LOST = frozenset(
    {
        "answer_lost",
        "connection_closed",
        "cut_short",
        "empty_body",
        "html",
        "missing_result",
        "truncated_json",
        "wrong_types",
    }
)
"""Faults after which nobody can know whether a call took effect."""

NOT_SYNCS = frozenset({"PublishMessage", "AsyncInvokeFunction"})
"""These may use the reserve, so they wait for nobody."""


def no_sync_twice(case: Case) -> Iterator[str]:
    """2. No two syncs of a vault because of one invocation; a lost one is adopted."""
    for vault in case.named:
        applied = [entry for entry in case.calls("ImportCheckpoint", vault) if entry.applied]
        for first, second in pairwise(applied):
            looks = case.looks(vault, first, second)
            lagged = all(look.time < first.time + case.history.log_delay for look in looks)
            if not looks or not lagged:
                yield f"{vault} was synchronised {len(applied)} times"
        outcome = case.outcome(vault)
        if not applied or outcome is None or case.raced_for(vault):
            continue  # handed over, or two invocations at the same moment: not promised
        adopted = outcome["operation_log_id"] in {entry.operation_log_id for entry in applied}
        told_otherwise = outcome["status"] not in {"failed", "already_running"}
        if not adopted and (told_otherwise or _was_shown(case, vault, applied[0])):
            yield f"{vault}: task {applied[-1].operation_log_id} is not in its outcome {outcome}"


def _was_shown(case: Case, vault: str, sync: JournalEntry) -> bool:
    """Whether somebody looked for the task when it was there to be seen, and saw everything."""
    looks = [entry for entry in case.looks(vault, sync) if entry.vault_id == vault]
    whole = bool(looks) and all(case.shows_all(look, vault) for look in looks)
    return whole and looks[-1].time >= sync.time + case.history.log_delay and _not_the_last(case)


def _not_the_last(case: Case) -> bool:
    """Whether time was left for a further page."""
    return case.invoked.ended < case.deadline - RESERVE


def absence_is_shown(case: Case) -> Iterator[str]:
    """13. A sync is asked for again only when a list that could be read entirely lacks it."""
    for vault in case.named:
        for lost, again in pairwise(case.calls("ImportCheckpoint", vault)):
            looks = case.looks(vault, lost, again)
            if not looks and (lost.fault in LOST or lost.applied):
                yield f"{vault} was asked for again without a look"
            elif looks and not _forbidden(looks) and not case.shows_all(looks[-1], vault):
                yield f"{vault} was asked for again though the list could not be read entirely"


def _forbidden(looks: list[JournalEntry]) -> bool:
    return any(is_forbidden(look) for look in looks)


def no_vain_call(case: Case) -> Iterator[str]:
    """4. No call is repeated that cannot succeed by repetition; attempts stay in their limit."""
    limit = case.history.max_attempts
    for vault in case.named:
        asked = case.calls("ImportCheckpoint", vault)
        waits = any(one.wait_seconds for one in case.naming(vault))
        if len(asked) > limit + waits:  # after the end of another's sync comes one's own
            yield f"{vault} was asked for {len(asked)} times, the limit is {limit}"
        for entry in asked[:-1]:
            answered = (not entry.fault or entry.fault == "error") and case.seen(entry)
            if answered and (entry.error_code in REFUSALS or entry.status == 200):
                yield f"{vault} was asked for again after {entry.status} {entry.error_code}"
    messages = 1 + len(case.outcomes) if case.invoked.plan.message_each else 1
    if len(case.calls("PublishMessage")) > limit * messages:
        yield f"{len(case.calls('PublishMessage'))} publications, the limit is {limit * messages}"
    yield from _calls_after_refusal(case)
    yield from _calls_within_retry_after(case)


def _calls_after_refusal(case: Case) -> Iterator[str]:
    for entry in case.entries:
        if not case.seen(entry):
            continue
        later = case.sent_after_answer(entry)
        if is_refused_credential(entry) and later:
            yield f"{len(later)} calls after {entry.operation} was answered {entry.status}"
        if is_forbidden(entry) and any(other.operation == entry.operation for other in later):
            yield f"{entry.operation} was called again after {entry.status}"


def _calls_within_retry_after(case: Case) -> Iterator[str]:
    rules = {rule.name: rule for rule in case.happened.rules}
    for entry in case.entries:
        effect = rules[entry.rule].effect if entry.rule in rules else None
        if not isinstance(effect, (Throttle, Error)) or not effect.retry_after:
            continue
        if not case.seen(entry) or entry.operation in NOT_SYNCS:
            continue
        opens = case.answered_at(entry) + float(effect.retry_after)
        for other in case.sent_after_answer(entry):
            repeats = case.history.max_attempts > 1 and case.is_same_call(entry, other)
            waits = isinstance(effect, Throttle) or repeats
            if waits and other.operation not in NOT_SYNCS and other.time < opens - SLACK:
                yield f"{other.operation} {opens - other.time:.2f} s before Retry-After was over"


def first_call_alone(case: Case) -> Iterator[str]:
    """14. Nothing is called beside the first call, lest five bad signatures lock the key."""
    if not case.entries:
        return
    first = case.entries[0]
    if is_refused_credential(first) and case.seen(first) and len(case.entries) > 1:
        yield f"{len(case.entries)} calls, though the first was answered {first.status}"


def nothing_after_the_end(case: Case) -> Iterator[str]:
    """15. No call is signed after the handler has ended, by nobody who was left behind either."""
    for entry in case.entries:
        if not case.invoked.began <= entry.time <= case.invoked.ended:
            yield f"{entry.operation} {entry.time - case.invoked.ended:.2f} s after the end"


def listings_end(case: Case) -> Iterator[str]:
    """16. A list whose pages repeat is a failure and no loop."""
    most = len(case.happened.cloud.cbr().tasks()) + len(case.history.vaults)
    page = case.history.page_size or 1000
    for entry in case.entries:
        if case.offset(entry) > most + 2 * page:
            yield f"{entry.operation} was asked for the page at {case.offset(entry)}"
            return


def handed_over_once(case: Case) -> Iterator[str]:
    """17. No vault is handed over twice: what FunctionGraph may have taken is not given again."""
    for vault, calls in case.handed_over.items():
        times = len({call.number for call in calls})
        if times > 1:
            yield f"{vault} was handed over {times} times"
