"""CBR's operations: from a call to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from local.emulator.cbr import parameters
from local.emulator.cbr.errors import NO_SUCH_OPERATION_LOG, invalid
from local.emulator.cbr.models import OBJECT_TYPES
from local.emulator.cbr.render import PROVIDER_ID, task_document, vault_document
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.emulator.cbr.models import CbrBackend, Vault
    from local.emulator.sync_tasks import SyncTask, TaskState

_TASK_STATUSES = ("success", "skipped", "failed", "running", "timeout", "waiting")
_OPERATION_TYPES = (
    "backup",
    "copy",
    "replication",
    "restore",
    "delete",
    "sync",
    "vault_delete",
    "remove_resource",
    "migrate_resources",
)
_VAULT_STATUSES = ("available", "lock", "frozen", "deleting", "error")


def _backend(call: Call) -> CbrBackend:
    return cast("CbrBackend", call.backend)


def synchronised_vault(call: Call) -> str | None:
    """Find the vault in the body of a sync request, however broken the body is."""
    document = call.document()
    sync = document.get("sync") if isinstance(document, dict) else None
    vault_id = sync.get("vault_id") if isinstance(sync, dict) else None
    return vault_id if isinstance(vault_id, str) else None


def import_checkpoint(call: Call) -> Result:
    """Start to synchronise a vault's restore points.

    API: support.huaweicloud.com/api-cbr/ImportCheckpoint.html. `sync`, `auto_trigger` and
    `vault_id` are mandatory.
    """
    document = call.document()
    sync = document.get("sync") if isinstance(document, dict) else None
    if not isinstance(sync, dict):
        raise invalid("sync")
    auto_trigger = sync.get("auto_trigger")
    if not isinstance(auto_trigger, bool):
        raise invalid("auto_trigger")
    vault_id = parameters.identifier(sync.get("vault_id"), "vault_id")
    task = _backend(call).start_sync(
        vault_id, auto_trigger=auto_trigger, request_id=call.request_id, now=call.now
    )
    return Result(
        {"sync": {"operation_log_id": task.id, "vault_id": vault_id}},
        vault_id=vault_id,
        operation_log_id=task.id,
    )


def show_operation_log(call: Call) -> Result:
    """Show one task. API: support.huaweicloud.com/api-cbr/ShowOpLog.html."""
    backend = _backend(call)
    task = backend.find_task(call.parameters["operation_log_id"])
    if not _is_in_the_logs(call, task):
        raise ServiceError(NO_SUCH_OPERATION_LOG)
    state = task.look(call.now)
    return Result(
        {"operation_log": task_document(task, state, backend.project_id)},
        vault_id=task.vault_id,
        operation_log_id=task.id,
    )


def list_operation_logs(call: Call) -> Result:
    """List tasks, newest first. API: support.huaweicloud.com/api-cbr/ListOpLogs.html."""
    backend = _backend(call)
    limit, offset = parameters.paging(call)
    status = parameters.one_of(call, "status", _TASK_STATUSES)
    period = parameters.moment(call, "start_time"), parameters.moment(call, "end_time")
    found = []
    for task in _candidates(call, backend):
        state = task.look(call.now)
        if status in (None, state.status) and _within(call, task, state, period):
            found.append((task, state))
    found.sort(key=lambda pair: pair[0].created_at, reverse=True)
    page = found[offset : offset + limit]
    return Result(
        {
            "operation_logs": [task_document(t, s, backend.project_id) for t, s in page],
            "count": len(found),
            "limit": limit,
            "offset": offset,
        }
    )


def _candidates(call: Call, backend: CbrBackend) -> Iterable[SyncTask]:
    """Narrow the tasks by everything but their state, newest first."""
    operation_type = parameters.one_of(call, "operation_type", _OPERATION_TYPES)
    vault_id = parameters.optional_identifier(call, "vault_id")
    vault_name = call.first("vault_name")
    provider_id = parameters.optional_identifier(call, "provider_id")
    enterprise_project = parameters.enterprise_project(call)
    parameters.optional_identifier(call, "resource_id")
    if provider_id not in (None, PROVIDER_ID):
        return []
    if call.first("resource_id") is not None or call.first("resource_name") is not None:
        return []  # a sync concerns a vault and no resource in it
    return [
        task
        for task in reversed(backend.tasks(vault_id))
        if operation_type in (None, task.operation_type)
        and vault_name in (None, task.vault_name)
        and enterprise_project in (None, backend.vaults[task.vault_id].enterprise_project_id)
        and _is_in_the_logs(call, task)
    ]


def _is_in_the_logs(call: Call, task: SyncTask) -> bool:
    return call.now >= task.created_at + _backend(call).surroundings.readings().log_delay_seconds


def _within(
    call: Call, task: SyncTask, state: TaskState, period: tuple[float | None, float | None]
) -> bool:
    readings = _backend(call).surroundings.readings()
    start, end = period
    compared = task.created_at if readings.end_time_compares == "started_at" else state.ended_at
    if end is not None and compared is None:
        return False
    if readings.time_bounds == "inclusive":
        return (start is None or start <= task.created_at) and (
            end is None or compared is None or compared <= end
        )
    return (start is None or start < task.created_at) and (
        end is None or compared is None or compared < end
    )


def show_vault(call: Call) -> Result:
    """Show one vault. API: support.huaweicloud.com/api-cbr/ShowVault.html."""
    backend = _backend(call)
    vault = backend.find_vault(parameters.identifier(call.parameters["vault_id"], "vault_id"))
    return Result({"vault": vault_document(vault, backend.project_id)}, vault_id=vault.id)


def list_vaults(call: Call) -> Result:
    """List vaults, newest first. API: support.huaweicloud.com/api-cbr/ListVault.html."""
    backend = _backend(call)
    limit, offset = parameters.paging(call)
    found = list(_vaults_asked_for(call, backend))
    page = found[offset : offset + limit]
    return Result(
        {
            "vaults": [vault_document(vault, backend.project_id) for vault in page],
            "count": len(found),
        }
    )


def _vaults_asked_for(call: Call, backend: CbrBackend) -> Iterable[Vault]:
    cloud_type = parameters.one_of(call, "cloud_type", ("public", "hybrid"))
    protect_type = parameters.one_of(call, "protect_type", ("backup", "replication"))
    object_type = parameters.one_of(call, "object_type", OBJECT_TYPES)
    status = parameters.one_of(call, "status", _VAULT_STATUSES)
    name = parameters.vault_name(call, "name")
    policy_id = parameters.optional_identifier(call, "policy_id")
    enterprise_project = parameters.enterprise_project(call)
    ids = {parameters.identifier(value, "id") for value in call.query.get("id", ())}
    resource_ids = set(filter(None, (call.first("resource_ids") or "").split(",")))
    by_part = backend.surroundings.readings().name_filter == "part"
    for vault in reversed(backend.vaults.values()):
        if (
            cloud_type in (None, vault.cloud_type)
            and protect_type in (None, vault.protect_type)
            and object_type in (None, vault.object_type)
            and status in (None, vault.status)
            and policy_id in (None, vault.policy_id)
            and enterprise_project in (None, vault.enterprise_project_id)
            and (not name or name == vault.name or (by_part and name in vault.name))
            and (not ids or vault.id in ids)
            and (not resource_ids or resource_ids & set(vault.resource_ids))
        ):
            yield vault
