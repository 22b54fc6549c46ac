"""CBR's operations on backups, as it calls restore points that can be listed, and on policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from local.emulator.cbr import errors, parameters
from local.emulator.cbr.render import backup_document
from local.emulator.operations import not_emulated
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.cbr.models import CbrBackend, Vault
    from local.emulator.cbr.restore_points import RestorePoint

_EXACT = (
    "checkpoint_id",
    "image_type",
    "name",
    "parent_id",
    "resource_az",
    "resource_id",
    "resource_name",
    "resource_type",
)
_LEFT_OUT = ("marker", "member_status", "sort", "used_percent")
"""What ListBackups can be asked and the emulated cloud does not answer."""


def list_backups(call: Call) -> Result:
    """List backups, newest first. API: support.huaweicloud.com/api-cbr/ListBackups.html."""
    backend = cast("CbrBackend", call.backend)
    limit, offset = parameters.paging(call)
    for name in _LEFT_OUT:
        if call.first(name) is not None:
            raise not_emulated(f"ListBackups with {name}")
    found = [backup for backup in _backups(call, backend) if _is_asked_for(call, backup)]
    found.sort(key=lambda backup: str(backup["created_at"]), reverse=True)
    return Result(
        {
            "backups": found[offset : offset + limit],
            "count": len(found),
            "limit": limit,
            "offset": offset,
        }
    )


def show_backup(call: Call) -> Result:
    """Show one backup. API: support.huaweicloud.com/api-cbr/ShowBackup.html."""
    vault, point = _addressed(call)
    document = backup_document(vault, point, call.project_id)
    return Result({"backup": document}, vault_id=vault.id)


def delete_backup(call: Call) -> Result:
    """Delete one backup. API: support.huaweicloud.com/api-cbr/DeleteBackup.html."""
    vault, point = _addressed(call)
    del vault.restore_points[point.id]
    return Result(None, 204, vault_id=vault.id)


def list_policies(call: Call) -> Result:
    """List policies: there are none. API: support.huaweicloud.com/api-cbr/ListPolicies.html."""
    parameters.one_of(call, "operation_type", ("backup", "replication"))
    parameters.optional_identifier(call, "vault_id")
    return Result({"policies": [], "count": 0, "limit": parameters.MAX_LIMIT, "offset": 0})


def _addressed(call: Call) -> tuple[Vault, RestorePoint]:
    backend = cast("CbrBackend", call.backend)
    backup_id = parameters.identifier(call.parameters["backup_id"], "backup_id")
    for vault in backend.vaults.values():
        point = backend.restore_points(vault, call.now).get(backup_id)
        if point is not None:
            return vault, point
    raise ServiceError(errors.NO_SUCH_BACKUP)


def _backups(call: Call, backend: CbrBackend) -> Iterator[dict[str, object]]:
    vault_id = parameters.optional_identifier(call, "vault_id")
    enterprise_project = parameters.enterprise_project(call)
    since, until = parameters.moment(call, "start_time"), parameters.moment(call, "end_time")
    if parameters.one_of(call, "own_type", ("private", "shared", "all_granted")) == "shared":
        return  # nobody shares any
    vaults = backend.vaults
    for vault in vaults.values() if vault_id is None else filter(None, [vaults.get(vault_id)]):
        if enterprise_project not in (None, vault.enterprise_project_id):
            continue
        for point in backend.restore_points(vault, call.now).values():
            if (since is None or since <= point.created_at) and (
                until is None or point.created_at <= until
            ):
                yield backup_document(vault, point, backend.project_id)


def _is_asked_for(call: Call, backup: dict[str, object]) -> bool:
    incremental = parameters.one_of(call, "incremental", ("true", "false"))
    statuses = call.query.get("status", ())
    return (
        all(call.first(name) in (None, backup[name]) for name in _EXACT)
        and (not statuses or backup["status"] in statuses)
        and incremental in (None, str(backup["incremental"]).lower())
    )
