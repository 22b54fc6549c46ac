"""A sync as CBR's operation log tells of it, and what a listing of them can prove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from vault_sync import times
from vault_sync.errors import CallFailed, ErrorDetail, Kind
from vault_sync.project import Project

ENDED = frozenset({"success", "skipped", "failed", "timeout"})
"""The statuses after which a task does not change (support.huaweicloud.com/api-cbr/ShowOpLog.html);
`skipped` means that a pre-check failed and the task never started."""

UNREADABLE_ENTRY = ErrorDetail(
    "OutcomeUnknown",
    "the operation logs hold an entry that could not be read, so that it is not known whether "
    "the vault has a sync already",
)


class SyncTask(NamedTuple):
    """An operation log of a sync.

    Attributes:
        started: When it started, or was created if it still waits.
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

    def as_document(self, project: Project) -> dict[str, Any]:
        """Return the task as it stands in the result document."""
        return {
            "operation_log_id": self.operation_log_id,
            "vault_id": self.vault_id,
            "vault_name": self.vault_name,
            "project_id": project.project_id,
            "region": project.region,
            "status": self.status,
            "started_at": times.to_document(self.started),
            "ended_at": times.to_document(self.ended),
            "sync_backup_num": self.synchronised,
            "delete_backup_num": self.deleted,
            "err_sync_backup_num": self.not_synchronised,
            "error": self.error.as_document() if self.error else None,
        }


class ProjectTask(NamedTuple):
    """A task, and the project its vault is in."""

    project: Project
    task: SyncTask

    @property
    def is_problem(self) -> bool:
        """Whether somebody has to look at it."""
        return self.task.is_problem

    def as_document(self) -> dict[str, Any]:
        """Return the task as it stands in the result document."""
        return self.task.as_document(self.project)


class StaleVault(NamedTuple):
    """A vault whose last successful sync is too long ago.

    Attributes:
        last_success: When that sync ended; None if CBR's operation logs have none.
    """

    project: Project
    vault_id: str
    vault_name: str | None
    last_success: datetime | None

    @property
    def is_problem(self) -> bool:
        """Somebody has to look at it."""
        return True

    def as_document(self) -> dict[str, Any]:
        """Return the vault as it stands in the result document."""
        return {
            "vault_id": self.vault_id,
            "vault_name": self.vault_name,
            "project_id": self.project.project_id,
            "region": self.project.region,
            "last_success": times.to_document(self.last_success),
        }


class UnreadableTask(NamedTuple):
    """An entry of the operation logs that does not say what it must.

    Attributes:
        vault_id: The vault it names; None if it names none.
    """

    vault_id: str | None


class History:
    """The tasks of a listing, by vault, and the vaults about which it proves nothing.

    That a vault has no task may be concluded only from a listing that could be read entirely: an
    entry that could not be read makes its vault unknown, or every vault if it names none.
    """

    def __init__(
        self, entries: Iterable[SyncTask | UnreadableTask], wanted: set[str] | None = None
    ) -> None:
        """Read a listing; keep the tasks of the wanted vaults, or of all."""
        self._tasks: dict[str, list[SyncTask]] = {}
        self._unknown: set[str] = set()
        self._all_unknown = False
        for entry in entries:
            if isinstance(entry, SyncTask):
                if wanted is None or entry.vault_id in wanted:
                    self._tasks.setdefault(entry.vault_id, []).append(entry)
            elif entry.vault_id is None:
                self._all_unknown = True
            else:
                self._unknown.add(entry.vault_id)

    def __iter__(self) -> Iterator[SyncTask]:
        return (task for tasks in self._tasks.values() for task in tasks)

    def of(self, vault_id: str) -> list[SyncTask]:
        """Return the vault's tasks that could be read."""
        return self._tasks.get(vault_id, [])

    def require_known(self, vault_id: str) -> None:
        """Refuse to conclude that a vault has no other task than those that could be read.

        Raises:
            CallFailed: UNKNOWN, if an entry that could not be read may be the vault's.
        """
        if self._all_unknown or vault_id in self._unknown:
            raise CallFailed(Kind.UNKNOWN, UNREADABLE_ENTRY)
