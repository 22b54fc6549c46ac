"""The one document that the result, the notification and the final log line share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vault_sync.events import Trigger
from vault_sync.orders import Place
from vault_sync.outcomes import PROBLEMS, Outcome, counted

SCHEMA = "vault-sync/1"


@dataclass(frozen=True)
class Conclusion:
    """What an invocation has to tell.

    Attributes:
        notes: What a person should know besides the outcomes, such as a missing permission.
    """

    invocation_id: str | None
    trigger: Trigger
    place: Place
    outcomes: Sequence[Outcome]
    notes: tuple[str, ...] = ()

    @property
    def problems(self) -> list[Outcome]:
        """The outcomes that somebody has to look at."""
        return [outcome for outcome in self.outcomes if outcome.status in PROBLEMS]

    @property
    def is_problem(self) -> bool:
        """Whether the `outcome` attribute of the notification says so."""
        return any(outcome.status in PROBLEMS for outcome in self.outcomes)

    def as_document(self) -> dict[str, Any]:
        """Return the document; docs/notifications.md describes each field."""
        return {
            "schema": SCHEMA,
            "invocation_id": self.invocation_id,
            "trigger": self.trigger.as_document(),
            "region": self.place.region,
            "project_id": self.place.project_id,
            "counts": counted(self.outcomes),
            "outcomes": [outcome.as_document() for outcome in self.outcomes],
        }


def task_ids(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the ids of the tasks that the outcomes tell of."""
    return [outcome.operation_log_id for outcome in outcomes if outcome.operation_log_id]
