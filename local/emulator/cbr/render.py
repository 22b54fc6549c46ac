"""Vaults, restore points and tasks in CBR's JSON.

Shapes: real answers of ListVault and ListBackups, recorded in the tests of
github.com/huaweicloud/cloud-custodian (tools/c7n_huaweicloud), and the sample of
support.huaweicloud.com/api-cbr/ShowOpLog.html. No sample of a hybrid vault or of a sync is
published; these are put together from the fields and enumerations of the API's model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.clock import timestamp
from local.emulator.sync_tasks import Success

if TYPE_CHECKING:
    from local.emulator.cbr.models import Resource, Vault
    from local.emulator.cbr.restore_points import RestorePoint
    from local.emulator.sync_tasks import SyncTask, TaskState

USER_ID = "aa2999fa5ae640f28926f8fd79188934"

_KINDS = {"disk": "volume", "vmware": "server"}
"""How `spec_code` names what a vault is for, where not as `object_type` does."""


def vault_document(vault: Vault, project_id: str) -> dict[str, object]:
    """Render a vault."""
    return {
        "id": vault.id,
        "name": vault.name,
        "description": vault.description,
        "resources": [_resource_document(resource) for resource in vault.resources],
        "provider_id": vault.provider_id,
        "created_at": timestamp(vault.created_at),
        "project_id": project_id,
        "enterprise_project_id": vault.enterprise_project_id,
        "auto_bind": vault.auto_bind,
        "bind_rules": dict(vault.bind_rules),
        "auto_expand": vault.auto_expand,
        "smn_notify": vault.smn_notify,
        "threshold": vault.threshold,
        "user_id": USER_ID,
        "billing": _billing(vault),
        "tags": tag_documents(vault),
        "backup_name_prefix": vault.backup_name_prefix,
        "demand_billing": False,
        "cbc_delete_count": 0,
        "frozen": vault.status == "frozen",
        "availability_zone": vault.availability_zone,
        "sys_lock_source_service": vault.sys_lock_source_service,
        "supplier": "",
        "locked": vault.locked,
        "cross_account": False,
        "cross_account_urn": "",
    }


def tag_documents(vault: Vault) -> list[dict[str, str]]:
    """Render a vault's tags."""
    return [{"key": key, "value": value} for key, value in vault.tags.items()]


def _resource_document(resource: Resource) -> dict[str, object]:
    document: dict[str, object] = {
        "id": resource.id,
        "type": resource.type,
        "name": resource.name,
        "auto_protect": True,
        "size": resource.size,
        "backup_size": resource.backup_size,
        "backup_count": resource.backup_count,
        "protect_status": resource.protect_status,
    }
    if resource.extra_info is not None:
        document["extra_info"] = dict(resource.extra_info)
    return document


def _billing(vault: Vault) -> dict[str, object]:
    protects = "hybrid" if vault.is_hybrid else vault.protect_type
    kind = _KINDS.get(vault.object_type, vault.object_type)
    backs_up = vault.protect_type == "backup"
    return {
        "allocated": sum(resource.size for resource in vault.resources) if backs_up else 0,
        "cloud_type": vault.cloud_type,
        "consistent_level": vault.consistent_level,
        "frozen_scene": None,
        "charging_mode": "post_paid",
        "order_id": None,
        "product_id": None,
        "protect_type": vault.protect_type,
        "object_type": vault.object_type,
        "spec_code": f"vault.{protects}.{kind}.normal",
        "is_multi_az": vault.is_multi_az,
        "is_double_az": False,
        "used": sum(resource.backup_size for resource in vault.resources),
        "storage_unit": f"bucket-{vault.id}" if vault.is_hybrid else None,
        "status": vault.status,
        "size": vault.size,
        "partner_bp_id": None,
    }


def backup_document(vault: Vault, point: RestorePoint, project_id: str) -> dict[str, object]:
    """Render a restore point as a backup.

    That its `image_type` is `sync` is not confirmed; the text of error 1002 names this type.
    """
    created_at = timestamp(point.created_at)
    return {
        "children": [],
        "checkpoint_id": point.checkpoint_id,
        "created_at": created_at,
        "description": "",
        "expired_at": None,
        "extend_info": {
            "auto_trigger": point.auto_trigger,
            "bootable": None,
            "os_images_data": None,
            "progress": None,
            "snapshot_id": None,
            "support_lld": True,
            "supported_restore_mode": "backup",
            "system_disk": False,
            "is_multi_az": vault.is_multi_az,
            "encrypted_algorithm": None,
            "is_dec": False,
            "app_consistency": {
                "app_consistency": "0",
                "app_consistency_status": "0",
                "app_consistency_error_code": "0",
                "app_consistency_error_message": "",
            },
            "contain_system_disk": True,
            "encrypted": False,
            "architecture": "x86_64",
        },
        "id": point.id,
        "image_type": "sync",
        "incremental": point.incremental,
        "name": point.name,
        "parent_id": None,
        "project_id": project_id,
        "protected_at": created_at,
        "provider_id": vault.provider_id,
        "resource_az": "",
        "resource_id": point.resource_id,
        "resource_name": point.resource_name,
        "scheduled_operation_id": None,
        "resource_size": 40,
        "resource_type": "OS::VMware::Server",
        "status": "available",
        "updated_at": created_at,
        "vault_id": vault.id,
        "version": 3,
        "replication_records": [],
    }


def task_document(task: SyncTask, state: TaskState, project_id: str) -> dict[str, object]:
    """Render a task as an operation log."""
    ending = task.course.ending
    error = {"code": "", "message": ""}
    if state.ended_at is not None and not isinstance(ending, Success):
        error = {"code": ending.code, "message": ending.message}
    began_at = timestamp(task.created_at)
    ended_at = None if state.ended_at is None else timestamp(state.ended_at)
    return {
        "id": task.id,
        "operation_type": task.operation_type,
        "status": state.status,
        "project_id": project_id,
        "provider_id": task.provider_id,
        "policy_id": None,
        "checkpoint_id": None,
        "vault_id": task.vault_id,
        "vault_name": task.vault_name,
        "created_at": began_at,
        "started_at": began_at,
        "ended_at": ended_at,
        "updated_at": ended_at or began_at,
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
