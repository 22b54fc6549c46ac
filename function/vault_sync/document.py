"""The one document that the result, the notification and the final log line share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from vault_sync.errors import ErrorDetail
from vault_sync.messages import Trigger
from vault_sync.orders import Place
from vault_sync.outcomes import PROBLEMS, Outcome, counted
from vault_sync.tasks import PlacedTask, StaleVault

if TYPE_CHECKING:
    from vault_sync.report import Report

SCHEMA = "vault-sync/1"


class Continued(NamedTuple):
    """What was handed to a next invocation of the function.

    Attributes:
        number: How many invocations the chain has had so far.
        vaults: How many vaults, and selections still to be looked up, were handed over.
        request_ids: Of the invocations that FunctionGraph accepted.
    """

    number: int
    vaults: int
    request_ids: tuple[str, ...]

    def as_document(self) -> dict[str, Any]:
        """Return what was handed over as it stands in the result document."""
        return {
            "number": self.number,
            "vaults": self.vaults,
            "request_ids": list(self.request_ids),
        }


class Handed(NamedTuple):
    """What became of handing over.

    Attributes:
        outcomes: Those that remain with this invocation.
        continued: What was handed over; None if nothing was.
        why: Why something that could have been handed over was not.
    """

    outcomes: list[Outcome]
    continued: Continued | None
    why: ErrorDetail | None = None


@dataclass(frozen=True)
class Conclusion:
    """What an invocation has to tell.

    Attributes:
        report: The report that the event asked for.
        followed: The tasks that were waited for, as last seen.
        continued: What was handed to a next invocation.
        notes: What a person should know besides the outcomes, such as a missing permission.
    """

    invocation_id: str | None
    trigger: Trigger
    place: Place
    outcomes: Sequence[Outcome]
    report: Report | None = None
    followed: tuple[PlacedTask, ...] | None = None
    continued: Continued | None = None
    notes: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[PlacedTask, ...]:
        """The tasks that ended in the report's window, and those that were waited for."""
        reported = self.report.tasks if self.report else ()
        return (*reported, *(self.followed or ()))

    @property
    def stale(self) -> tuple[StaleVault, ...]:
        """The vaults that are behind."""
        return (self.report.stale if self.report else None) or ()

    @property
    def problems(self) -> list[Outcome]:
        """The outcomes that somebody has to look at."""
        return [outcome for outcome in self.outcomes if outcome.status in PROBLEMS]

    @property
    def is_problem(self) -> bool:
        """Whether the `outcome` attribute of the notification says so."""
        tasks = any(placed.task.is_problem for placed in self.tasks)
        return bool(self.problems) or tasks or bool(self.stale)

    def as_document(self) -> dict[str, Any]:
        """Return the document; docs/notifications.md describes each field."""
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "invocation_id": self.invocation_id,
            "trigger": self.trigger.as_document(),
            "region": self.place.region,
            "project_id": self.place.project_id,
            "counts": counted(self.outcomes),
            "outcomes": [outcome.as_document() for outcome in self.outcomes],
        }
        if self.report is not None:
            document["window"] = self.report.window.as_document()
        if self.report is not None or self.followed is not None:
            document["tasks"] = [placed.as_document() for placed in self.tasks]
        if self.report is not None and self.report.stale is not None:
            document["stale"] = [vault.as_document() for vault in self.stale]
        if self.continued is not None:
            document["continued"] = self.continued.as_document()
        return document


def task_ids(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the ids of the tasks that the outcomes tell of."""
    return [outcome.operation_log_id for outcome in outcomes if outcome.operation_log_id]
