"""A history told so that a person can follow it, and replay it."""

from __future__ import annotations

from collections.abc import Iterator

from local.emulator.journal import JournalEntry
from tests.histories.plan import to_json
from tests.histories.run import Happened, Invoked
from tests.support.distant_cloud import Exchange
from tests.support.virtual_time import START

LAST = 1 << 30
"""Sorts after every call of the same moment."""


def tell(happened: Happened, found: list[str]) -> str:
    """Return what speaks against the history, what happened in it, and how to see it again."""
    return "\n".join(_lines(happened, found))


def _lines(happened: Happened, found: list[str]) -> Iterator[str]:
    yield "Violations:"
    yield from (f"  {what}" for what in found)
    yield "What happened (seconds since the beginning):"
    invocations = list(enumerate(happened.invocations))
    moments = [(one.began, -1, _begins(number, one)) for number, one in invocations]
    moments += [(one.ended, LAST, _ends(number, one)) for number, one in invocations]
    numbers = {one.access_key: number for number, one in invocations}
    for entry, exchange in zip(happened.cloud.journal, happened.cloud.exchanges, strict=True):
        line = _call(numbers.get(exchange.access_key or ""), entry, exchange)
        moments.append((entry.time, entry.number, line))
    yield from (f"  {moment - START:9.2f}  {line}" for moment, _, line in sorted(moments))
    yield "Replay it:"
    yield f"  echo '{to_json(happened.history)}' | python -m tests.histories replay -"


def _begins(number: int, invoked: Invoked) -> str:
    what = {
        "delivery": f"event {invoked.plan.event}",
        "repetition": f"event {invoked.plan.event} once more, all faults over",
        "continued": "what was handed over",
        "tick": "a tick that catches up, all faults over",
    }[invoked.kind]
    return f"invocation {number} begins: {what}, {invoked.plan.timeout} s"


def _ends(number: int, invoked: Invoked) -> str:
    statuses = [one["status"] for line in invoked.log for one in line.get("outcomes", [])]
    error = f"; {type(invoked.error).__name__}" if invoked.error else ""
    return f"invocation {number} ends: {', '.join(statuses) or 'no outcome'}{error}"


def _call(number: int | None, entry: JournalEntry, exchange: Exchange) -> str:
    vault = f" {entry.vault_id[-2:]}" if entry.vault_id else ""
    answer = entry.status or "no answer"
    code = f" {entry.error_code}" if entry.error_code else ""
    fault = f"  [{entry.fault}{', applied' if entry.applied else ''}]" if entry.fault else ""
    late = f" after {exchange.answered_at - entry.time:.2f} s"
    damaged = "  [entries damaged]" if exchange.unreadable else ""
    who = "?" if number is None else number
    return f"  {who}: {entry.operation}{vault} -> {answer}{code}{late}{fault}{damaged}"
