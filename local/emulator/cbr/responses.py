"""CBR's operations: from a call to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from local.emulator.cbr import parameters
from local.emulator.cbr.errors import NO_SUCH_OPERATION_LOG, invalid
from local.emulator.cbr.models import RESOURCE_TYPES
from local.emulator.cbr.operation_logs import Page, Wanted
from local.emulator.cbr.render import task_document, vault_document
from local.emulator.cbr.vault_changes import addressed_vault
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.cbr.models import CbrBackend, Vault
    from local.emulator.readings import Readings
    from local.emulator.sync_tasks import TaskState

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
    task = _backend(call).start_sync(vault_id, auto_trigger=auto_trigger, now=call.now)
    return Result(
        {"sync": {"operation_log_id": task.id, "vault_id": vault_id}},
        vault_id=vault_id,
        operation_log_id=task.id,
    )


def show_operation_log(call: Call) -> Result:
    """Show one task. API: support.huaweicloud.com/api-cbr/ShowOpLog.html."""
    backend = _backend(call)
    task = backend.logs.find(call.parameters["operation_log_id"])
    delay = backend.cloud.readings.log_delay_seconds
    if task is None or call.now < task.created_at + delay:
        raise ServiceError(NO_SUCH_OPERATION_LOG)
    backend.logs.look(task, call.now)
    return Result(
        {"operation_log": task_document(task, task.state(call.now), backend.project_id)},
        vault_id=task.vault_id,
        operation_log_id=task.id,
    )


def list_operation_logs(call: Call) -> Result:
    """List tasks, newest first. API: support.huaweicloud.com/api-cbr/ListOpLogs.html.

    What it costs follows the page and not the history; for what does not, see `Wanted`.
    """
    backend = _backend(call)
    limit, offset = parameters.paging(call)
    wanted = _wanted_logs(call, backend.cloud.readings)
    parameters.optional_identifier(call, "resource_id")
    if call.first("resource_id") is None and call.first("resource_name") is None:
        page = backend.logs.page(wanted, offset, limit, call.now)
    else:
        page = Page([], 0)  # a sync concerns a vault and no resource in it
    return Result(
        {
            "operation_logs": [
                task_document(task, task.state(call.now), backend.project_id) for task in page.tasks
            ],
            "count": page.total,
            "limit": limit,
            "offset": offset,
        }
    )


def _wanted_logs(call: Call, readings: Readings) -> Wanted:
    until = parameters.moment(call, "end_time")
    by_end = until is not None and readings.end_time_compares == "ended_at"
    inclusive = readings.time_bounds == "inclusive"

    def ended_in_time(state: TaskState) -> bool:
        ended_at = state.ended_at
        if ended_at is None or until is None:
            return False
        return ended_at <= until if inclusive else ended_at < until

    return Wanted(
        vault_id=parameters.optional_identifier(call, "vault_id"),
        vault_name=call.first("vault_name"),
        provider_id=parameters.optional_identifier(call, "provider_id"),
        enterprise_project_id=parameters.enterprise_project(call),
        operation_type=parameters.one_of(call, "operation_type", _OPERATION_TYPES),
        status=parameters.one_of(call, "status", _TASK_STATUSES),
        since=parameters.moment(call, "start_time"),
        until=None if by_end else until,
        inclusive=inclusive,
        delay=readings.log_delay_seconds,
        fits_state=ended_in_time if by_end else None,
    )


def show_vault(call: Call) -> Result:
    """Show one vault. API: support.huaweicloud.com/api-cbr/ShowVault.html."""
    vault = addressed_vault(call)
    return Result({"vault": vault_document(vault, call.project_id)}, vault_id=vault.id)


def list_vaults(call: Call) -> Result:
    """List vaults, newest first. API: support.huaweicloud.com/api-cbr/ListVault.html.

    What it costs follows the page where at most one of `vault_index.KEPT` is asked for and nothing
    else.
    """
    backend = _backend(call)
    limit, offset = parameters.paging(call)
    kept = {
        "cloud_type": parameters.one_of(call, "cloud_type", ("public", "hybrid")),
        "protect_type": parameters.one_of(call, "protect_type", ("backup", "replication")),
        "object_type": parameters.one_of(call, "object_type", RESOURCE_TYPES),
        "enterprise_project_id": parameters.enterprise_project(call),
    }
    wanted = {name: value for name, value in kept.items() if value is not None}
    page, total = backend.vaults.page(wanted, _vault_condition(call, backend), offset, limit)
    return Result(
        {
            "vaults": [vault_document(vault, backend.project_id) for vault in page],
            "count": total,
            "limit": limit,
            "offset": offset,
        }
    )


def _vault_condition(call: Call, backend: CbrBackend) -> Callable[[Vault], bool] | None:
    """Return what else is asked of a vault; None for nothing."""
    status = parameters.one_of(call, "status", _VAULT_STATUSES)
    policy_id = parameters.optional_identifier(call, "policy_id")
    name = parameters.vault_name(call, "name")
    ids = {parameters.identifier(value, "id") for value in call.query.get("id", ())}
    resource_ids = set(filter(None, (call.first("resource_ids") or "").split(",")))
    by_part = backend.cloud.readings.name_filter == "part"

    def fits(vault: Vault) -> bool:
        return (
            (not ids or vault.id in ids)
            and (not name or name == vault.name or (by_part and name in vault.name))
            and status in (None, vault.status)
            and policy_id in (None, vault.policy_id)
            and (not resource_ids or any(r.id in resource_ids for r in vault.resources))
        )

    return fits if status or policy_id or name or ids or resource_ids else None
