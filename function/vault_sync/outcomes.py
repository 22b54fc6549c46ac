"""What became of each vault, and of each message that named none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from vault_sync import times
from vault_sync.errors import MAY_PASS, CallFailed, ErrorDetail, Kind
from vault_sync.orders import Mention, Rejected, ReportOrder, Selection, SyncOrder
from vault_sync.project import Project


class Status(Enum):
    """How a vault or a message can end; an e-mail has its sections in this order.

    Attributes:
        words: In a count: "3 failed".
        heading: Of its section in an e-mail.
        problem: Whether somebody has to look at it.
        incomplete: Whether the invocation raises: repeating it can help.
    """

    FAILED = ("failed", "Failed", True, True)
    DEFERRED = ("left for want of time", "Left: the time was too short", True, True)
    REJECTED = ("rejected", "Rejected (asking again cannot help)", True, False)
    STARTED = ("started", "Sync started", False, False)
    ALREADY_RUNNING = ("already running", "A sync was running already", False, False)
    ALREADY_DONE = ("already done", "Synchronised already since this event", False, False)
    WOULD_START = (
        "would start",
        "Would be synchronised (dry run, nothing was started)",
        False,
        False,
    )

    def __init__(self, words: str, heading: str, problem: bool, incomplete: bool) -> None:
        self.words = words
        self.heading = heading
        self.problem = problem
        self.incomplete = incomplete

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Outcome:
    """The one outcome of a vault, or of a message that could not be turned into vaults.

    Attributes:
        order: What it is the outcome of; a report that failed names the one project it failed for.
        began: When an adopted task began.
        may_pass: Whether it failed for a reason that may be gone in a while.
        late: Whether the adopted task began before the event, so that it may miss its restore
            points.
    """

    status: Status
    order: SyncOrder | Selection | ReportOrder | Rejected
    operation_log_id: str | None = None
    error: ErrorDetail | None = None
    vault_name: str | None = None
    began: datetime | None = None
    may_pass: bool = False
    late: bool = False

    @property
    def sync_order(self) -> SyncOrder | None:
        """The order of a vault, or of the vaults of a selection."""
        order = self.order.order if isinstance(self.order, Selection) else self.order
        return order if isinstance(order, SyncOrder) else None

    @property
    def mention(self) -> Mention:
        """Where in the event it came from."""
        order = self.order.order if isinstance(self.order, Selection) else self.order
        return order.mention

    @property
    def project(self) -> Project | None:
        """The project, where it is known."""
        if isinstance(self.order, ReportOrder):
            return self.order.projects[0]
        return self.sync_order.project if self.sync_order else None

    @property
    def is_problem(self) -> bool:
        """Whether somebody has to look at it: also a vault whose syncs fail again and again."""
        behind = self.sync_order.behind if self.sync_order else None
        return self.status.problem or bool(behind and behind.error)

    @property
    def waits(self) -> bool:
        """Whether there is a task under way whose end somebody wants to stay for."""
        under_way = self.status in {Status.STARTED, Status.ALREADY_RUNNING}
        wanted = self.sync_order is not None and self.sync_order.wait_seconds > 0
        return under_way and bool(self.operation_log_id) and wanted

    def as_document(self) -> dict[str, Any]:
        """Return the outcome as it stands in the result document."""
        order, project = self.sync_order, self.project
        document: dict[str, Any] = {
            "vault_id": (order.vault_id or None) if order else None,
            "project_id": project.project_id if project else None,
            "region": project.region if project else None,
            "status": str(self.status),
            "operation_log_id": self.operation_log_id,
            "auto_trigger": order.auto_trigger if order else None,
            "source": self.mention.source,
            "correlation_id": self.mention.correlation_id,
            "error": self.error.as_document() if self.error else None,
        }
        name = self.vault_name or (order.vault_name if order else None)
        if name:
            document["vault_name"] = name
        if self.began is not None:
            document["began_at"] = times.to_document(self.began)
            document["began_before_event"] = self.late
        if order is not None and order.behind is not None:
            document["behind"] = {
                "last_success": times.to_document(order.behind.last_success),
                "error": order.behind.error.as_document() if order.behind.error else None,
            }
        if order is not None and order.also:
            document["also_named"] = _mentions(order)
        return document


def _mentions(order: SyncOrder) -> list[dict[str, str | None]]:
    shown: list[dict[str, str | None]] = [
        {"source": mention.source, "correlation_id": mention.correlation_id}
        for mention in order.also
    ]
    if order.more:
        shown.append({"source": f"and {order.more} more", "correlation_id": None})
    return shown


def rejected(order: SyncOrder | Selection | ReportOrder, error: ErrorDetail) -> Outcome:
    """Return the outcome of an order that asking again cannot help."""
    return Outcome(Status.REJECTED, order, error=error)


def failed(order: SyncOrder | Selection | ReportOrder, failure: CallFailed) -> Outcome:
    """Return the outcome of an order for which a call failed."""
    may_pass = failure.kind in MAY_PASS
    return Outcome(Status.FAILED, order, error=failure.detail, may_pass=may_pass)


def of_failure(order: SyncOrder | Selection | ReportOrder, failure: CallFailed) -> Outcome:
    """Return the outcome of an order that was not begun, because a call before it failed."""
    if failure.kind is Kind.OUT_OF_TIME:
        return Outcome(Status.DEFERRED, order, error=failure.detail)
    if failure.kind is Kind.REFUSED:
        return rejected(order, failure.detail)
    return failed(order, failure)


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many outcomes there are of each status that occurs."""
    return dict(Counter(str(outcome.status) for outcome in outcomes))
