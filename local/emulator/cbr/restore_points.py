"""Restore points: what a successful sync brings into a vault, and what it removes.

No sample of a synchronised backup is published. What is put here for one: the backups of one sync
share a checkpoint; each is of another machine on the premises, and of the same ones at every sync.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.emulator.sync_tasks import Success

if TYPE_CHECKING:
    from local.emulator.sync_tasks import SyncTask


@dataclass(frozen=True, slots=True)
class RestorePoint:
    """A backup of one machine at one time. `incremental`: an older one of the machine is there."""

    id: str
    checkpoint_id: str
    name: str
    created_at: float
    resource_id: str
    resource_name: str
    auto_trigger: bool
    incremental: bool


def apply_sync(points: dict[str, RestorePoint], task: SyncTask) -> None:
    """Do to a vault's restore points what its sync did: remove the oldest, then add the new ones.

    As many as the task's operation log says. A sync that removes more than are there leaves none.
    """
    ending = task.course.ending
    if not isinstance(ending, Success) or task.operation_type != "sync":
        return
    for point_id in list(points)[: ending.delete_backup_num]:
        del points[point_id]
    known = {point.resource_id for point in points.values()}
    for number in range(1, ending.sync_backup_num + 1):
        point = _restore_point(task, number, known)
        points[point.id] = point


def _restore_point(task: SyncTask, number: int, known: set[str]) -> RestorePoint:
    """Make the n-th restore point of a sync. Its ids follow from the task's and the vault's."""
    machine = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{task.vault_id} machine {number}"))
    return RestorePoint(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{task.id} backup {number}")),
        checkpoint_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{task.id} checkpoint")),
        name=f"sync-{task.id[:8]}-{number}",
        created_at=task.created_at if task.ended_at is None else task.ended_at,
        resource_id=machine,
        resource_name=f"{task.vault_name}-machine-{number}",
        auto_trigger=task.auto_trigger,
        incremental=machine in known,
    )
