"""How CBR is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.cbr import backups, responses, vault_changes, vault_tags
from local.emulator.cbr.errors import denial, render_error
from local.emulator.cbr.models import CbrBackend
from local.emulator.cbr.tag_search import search_by_tags
from local.emulator.service import Route, Service

if TYPE_CHECKING:
    from local.emulator.service import Call


def _in_query(call: Call) -> str | None:
    return call.first("vault_id")


def _in_path(call: Call) -> str | None:
    return call.parameters["vault_id"]


_PROJECT = "/v3/{project_id}"
_VAULTS = _PROJECT + "/vaults"
_VAULT = _VAULTS + "/{vault_id}"
_VAULT_TAGS = _PROJECT + "/vault/{vault_id}/tags"

CBR = Service(
    name="CBR",
    host="cbr",
    routes=(
        Route(
            "ImportCheckpoint",
            "POST",
            _PROJECT + "/checkpoints/sync",
            "cbr:vaults:sync",
            responses.import_checkpoint,
            responses.synchronised_vault,
        ),
        Route(
            "ListOpLogs",
            "GET",
            _PROJECT + "/operation-logs",
            "cbr:tasks:list",
            responses.list_operation_logs,
            _in_query,
        ),
        Route(
            "ShowOpLog",
            "GET",
            _PROJECT + "/operation-logs/{operation_log_id}",
            "cbr:tasks:get",
            responses.show_operation_log,
        ),
        Route("ListVault", "GET", _VAULTS, "cbr:vaults:list", responses.list_vaults),
        Route("ShowVault", "GET", _VAULT, "cbr:vaults:get", responses.show_vault, _in_path),
        Route("CreateVault", "POST", _VAULTS, "cbr:vaults:create", vault_changes.create_vault),
        Route(
            "UpdateVault", "PUT", _VAULT, "cbr:vaults:update", vault_changes.update_vault, _in_path
        ),
        Route(
            "DeleteVault",
            "DELETE",
            _VAULT,
            "cbr:vaults:delete",
            vault_changes.delete_vault,
            _in_path,
        ),
        Route(
            "ShowVaultTag", "GET", _VAULT_TAGS, "cbr:vaults:getTags", vault_tags.show_tags, _in_path
        ),
        Route(
            "CreateVaultTags",
            "POST",
            _VAULT_TAGS,
            "cbr:vaults:setTags",
            vault_tags.create_tag,
            _in_path,
        ),
        Route(
            "DeleteVaultTag",
            "DELETE",
            _VAULT_TAGS + "/{key}",
            "cbr:vaults:deleteTags",
            vault_tags.delete_tag,
            _in_path,
        ),
        Route(
            "BatchCreateAndDeleteVaultTags",
            "POST",
            _VAULT_TAGS + "/action",
            "cbr:vaults:bulkCreateOrDeleteTags",
            vault_tags.create_or_delete_tags,
            _in_path,
        ),
        Route(
            "ShowVaultProjectTag",
            "GET",
            _PROJECT + "/vault/tags",
            "cbr:vaults:listProjectTags",
            vault_tags.show_all_tags,
        ),
        Route(
            "ShowVaultResourceInstances",
            "POST",
            _PROJECT + "/vault/resource_instances/action",
            "cbr:vaults:listResourceInstances",
            search_by_tags,
        ),
        Route(
            "ListBackups",
            "GET",
            _PROJECT + "/backups",
            "cbr:backups:list",
            backups.list_backups,
            _in_query,
        ),
        Route(
            "ShowBackup",
            "GET",
            _PROJECT + "/backups/{backup_id}",
            "cbr:backups:get",
            backups.show_backup,
        ),
        Route(
            "DeleteBackup",
            "DELETE",
            _PROJECT + "/backups/{backup_id}",
            "cbr:backups:delete",
            backups.delete_backup,
        ),
        Route(
            "ListPolicies",
            "GET",
            _PROJECT + "/policies",
            "cbr:policies:list",
            backups.list_policies,
        ),
    ),
    new_backend=CbrBackend,
    render_error=render_error,
    denial=denial,
)
