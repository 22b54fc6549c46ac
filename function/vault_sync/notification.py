"""What the topic is told: one message an invocation, or one an operation, none too large for SMN.

Limits: support.huaweicloud.com/api-smn/PublishMessage.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from vault_sync import task_texts, texts
from vault_sync.document import Conclusion
from vault_sync.outcomes import Outcome, counted
from vault_sync.tasks import PlacedTask, StaleVault

MAX_MESSAGE_BYTES = 256 * 1024
"""SMN's limit. Whether it counts the bytes on the wire is not documented, so they are counted."""

ROOM_FOR_THE_REST_BYTES = 16 * 1024
"""For what surrounds the outcomes in each text."""

PEOPLE = ("default", "email")
MACHINES = ("http", "https", "functionstage", "functiongraph")


Item = Outcome | PlacedTask | StaleVault
"""What a document lists."""


class Notification(NamedTuple):
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
            yield from _digest(_only(conclusion, [outcome]))
    rest = [outcome for outcome in conclusion.outcomes if not outcome.operation_log_id]
    if rest or conclusion.report is not None or conclusion.followed is not None:
        yield from _digest(replace(conclusion, outcomes=rest))


def _digest(conclusion: Conclusion) -> list[Notification]:
    chunks = list(_chunks(_items(conclusion)))
    if len(chunks) <= 1:
        return [_message(conclusion, conclusion.as_document(), "")]
    return [
        _part(conclusion, chunk, number, len(chunks))
        for number, chunk in enumerate(chunks, start=1)
    ]


def _part(conclusion: Conclusion, chunk: Sequence[Item], number: int, of: int) -> Notification:
    """Return one of several messages; `part` says which, and what there is in all of them."""
    only = _only(conclusion, chunk)
    total = counted(conclusion.outcomes)
    document = only.as_document() | {"part": {"number": number, "of": of, "counts": total}}
    note = f" (part {number} of {of}; in all: {texts.summary(conclusion)})"
    return _message(only, document, note)


def _items(conclusion: Conclusion) -> list[Item]:
    """Return everything that takes room in a document, in its order."""
    return [*conclusion.outcomes, *conclusion.tasks, *conclusion.stale]


def _only(conclusion: Conclusion, items: Sequence[Item]) -> Conclusion:
    """Return the conclusion with these items alone."""
    tasks = tuple(item for item in items if isinstance(item, PlacedTask))
    stale = tuple(item for item in items if isinstance(item, StaleVault))
    report, followed = conclusion.report, conclusion.followed
    if report is not None:
        report = replace(report, tasks=tasks, stale=None if report.stale is None else stale)
        followed = None if followed is None else ()
    elif followed is not None:
        followed = tasks
    return replace(
        conclusion,
        outcomes=[item for item in items if isinstance(item, Outcome)],
        report=report,
        followed=followed,
    )


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


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut the items into runs that fit into a message each."""
    room = MAX_MESSAGE_BYTES - ROOM_FOR_THE_REST_BYTES
    start = used = 0
    for index, item in enumerate(items):
        machine = json.dumps(item.as_document(), ensure_ascii=False)
        size = wire_size(machine) * len(MACHINES) + wire_size(_entry(item)) * len(PEOPLE)
        if index > start and used + size > room:
            yield items[start:index]
            start, used = index, 0
        used += size
    yield items[start:]


def _entry(item: Item) -> str:
    if isinstance(item, Outcome):
        return texts.entry(item)
    return task_texts.entry(item) if isinstance(item, PlacedTask) else task_texts.stale_entry(item)


def wire_size(text: str) -> int:
    """Return the bytes that a text takes in the request: quoted twice, and escaped to ASCII."""
    return len(json.dumps(json.dumps(text, ensure_ascii=False)))
