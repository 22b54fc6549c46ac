"""A sync as CBR's operation log tells of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from vault_sync import times
from vault_sync.errors import ErrorDetail
from vault_sync.orders import Place

ENDED = frozenset({"success", "skipped", "failed", "timeout"})
"""The statuses after which a task does not change (support.huaweicloud.com/api-cbr/ShowOpLog.html);
`skipped` means that a pre-check failed and the task never started."""


class SyncTask(NamedTuple):
    """An operation log of a sync.

    Attributes:
        started: When it started, or was created if it still waits; None if CBR did not say.
        ended: When it ended, once it has.
        synchronised: Restore points that were added; None until CBR says.
        deleted: Restore points that were removed.
        not_synchronised: Restore points that could not be read, also of a task that succeeded.
    """

    operation_log_id: str
    vault_id: str
    started: datetime | None
    status: str
    vault_name: str | None = None
    ended: datetime | None = None
    synchronised: int | None = None
    deleted: int | None = None
    not_synchronised: int | None = None
    error: ErrorDetail | None = None

    @property
    def running(self) -> bool:
        """Whether it waits or runs still."""
        return self.status not in ENDED

    @property
    def is_problem(self) -> bool:
        """Whether somebody has to look at it."""
        return not self.running and (self.status != "success" or bool(self.not_synchronised))

    def as_document(self, place: Place) -> dict[str, Any]:
        """Return the task as it stands in the result document."""
        return {
            "operation_log_id": self.operation_log_id,
            "vault_id": self.vault_id,
            "vault_name": self.vault_name,
            "project_id": place.project_id,
            "region": place.region,
            "status": self.status,
            "started_at": times.to_document(self.started),
            "ended_at": times.to_document(self.ended),
            "sync_backup_num": self.synchronised,
            "delete_backup_num": self.deleted,
            "err_sync_backup_num": self.not_synchronised,
            "error": self.error.as_document() if self.error else None,
        }


class PlacedTask(NamedTuple):
    """A task, and where its vault is."""

    place: Place
    task: SyncTask

    def as_document(self) -> dict[str, Any]:
        """Return the task as it stands in the result document."""
        return self.task.as_document(self.place)


class StaleVault(NamedTuple):
    """A vault whose last successful sync is too long ago.

    Attributes:
        last_success: When that sync ended; None if CBR's operation logs have none.
    """

    place: Place
    vault_id: str
    vault_name: str
    last_success: datetime | None

    def as_document(self) -> dict[str, Any]:
        """Return the vault as it stands in the result document."""
        return {
            "vault_id": self.vault_id,
            "vault_name": self.vault_name,
            "project_id": self.place.project_id,
            "region": self.place.region,
            "last_success": times.to_document(self.last_success),
        }
