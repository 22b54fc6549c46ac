"""What became of each vault, and of each message that named none."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from vault_sync.errors import CallFailed, ErrorDetail, Kind
from vault_sync.messages import Unreadable
from vault_sync.orders import Naming, Place, ReportOrder, Selection, SyncOrder

Status = Literal[
    "started", "already_running", "already_done", "would_start", "rejected", "failed", "deferred"
]

MAX_NAMINGS_SHOWN = 50
"""Of a vault that one event names again and again; a document has to fit into a message."""

PROBLEMS: frozenset[Status] = frozenset({"rejected", "failed", "deferred"})
INCOMPLETE: frozenset[Status] = frozenset({"failed", "deferred"})
"""What makes an invocation raise: repeating it can help."""


@dataclass(frozen=True)
class Outcome:
    """The one outcome of a vault, or of a message that could not be turned into vaults.

    Attributes:
        origin: The order it is the outcome of; not part of any document.
    """

    status: Status
    source: str
    vault_id: str | None = None
    project_id: str | None = None
    region: str | None = None
    operation_log_id: str | None = None
    auto_trigger: bool | None = None
    correlation_id: str | None = None
    error: ErrorDetail | None = None
    also_named: tuple[Naming, ...] = ()
    origin: SyncOrder | Selection | None = field(default=None, repr=False, compare=False)

    def as_document(self) -> dict[str, Any]:
        """Return the outcome as it stands in the result document.

        `also_named` is there only for a vault that the event named more than once.
        """
        document: dict[str, Any] = {
            "vault_id": self.vault_id,
            "project_id": self.project_id,
            "region": self.region,
            "status": self.status,
            "operation_log_id": self.operation_log_id,
            "auto_trigger": self.auto_trigger,
            "source": self.source,
            "correlation_id": self.correlation_id,
            "error": self.error.as_document() if self.error else None,
        }
        if self.also_named:
            document["also_named"] = _namings(self.also_named)
        return document


def _namings(namings: tuple[Naming, ...]) -> list[dict[str, str | None]]:
    shown: list[dict[str, str | None]] = [
        {"source": naming.source, "correlation_id": naming.correlation_id}
        for naming in namings[:MAX_NAMINGS_SHOWN]
    ]
    if len(namings) > MAX_NAMINGS_SHOWN:
        more = f"and {len(namings) - MAX_NAMINGS_SHOWN} more"
        shown.append({"source": more, "correlation_id": None})
    return shown


def of_order(
    order: SyncOrder,
    status: Status,
    *,
    operation_log_id: str | None = None,
    error: ErrorDetail | None = None,
) -> Outcome:
    """Return the outcome of an order."""
    return Outcome(
        status=status,
        source=order.naming.source,
        vault_id=order.vault_id or None,
        project_id=order.place.project_id,
        region=order.place.region,
        operation_log_id=operation_log_id,
        auto_trigger=order.auto_trigger,
        correlation_id=order.naming.correlation_id,
        error=error,
        also_named=order.also_named,
        origin=order,
    )


def of_selection(selection: Selection, status: Status, error: ErrorDetail) -> Outcome:
    """Return the outcome of a selection that could not be looked up."""
    return replace(of_order(selection.order, status, error=error), origin=selection)


def of_report(order: ReportOrder, place: Place, status: Status, error: ErrorDetail) -> Outcome:
    """Return the outcome of a report that could not be made for a project."""
    return Outcome(
        status,
        order.naming.source,
        project_id=place.project_id,
        region=place.region,
        correlation_id=order.naming.correlation_id,
        error=error,
    )


def of_failure(failure: CallFailed) -> Status:
    """Return the status of what was not begun because a look-up failed."""
    by_kind: dict[Kind, Status] = {Kind.OUT_OF_TIME: "deferred", Kind.REFUSED: "rejected"}
    return by_kind.get(failure.kind, "failed")


def of_unreadable(part: Unreadable) -> Outcome:
    """Return the outcome of a part of the event that no vault could be read from."""
    return Outcome("rejected", part.source, error=part.error)


def wait_seconds(outcome: Outcome) -> int:
    """Return for how long somebody wants to stay for the end of the outcome's task."""
    return outcome.origin.wait_seconds if isinstance(outcome.origin, SyncOrder) else 0


def waits(outcome: Outcome) -> bool:
    """Tell whether there is a task under way whose end somebody wants to stay for."""
    under_way = outcome.status in {"started", "already_running"}
    return under_way and bool(outcome.operation_log_id) and wait_seconds(outcome) > 0


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many outcomes there are of each status that occurs."""
    return dict(Counter(outcome.status for outcome in outcomes))


class Ledger:
    """The outcomes of the orders while workers write them; each order gets exactly one.

    Once it is closed, what a worker that was left behind still writes changes nothing.
    """

    def __init__(self, orders: list[SyncOrder]) -> None:
        self._orders = orders
        self._outcomes: dict[int, Outcome] = {}
        self._sent: set[int] = set()
        self._closed = False
        self._next = 0
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many orders nobody has taken."""
        with self._lock:
            return len(self._orders) - self._next

    def take(self) -> tuple[int, SyncOrder] | None:
        """Take the next order that nobody has taken, with its number; None when all are."""
        with self._lock:
            if self._closed or self._next >= len(self._orders):
                return None
            number = self._next
            self._next += 1
            return number, self._orders[number]

    def mark_sent(self, number: int) -> None:
        """Note that CBR is being asked for an order; from now on it may have started."""
        with self._lock:
            self._sent.add(number)

    def record(self, number: int, outcome: Outcome) -> None:
        """Write down what became of an order."""
        with self._lock:
            if not self._closed:
                self._outcomes.setdefault(number, outcome)

    def close(self, left_behind: ErrorDetail, not_begun: ErrorDetail) -> list[Outcome]:
        """Take no more entries; return an outcome for every order, in their order.

        Args:
            left_behind: The error of orders that CBR was asked for without an answer: `failed`.
            not_begun: The error of orders that nothing was sent for: `deferred`.
        """
        with self._lock:
            self._closed = True
            return [
                self._outcomes.get(number)
                or (
                    of_order(order, "failed", error=left_behind)
                    if number in self._sent
                    else of_order(order, "deferred", error=not_begun)
                )
                for number, order in enumerate(self._orders)
            ]
