"""What the topic is told: one message an invocation, or one an operation, none too large for SMN.

Limits: support.huaweicloud.com/api-smn/PublishMessage.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vault_sync import texts
from vault_sync.document import Report
from vault_sync.outcomes import Outcome, counted

MAX_MESSAGE_BYTES = 256 * 1024
"""SMN's limit. Whether it counts the bytes on the wire is not documented, so they are counted."""

ROOM_FOR_THE_REST_BYTES = 16 * 1024
"""For what surrounds the outcomes in each text."""

PEOPLE = ("default", "email")
MACHINES = ("http", "https", "functionstage", "functiongraph")


@dataclass(frozen=True)
class Notification:
    """One message to the topic, and the outcomes it tells of."""

    subject: str
    texts: dict[str, str]
    attributes: dict[str, str]
    outcomes: Sequence[Outcome]


def wanted(report: Report, notify_on: str) -> bool:
    """Tell whether the topic hears of this report (`NOTIFY_ON`)."""
    return notify_on == "always" or report.is_problem


def compose(report: Report, mode: str) -> list[Notification]:
    """Return the messages for a report (`NOTIFICATION_MODE`); every outcome is in exactly one."""
    if mode == "per_operation":
        return list(_per_operation(report))
    return _digest(report)


def _per_operation(report: Report) -> Iterator[Notification]:
    """One message a task; what brought no task is told together."""
    for outcome in report.outcomes:
        if outcome.operation_log_id:
            yield from _digest(replace(report, outcomes=[outcome]))
    rest = [outcome for outcome in report.outcomes if not outcome.operation_log_id]
    if rest:
        yield from _digest(replace(report, outcomes=rest))


def _digest(report: Report) -> list[Notification]:
    chunks = list(_chunks(report.outcomes))
    if len(chunks) == 1:
        return [_message(report, report.as_document(), "")]
    return [
        _part(report, chunk, number, len(chunks)) for number, chunk in enumerate(chunks, start=1)
    ]


def _part(report: Report, chunk: Sequence[Outcome], number: int, of: int) -> Notification:
    """Return one of several messages; `part` says which, and what there is in all of them."""
    only = replace(report, outcomes=chunk)
    total = counted(report.outcomes)
    document = only.as_document() | {"part": {"number": number, "of": of, "counts": total}}
    note = f" (part {number} of {of}; in all: {texts.summary(report.outcomes)})"
    return _message(only, document, note)


def _message(report: Report, document: dict[str, Any], part: str) -> Notification:
    email = texts.email(report, part)
    machine = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Notification(
        subject=texts.subject(report),
        texts={
            **dict.fromkeys(PEOPLE, email),
            "sms": texts.sms(report),
            **dict.fromkeys(MACHINES, machine),
        },
        attributes={"outcome": "problem" if report.is_problem else "ok"},
        outcomes=report.outcomes,
    )


def _chunks(outcomes: Sequence[Outcome]) -> Iterator[Sequence[Outcome]]:
    """Cut the outcomes into runs that fit into a message each."""
    room = MAX_MESSAGE_BYTES - ROOM_FOR_THE_REST_BYTES
    start = used = 0
    for index, outcome in enumerate(outcomes):
        machine = json.dumps(outcome.as_document(), ensure_ascii=False)
        size = wire_size(machine) * len(MACHINES) + wire_size(texts.entry(outcome)) * len(PEOPLE)
        if index > start and used + size > room:
            yield outcomes[start:index]
            start, used = index, 0
        used += size
    yield outcomes[start:]


def wire_size(text: str) -> int:
    """Return the bytes that a text takes in the request: quoted twice, and escaped to ASCII."""
    return len(json.dumps(json.dumps(text, ensure_ascii=False)))
