"""The one document that the returned value, the notification and the final log line share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from vault_sync import times
from vault_sync.envelopes import Trigger
from vault_sync.errors import ErrorDetail
from vault_sync.outcomes import Outcome, counted
from vault_sync.project import Project
from vault_sync.tasks import ProjectTask, StaleVault

SCHEMA = "vault-sync/1"

MAX_RETURNED_BYTES = 5 * 1024 * 1024
"""Of the returned value; FunctionGraph delivers 6 MB."""

Item = Outcome | ProjectTask | StaleVault
"""What a document lists."""


@dataclass(frozen=True)
class Window:
    """A stretch of time; `begin` belongs to it, `end` does not."""

    begin: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end

    def as_document(self) -> dict[str, str | None]:
        """Return the window as it stands in the result document."""
        return {"from": times.to_document(self.begin), "to": times.to_document(self.end)}


@dataclass(frozen=True)
class Report:
    """What a report found.

    Attributes:
        stale: None where it was not asked for.
        errors: What could not be read, so that the report may be incomplete.
    """

    window: Window
    tasks: tuple[ProjectTask, ...]
    stale: tuple[StaleVault, ...] | None
    errors: tuple[ErrorDetail, ...] = ()


class Continued(NamedTuple):
    """What was handed to next invocations of the function.

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


@dataclass
class Result:
    """What an invocation has to tell; it is filled as the invocation goes on.

    Attributes:
        followed: The tasks that were waited for, as last seen; None if nothing was waited for.
        notes: What a person should know besides the outcomes, such as a missing permission.
    """

    invocation_id: str | None
    trigger: Trigger
    project: Project
    outcomes: list[Outcome] = field(default_factory=list)
    report: Report | None = None
    followed: tuple[ProjectTask, ...] | None = None
    continued: Continued | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def tasks(self) -> tuple[ProjectTask, ...]:
        """The tasks that ended in the report's window, and those that were waited for."""
        reported = self.report.tasks if self.report else ()
        return (*reported, *(self.followed or ()))

    @property
    def stale(self) -> tuple[StaleVault, ...]:
        """The vaults that are behind."""
        return (self.report.stale if self.report else None) or ()

    @property
    def items(self) -> list[Item]:
        """Everything that takes room in the document, in its order."""
        return [*self.outcomes, *self.tasks, *self.stale]

    @property
    def problems(self) -> list[Outcome]:
        """The outcomes that somebody has to look at."""
        return [outcome for outcome in self.outcomes if outcome.is_problem]

    @property
    def is_problem(self) -> bool:
        """Whether the `outcome` attribute of the notification says so."""
        return any(item.is_problem for item in self.items)

    @property
    def task_ids(self) -> list[str]:
        """The ids of the tasks that the outcomes tell of."""
        return [one.operation_log_id for one in self.outcomes if one.operation_log_id]

    def only(self, items: Sequence[Item]) -> Result:
        """Return the result with these items alone."""
        tasks = tuple(item for item in items if isinstance(item, ProjectTask))
        stale = tuple(item for item in items if isinstance(item, StaleVault))
        report, followed = self.report, self.followed
        if report is not None:
            report = replace(report, tasks=tasks, stale=None if report.stale is None else stale)
            followed = None if followed is None else ()
        elif followed is not None:
            followed = tasks
        outcomes = [item for item in items if isinstance(item, Outcome)]
        return replace(self, outcomes=outcomes, report=report, followed=followed)

    def as_document(self, summary: str) -> dict[str, Any]:
        """Return the document; docs/notifications.md describes each field."""
        document: dict[str, Any] = {
            "summary": summary,
            "schema": SCHEMA,
            "invocation_id": self.invocation_id,
            "trigger": self.trigger.as_document(),
            "region": self.project.region,
            "project_id": self.project.project_id,
            "counts": counted(self.outcomes),
            "outcomes": [outcome.as_document() for outcome in self.outcomes],
        }
        if self.report is not None:
            document["window"] = self.report.window.as_document()
        if self.report is not None or self.followed is not None:
            document["tasks"] = [one.as_document() for one in self.tasks]
        if self.report is not None and self.report.stale is not None:
            document["stale"] = [vault.as_document() for vault in self.stale]
        if self.continued is not None:
            document["continued"] = self.continued.as_document()
        return document

    def as_returned(self, summary: str, topic_urn: str, message_ids: list[str]) -> dict[str, Any]:
        """Return the document as the handler returns it: at most 5 MB.

        A larger one keeps the counts, and of its lists only what is a problem, as long as it fits;
        `left_out` says how many entries are in the notifications alone.
        """
        notification = {"topic_urn": topic_urn, "message_ids": message_ids}
        document = self.as_document(summary) | {"notification": notification}
        if _size(document) <= MAX_RETURNED_BYTES:
            return document
        items, kept, used = self.items, list[Item](), 0
        for item in items:
            size = _size(item.as_document()) if item.is_problem else 0
            if item.is_problem and used + size < MAX_RETURNED_BYTES * 0.9:
                kept.append(item)
                used += size
        return self.only(kept).as_document(summary) | {
            "counts": document["counts"],
            "left_out": len(items) - len(kept),
            "notification": notification,
        }


def _size(document: dict[str, Any]) -> int:
    return len(json.dumps(document))
