"""What the topic is told: one message an invocation, or one an operation, none too large for SMN.

Limits: support.huaweicloud.com/api-smn/PublishMessage.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vault_sync import texts
from vault_sync.document import Conclusion
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


def wanted(conclusion: Conclusion, notify_on: str) -> bool:
    """Tell whether the topic hears of this (`NOTIFY_ON`)."""
    return notify_on == "always" or conclusion.is_problem


def compose(conclusion: Conclusion, mode: str) -> list[Notification]:
    """Return the messages (`NOTIFICATION_MODE`); every outcome is in exactly one."""
    if mode == "per_operation":
        return list(_per_operation(conclusion))
    return _digest(conclusion)


def _per_operation(conclusion: Conclusion) -> Iterator[Notification]:
    """One message a task; what brought no task is told together."""
    for outcome in conclusion.outcomes:
        if outcome.operation_log_id:
            yield from _digest(replace(conclusion, outcomes=[outcome]))
    rest = [outcome for outcome in conclusion.outcomes if not outcome.operation_log_id]
    if rest:
        yield from _digest(replace(conclusion, outcomes=rest))


def _digest(conclusion: Conclusion) -> list[Notification]:
    chunks = list(_chunks(conclusion.outcomes))
    if len(chunks) == 1:
        return [_message(conclusion, conclusion.as_document(), "")]
    return [
        _part(conclusion, chunk, number, len(chunks))
        for number, chunk in enumerate(chunks, start=1)
    ]


def _part(conclusion: Conclusion, chunk: Sequence[Outcome], number: int, of: int) -> Notification:
    """Return one of several messages; `part` says which, and what there is in all of them."""
    only = replace(conclusion, outcomes=chunk)
    total = counted(conclusion.outcomes)
    document = only.as_document() | {"part": {"number": number, "of": of, "counts": total}}
    note = f" (part {number} of {of}; in all: {texts.summary(conclusion.outcomes)})"
    return _message(only, document, note)


def _message(conclusion: Conclusion, document: dict[str, Any], part: str) -> Notification:
    email = texts.email(conclusion, part)
    machine = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Notification(
        subject=texts.subject(conclusion),
        texts={
            **dict.fromkeys(PEOPLE, email),
            "sms": texts.sms(conclusion),
            **dict.fromkeys(MACHINES, machine),
        },
        attributes={"outcome": "problem" if conclusion.is_problem else "ok"},
        outcomes=conclusion.outcomes,
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
