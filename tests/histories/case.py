"""One invocation of a history, with everything that can be known about it from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from local.emulator.journal import JournalEntry
from local.emulator.sync_tasks import SyncTask
from tests.histories.plan import EventPlan, History, MessagePlan
from tests.histories.run import RESERVE, Happened, Invoked
from tests.histories.sending import (
    SELECTIONS,
    carried,
    repeats_from,
    selected,
    sent_at,
    source,
)
from tests.support.distant_cloud import Exchange

LONGEST_SEEN_SECONDS = 2.5
"""An answer that comes later than this may have come too late for its caller."""

SLACK = 0.011
"""Seconds below which the function's shortest timeouts are not its fault."""


@dataclass(frozen=True)
class Wanted:
    """What one message of an event asks for.

    Attributes:
        vaults: Which vaults it means; of a tick that catches up, those that it may mean.
        dated: From when on a sync may be one that this message caused already; None without date.
        repeats: From when on a sync surely is.
    """

    source: str
    kind: Literal["vaults", "select", "behind", "report", "broken"]
    vaults: frozenset[str] = frozenset()
    dated: float | None = None
    repeats: float | None = None
    wait_seconds: int = 0
    dry_run: bool = False


class Case:
    """One invocation, judged by what it was sent, what it did, and what it said."""

    def __init__(
        self,
        happened: Happened,
        invoked: Invoked,
        entries: Sequence[tuple[JournalEntry, Exchange]],
        published: Sequence[Mapping[str, Any]],
    ) -> None:
        self.happened = happened
        self.history: History = happened.history
        self.invoked = invoked
        self.entries = [entry for entry, _ in entries]
        self.documents = published
        self._exchanges = {entry.number: exchange for entry, exchange in entries}
        self.deadline = invoked.began + invoked.plan.timeout

    @cached_property
    def wanted(self) -> list[Wanted]:
        """What the event asks for, message by message."""
        return list(_wanted(self.history, self.invoked))

    @cached_property
    def outcomes(self) -> list[dict[str, Any]]:
        return list(self.invoked.document["outcomes"])

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        """The outcomes in messages that the topic accepted from this invocation."""
        return [outcome for document in self.documents for outcome in document["outcomes"]]

    @cached_property
    def named(self) -> set[str]:
        """The vaults that the event means."""
        return {vault for wanted in self.wanted for vault in wanted.vaults}

    @cached_property
    def handed_over(self) -> dict[str, list[JournalEntry]]:
        """The vaults in events that FunctionGraph took from this invocation, with its calls.

        A selection that is left over says nothing of a vault that the event names by its id, too.
        """
        by_id = {
            vault for wanted in self.wanted if wanted.kind == "vaults" for vault in wanted.vaults
        }
        mine = {entry.number: entry for entry in self.entries}
        found: dict[str, list[JournalEntry]] = {}
        for one in self.happened.submitted:
            if one.number in mine:
                for request in one.event["requests"]:
                    vaults = _vaults_of_request(self.history, request)
                    for vault in vaults - by_id if "select" in request else vaults:
                        found.setdefault(vault, []).append(mine[one.number])
        return found

    def naming(self, vault: str) -> list[Wanted]:
        return [wanted for wanted in self.wanted if vault in wanted.vaults]

    def calls(self, operation: str, vault: str | None = None) -> list[JournalEntry]:
        return [
            entry
            for entry in self.entries
            if entry.operation == operation and vault in {None, entry.vault_id}
        ]

    def outcome(self, vault: str) -> dict[str, Any] | None:
        return next((one for one in self.outcomes if one["vault_id"] == vault), None)

    def tasks(self, vault: str) -> list[SyncTask]:
        return self.happened.cloud.cbr().tasks(vault)

    def answered_at(self, entry: JournalEntry) -> float:
        return self._exchanges[entry.number].answered_at

    def offset(self, entry: JournalEntry) -> int:
        return self._exchanges[entry.number].offset

    def is_same_call(self, entry: JournalEntry, other: JournalEntry) -> bool:
        """Whether one call may be a repetition of another: it asks for the same."""
        targets = {self._exchanges[one.number].target for one in (entry, other)}
        return entry.vault_id == other.vault_id and len(targets) == 1

    def seen(self, entry: JournalEntry) -> bool:
        """Whether the answer surely came in time for its caller."""
        answered = self.answered_at(entry)
        limit = self.deadline - (0.5 if entry.operation == "PublishMessage" else RESERVE)
        return answered - entry.time <= LONGEST_SEEN_SECONDS and answered < limit

    def sent_after_answer(self, entry: JournalEntry) -> list[JournalEntry]:
        """The calls that left when the answer to `entry` was known."""
        answered = self.answered_at(entry)
        return [
            other
            for other in self.entries
            if other.number > entry.number and other.time >= answered
        ]

    def shows_all(self, listing: JournalEntry, vault: str) -> bool:
        """Whether a page of operation logs could be read, as far as it concerns a vault."""
        unreadable = self._exchanges[listing.number].unreadable
        return (
            listing.status == 200
            and listing.fault in {None, "latency"}
            and self.seen(listing)
            and not self._was_endless(listing)
            and not unreadable & {None, vault}
        )

    def looks(
        self, vault: str, after: JournalEntry, before: JournalEntry | None = None
    ) -> list[JournalEntry]:
        """The listings after one call, and before another, in which a vault's task would be."""
        return [
            entry
            for entry in self.calls("ListOpLogs")
            if entry.vault_id in {None, vault}
            and entry.number > after.number
            and (before is None or entry.number < before.number)
        ]

    def read_badly(self) -> bool:
        """Whether any list could not be read to its end."""
        return any(
            self._exchanges[entry.number].unreadable
            or self._was_endless(entry)
            or (entry.fault and entry.operation != "ImportCheckpoint")
            for entry in self.entries
        )

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

    def time_was_short(self) -> bool:
        """Whether the time for calls was used up, or would have been by a wait."""
        limit = self.deadline - RESERVE
        waited = any(entry.status == 429 for entry in self.entries)
        faulty = any(entry.fault for entry in self.entries)
        return self.invoked.ended >= limit - 2.0 or waited or faulty

    def _was_endless(self, entry: JournalEntry) -> bool:
        first_of_end = next(
            (one.began for one in self.happened.invocations if one.kind in {"repetition", "tick"}),
            float("inf"),
        )
        return self.history.endless and entry.time < first_of_end and entry.operation in _LISTS


_LISTS = frozenset({"ListOpLogs", "ListVault"})
FORBIDDEN_CODES = {"APIGW.0306", "SMN.0001"}
CREDENTIAL_CODES = {"BackupService.9998"}


def is_forbidden(entry: JournalEntry) -> bool:
    return entry.status == 403 or entry.error_code in FORBIDDEN_CODES


def is_refused_credential(entry: JournalEntry) -> bool:
    return entry.status == 401 or entry.error_code in CREDENTIAL_CODES


def seconds_of(text: str) -> float:
    """Read a time of a document, also with Python 3.10, which does not take the Z."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def went_badly(task: SyncTask) -> bool:
    """Whether a task will not end in success."""
    return task.course.ending.status != "success"


def _wanted(history: History, invoked: Invoked) -> Iterator[Wanted]:
    if invoked.kind == "continued":
        yield from _wanted_of_continued(history, invoked.sent)
    elif invoked.event is None:
        everything = frozenset(selected(history, MessagePlan(select="all")))
        moment = float(int(invoked.began))
        kind: Literal["behind", "select"] = "behind"
        yield Wanted("user_event", kind, everything, moment, moment)
    else:
        for number, message in enumerate(carried(invoked.event)):
            yield _of_message(history, invoked.event, message, source(invoked.event, number))


def _of_message(history: History, event: EventPlan, message: MessagePlan, place: str) -> Wanted:
    if message.broken is not None:
        return Wanted(place, "broken")
    if message.report:
        return Wanted(place, "report")
    return Wanted(
        place,
        "select" if message.select else "vaults",
        frozenset(selected(history, message)),
        sent_at(event),
        repeats_from(event),
        message.wait_seconds or 0,
        message.dry_run,
    )


def _wanted_of_continued(history: History, sent: Mapping[str, Any]) -> Iterator[Wanted]:
    for number, request in enumerate(sent["requests"]):
        moment = seconds_of(request["requested_at"])
        yield Wanted(
            f"requests[{number}]",
            "select" if "select" in request else "vaults",
            frozenset(_vaults_of_request(history, request)),
            moment,
            moment + 1,
            request.get("wait_seconds", 0),
            request.get("dry_run", False),
        )


def _vaults_of_request(history: History, request: Mapping[str, Any]) -> set[str]:
    if "select" not in request:
        return set(request.get("vault_ids") or [request.get("vault_id")])
    for name, selection in SELECTIONS.items():
        if selection == request["select"]:
            return selected(history, MessagePlan(select=name))  # type: ignore[arg-type] # its keys
    return selected(history, MessagePlan(select="all"))
