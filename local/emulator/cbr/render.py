"""Vaults and tasks in CBR's JSON.

Shapes: the samples of support.huaweicloud.com/api-cbr/ShowVault.html and ShowOpLog.html.
No sample of a hybrid vault or of a sync is published; these are put together from the
fields and enumerations of the API's model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.clock import timestamp
from local.emulator.sync_tasks import Success

if TYPE_CHECKING:
    from local.emulator.cbr.models import Vault
    from local.emulator.sync_tasks import SyncTask, TaskState

PROVIDER_ID = "0daac4c5-6707-4851-97ba-169e36266b66"
"""The fixed id of CBR's backup provider, the same in every published sample."""

USER_ID = "aa2999fa5ae640f28926f8fd79188934"


def vault_document(vault: Vault, project_id: str) -> dict[str, object]:
    """Render a vault."""
    return {
        "id": vault.id,
        "name": vault.name,
        "description": None,
        "provider_id": PROVIDER_ID,
        "project_id": project_id,
        "enterprise_project_id": vault.enterprise_project_id,
        "created_at": timestamp(vault.created_at),
        "user_id": USER_ID,
        "auto_bind": False,
        "bind_rules": {},
        "auto_expand": False,
        "smn_notify": True,
        "threshold": 80,
        "locked": vault.locked,
        "resources": [
            {
                "id": identifier,
                "type": "OS::Nova::Server",
                "name": "",
                "protect_status": "available",
            }
            for identifier in vault.resource_ids
        ],
        "tags": tag_documents(vault),
        "billing": _billing(vault),
    }


def tag_documents(vault: Vault) -> list[dict[str, str]]:
    """Render a vault's tags."""
    return [{"key": key, "value": value} for key, value in vault.tags.items()]


def _billing(vault: Vault) -> dict[str, object]:
    kind = "hybrid" if vault.is_hybrid else "backup"
    return {
        "allocated": 0,
        "charging_mode": "post_paid",
        "cloud_type": vault.cloud_type,
        "consistent_level": "crash_consistent",
        "object_type": vault.object_type,
        "order_id": None,
        "product_id": None,
        "protect_type": vault.protect_type,
        "size": vault.size,
        "spec_code": f"vault.{kind}.server.normal",
        "status": vault.status,
        "storage_unit": f"bucket-{vault.id}" if vault.is_hybrid else None,
        "used": 0,
        "frozen_scene": None,
        "is_multi_az": False,
    }


def task_document(task: SyncTask, state: TaskState, project_id: str) -> dict[str, object]:
    """Render a task as an operation log."""
    ending = task.course.ending
    error = {"code": "", "message": ""}
    if state.ended_at is not None and not isinstance(ending, Success):
        error = {"code": ending.code, "message": ending.message}
    ended_at = None if state.ended_at is None else timestamp(state.ended_at)
    return {
        "id": task.id,
        "operation_type": task.operation_type,
        "status": state.status,
        "project_id": project_id,
        "provider_id": PROVIDER_ID,
        "policy_id": None,
        "checkpoint_id": None,
        "vault_id": task.vault_id,
        "vault_name": task.vault_name,
        "created_at": timestamp(task.created_at),
        "started_at": timestamp(task.created_at),
        "ended_at": ended_at,
        "updated_at": ended_at or timestamp(task.created_at),
        "error_info": error,
        "extra_info": _extra_info(task, state),
    }


def _extra_info(task: SyncTask, state: TaskState) -> dict[str, object]:
    ending = task.course.ending
    extra: dict[str, object] = {
        "common": {"progress": state.progress, "request_id": task.request_id, "task_id": task.id}
    }
    if task.operation_type == "sync":
        done = ending if state.ended_at is not None and isinstance(ending, Success) else None
        extra["sync"] = {
            "sync_backup_num": done.sync_backup_num if done else 0,
            "delete_backup_num": done.delete_backup_num if done else 0,
            "err_sync_backup_num": done.err_sync_backup_num if done else 0,
        }
    return extra
