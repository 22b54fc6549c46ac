"""What SMN is sent: one message an invocation, or one a task, none too large for SMN.

The document stands in a message once, under `default`: programs, and protocols that are not named
here, get it. It begins with a sentence for people. E-mails and text messages have texts of their
own. Limits: support.huaweicloud.com/api-smn/PublishMessage.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from vault_sync import texts
from vault_sync.envelopes import NO_METHOD
from vault_sync.errors import ErrorDetail
from vault_sync.outcomes import counted
from vault_sync.request import OWN_NOTIFICATION
from vault_sync.result import SCHEMA, Item, Result

MAX_MESSAGE_BYTES = 256 * 1024
"""Of the whole `message_structure`, with protocol names, quotation marks and escapes
(support.huaweicloud.com, SMN product description, constraints). It is measured as the SDK sends
it: whether a character outside ASCII counts as its escape is not documented."""

ROOM_FOR_ITEMS = MAX_MESSAGE_BYTES - 24 * 1024
"""What remains beside the head of the document, the text message and the e-mail's footer."""


class Part(NamedTuple):
    """Which of several messages one is, and what there is in all of them."""

    number: int
    of: int
    counts: dict[str, int]

    def as_document(self) -> dict[str, Any]:
        """Return the part as it stands in the document."""
        return {"number": self.number, "of": self.of, "counts": self.counts}

    def __str__(self) -> str:
        in_all = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        return f" (part {self.number} of {self.of}; in all: {in_all or 'no outcomes'})"


MAX_IDS = 1_000
"""In a message of counts and ids alone."""


class Notification(NamedTuple):
    """One message to the topic, and the result it tells of."""

    subject: str
    message_structure: str
    outcome: str
    result: Result


def plain(result: Result, why: ErrorDetail) -> Notification:
    """Return a message of counts and task ids alone, for when the full one cannot be made."""
    summary = f"CBR vault sync PROBLEM: {why}"
    document = {
        "summary": summary,
        "schema": SCHEMA,
        "invocation_id": result.invocation_id,
        "counts": counted(result.outcomes),
        "operation_log_ids": result.task_ids[:MAX_IDS],
    }
    email = f"{summary}\n\n{json.dumps(document, indent=1)}\n"
    structure = {"default": json.dumps(document), "email": email, "sms": summary}
    return Notification(summary, json.dumps(structure), "problem", result)


def wanted(result: Result, notify_on: str) -> bool:
    """Tell whether anything is to be published (`NOTIFY_ON`).

    Never for what came from the function itself alone or was no POST, nor where nothing was asked
    for or behind.
    """
    codes = {one.error.code if one.error else None for one in result.outcomes}
    nothing = not result.outcomes and result.report is None and result.continued is None
    if codes in ({OWN_NOTIFICATION}, {NO_METHOD}) or (nothing and result.followed is None):
        return False
    return notify_on == "always" or result.is_problem


def compose(result: Result, mode: str) -> Iterator[Notification]:
    """Yield the messages (`NOTIFICATION_MODE`), each made when it is asked for.

    Every outcome is in exactly one.
    """
    return _per_operation(result) if mode == "per_operation" else _digest(result)


def _per_operation(result: Result) -> Iterator[Notification]:
    """One message per task, one for all the rest."""
    for outcome in result.outcomes:
        if outcome.operation_log_id:
            yield from _digest(result.only([outcome]))
    rest = [outcome for outcome in result.outcomes if not outcome.operation_log_id]
    if rest or result.report is not None or result.followed is not None:
        yield from _digest(replace(result, outcomes=rest))


def _digest(result: Result) -> Iterator[Notification]:
    parts = list(_parts(result.items))
    counts = counted(result.outcomes)
    for number, items in enumerate(parts, start=1):
        part = Part(number, len(parts), counts) if len(parts) > 1 else None
        yield _notification(result if part is None else result.only(items), part)


def _notification(result: Result, part: Part | None) -> Notification:
    document = result.as_document(texts.title_and_summary(result))
    if part is not None:
        document["part"] = part.as_document()
    structure = {
        "default": json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        "email": texts.email(result, "" if part is None else str(part)),
        "sms": texts.sms(result),
    }
    return Notification(
        subject=texts.subject(result),
        message_structure=json.dumps(structure, ensure_ascii=False),
        outcome="problem" if result.is_problem else "ok",
        result=result,
    )


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut the items into runs that fit into a message each; no items are one run."""
    start = used = 0
    for index, item in enumerate(items):
        size = _sent_bytes(item)
        if index > start and used + size > ROOM_FOR_ITEMS:
            yield items[start:index]
            start, used = index, 0
        used += size
    yield items[start:]


def _sent_bytes(item: Item) -> int:
    """Return what an item takes in a request: its JSON inside JSON inside JSON, and its e-mail."""
    document = json.dumps(json.dumps(item.as_document(), separators=(",", ":")))
    return len(json.dumps(document)) + len(json.dumps(json.dumps(texts.entry(item))))
