"""The laws, judged from outside: the local cloud's journal, the topic, the log, the error raised.

Each law is a function that yields what it finds against it, in a sentence. None of them looks
into the function.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from tests.histories import laws_of_calls, laws_of_outcomes, laws_of_telling
from tests.histories.case import Case
from tests.histories.plan import vault_id
from tests.histories.run import LONGEST_CHAIN, Happened
from tests.histories.sending import carried, selected

OUTLIVING = (laws_of_telling.only_our_own_errors, laws_of_calls.nothing_after_the_end)
"""The laws that can be judged when an invocation has left no document."""

LAWS: tuple[Callable[[Case], Iterator[str]], ...] = (
    laws_of_outcomes.one_outcome_for_each,
    laws_of_calls.no_sync_twice,
    laws_of_telling.every_task_is_told,
    laws_of_calls.no_vain_call,
    laws_of_telling.ends_in_time,
    laws_of_outcomes.explained_by_its_own_calls,
    laws_of_outcomes.repetition_starts_nothing,
    laws_of_outcomes.a_repetition_is_one,
    laws_of_outcomes.a_running_task_is_found,
    laws_of_outcomes.tasks_are_told_as_they_are,
    laws_of_outcomes.a_report_tells_all,
    laws_of_outcomes.fresh_vaults_cost_nothing,
    laws_of_calls.absence_is_shown,
    laws_of_calls.first_call_alone,
    laws_of_calls.listings_end,
    laws_of_calls.handed_over_once,
    *OUTLIVING,
)


def violations(happened: Happened) -> list[str]:
    """Judge a history by every law; return what speaks against it, in order."""
    found: list[str] = []
    for number, case in enumerate(_cases(happened)):
        told = [line for line in case.invoked.log if "outcomes" in line]
        if not told:
            found.append(f"invocation {number}: no document; error {case.invoked.error!r}")
        for law in LAWS if told else OUTLIVING:
            found += [f"invocation {number}: {law.__name__}: {what}" for what in law(case)]
    found += [f"caught_up: {what}" for what in caught_up(happened)]
    found += [f"chains_end: {what}" for what in chains_end(happened)]
    found += [
        f"request without a route: {entry.path}" for entry in happened.cloud.journal.unmatched()
    ]
    return found


def _cases(happened: Happened) -> Iterator[Case]:
    exchanges = happened.cloud.exchanges
    entries: dict[str | None, list[Any]] = {}
    for entry, exchange in zip(happened.cloud.journal, exchanges, strict=True):
        entries.setdefault(exchange.access_key, []).append((entry, exchange))
    documents: dict[str, list[Any]] = {}
    for message in happened.cloud.smn().messages():
        document = json.loads(str(message.text_for("https")))
        documents.setdefault(document["invocation_id"], []).append(document)
    for invoked in happened.invocations:
        key = invoked.access_key
        yield Case(happened, invoked, entries.get(key, []), documents.get(key, []))


def caught_up(happened: Happened) -> Iterator[str]:
    """19. After two ticks without a fault, every vault that an event named is synchronised.

    Or it is being synchronised still, however long ago somebody began.
    """
    ticks = [one for one in happened.invocations if one.kind == "tick"]
    if not ticks:
        return
    history = happened.history
    named = {
        vault
        for event in history.events
        for message in carried(event)
        if not message.dry_run
        for vault in selected(history, message)
    }
    kinds = {vault_id(number): vault.kind for number, vault in enumerate(history.vaults)}
    since = ticks[0].began - 26 * 3600
    for vault in sorted(named):
        tasks = happened.cloud.cbr().tasks(vault) if kinds.get(vault) == "hybrid" else None
        if tasks is not None and not any(
            (task.state(ticks[-1].ended).ended_at or math.inf) >= since for task in tasks
        ):
            yield f"{vault} was not synchronised"


def chains_end(happened: Happened) -> Iterator[str]:
    """20. A chain of invocations comes to its end."""
    longest = max((one.event["continued"] for one in happened.submitted), default=0)
    if longest >= LONGEST_CHAIN - 1:
        yield f"a chain has {longest} invocations, and more to come"
