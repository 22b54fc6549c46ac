"""What the topic is told: one message an invocation, or one an operation, none too large for SMN.

Limits: support.huaweicloud.com/api-smn/PublishMessage.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from vault_sync import texts
from vault_sync.document import Conclusion
from vault_sync.outcomes import Outcome, counted
from vault_sync.request import OWN_NOTIFICATION
from vault_sync.tasks import PlacedTask, StaleVault

MAX_DOCUMENT_BYTES = 240 * 1024
"""Of the document in one message; SMN takes 256 KB. Whether it counts what each protocol gets, or
the whole request, is not documented: what it refuses is cut in two (see `publishing`)."""

LARGE_BYTES = 16 * 1024
"""Smaller documents are never refused for their size."""

PEOPLE = ("default", "email")
MACHINES = ("http", "https", "functionstage", "functiongraph")


Item = Outcome | PlacedTask | StaleVault
"""What a document lists."""


class Notification(NamedTuple):
    """One message to the topic, and the conclusion it tells of."""

    subject: str
    texts: dict[str, str]
    attributes: dict[str, str]
    conclusion: Conclusion
    part: Part | None = None

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """The outcomes it tells of."""
        return self.conclusion.outcomes

    def halves(self) -> list[Notification]:
        """Return two messages that tell the same; none if this one is too small to be cut."""
        items = _items(self.conclusion)
        if len(items) < 2 or len(self.texts[MACHINES[0]]) < LARGE_BYTES:  # noqa: PLR2004 - two halves
            return []
        middle = len(items) // 2
        whole = self.part or Part(1, 1, counted(self.conclusion.outcomes))
        return [
            _message(
                _only(self.conclusion, half), Part(whole.number, whole.of, whole.counts, label)
            )
            for label, half in (("first half", items[:middle]), ("second half", items[middle:]))
        ]


class Part(NamedTuple):
    """Which of several messages one is, and what there is in all of them.

    Attributes:
        cut: Which half it is, if SMN would not take the whole part.
    """

    number: int
    of: int
    counts: dict[str, int]
    cut: str | None = None

    def as_document(self) -> dict[str, Any]:
        """Return the part as it stands in the document."""
        document: dict[str, Any] = {"number": self.number, "of": self.of, "counts": self.counts}
        return document if self.cut is None else document | {"cut": self.cut}

    def __str__(self) -> str:
        cut = f", {self.cut}" if self.cut else ""
        in_all = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        return f" (part {self.number} of {self.of}{cut}; in all: {in_all or 'no outcomes'})"


def wanted(conclusion: Conclusion, notify_on: str) -> bool:
    """Tell whether the topic hears of this (`NOTIFY_ON`); never what came from itself alone."""
    codes = {one.error.code if one.error else None for one in conclusion.outcomes}
    if codes == {OWN_NOTIFICATION}:
        return False
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
        return [_message(conclusion, None)]
    counts = counted(conclusion.outcomes)
    return [
        _message(_only(conclusion, chunk), Part(number, len(chunks), counts))
        for number, chunk in enumerate(chunks, start=1)
    ]


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


def _message(conclusion: Conclusion, part: Part | None) -> Notification:
    document = conclusion.as_document()
    if part is not None:
        document["part"] = part.as_document()
    email = texts.email(conclusion, "" if part is None else str(part))
    machine = _compact(document)
    return Notification(
        subject=texts.subject(conclusion),
        texts={
            **dict.fromkeys(PEOPLE, email),
            "sms": texts.sms(conclusion),
            **dict.fromkeys(MACHINES, machine),
        },
        attributes={"outcome": "problem" if conclusion.is_problem else "ok"},
        conclusion=conclusion,
        part=part,
    )


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut the items into runs whose documents fit into a message each."""
    start = used = 0
    for index, item in enumerate(items):
        size = len(_compact(item.as_document()).encode()) + 1
        if index > start and used + size > MAX_DOCUMENT_BYTES:
            yield items[start:index]
            start, used = index, 0
        used += size
    yield items[start:]


def _compact(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
