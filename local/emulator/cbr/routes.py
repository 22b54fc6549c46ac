"""How CBR is reached.

Which action each operation needs: github.com/opentelekomcloud-docs/cloud-backup-recovery,
api-ref/source/permissions_policies_and_supported_actions/cbr_actions.rst.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local.emulator import operations
from local.emulator.cbr import backups, responses, vault_changes, vault_tags
from local.emulator.cbr.errors import denial, render_error
from local.emulator.cbr.models import CbrBackend
from local.emulator.cbr.tag_search import search_by_tags
from local.emulator.service import Service

if TYPE_CHECKING:
    from local.emulator.service import Call


def _in_query(call: Call) -> str | None:
    return call.first("vault_id")


def _in_path(call: Call) -> str | None:
    return call.parameters["vault_id"]


_route = partial(operations.route, "CBR")
_SYNCED = responses.synchronised_vault
_SET_TAGS = "cbr:vaults:bulkCreateOrDeleteTags"
_SEARCH = "cbr:vaults:listResourceInstances"

CBR = Service(
    name="CBR",
    host="cbr",
    routes=(
        _route("ImportCheckpoint", "cbr:vaults:sync", responses.import_checkpoint, _SYNCED),
        _route("ListOpLogs", "cbr:tasks:list", responses.list_operation_logs, _in_query),
        _route("ShowOpLog", "cbr:tasks:get", responses.show_operation_log),
        _route("ListVault", "cbr:vaults:list", responses.list_vaults),
        _route("ShowVault", "cbr:vaults:get", responses.show_vault, _in_path),
        _route("CreateVault", "cbr:vaults:create", vault_changes.create_vault),
        _route("UpdateVault", "cbr:vaults:update", vault_changes.update_vault, _in_path),
        _route("DeleteVault", "cbr:vaults:delete", vault_changes.delete_vault, _in_path),
        _route("ShowVaultTag", "cbr:vaults:getTags", vault_tags.show_tags, _in_path),
        _route("CreateVaultTags", "cbr:vaults:setTags", vault_tags.create_tag, _in_path),
        _route("DeleteVaultTag", "cbr:vaults:deleteTags", vault_tags.delete_tag, _in_path),
        _route("BatchCreateAndDeleteVaultTags", _SET_TAGS, vault_tags.set_or_delete, _in_path),
        _route("ShowVaultProjectTag", "cbr:vaults:listProjectTags", vault_tags.show_all_tags),
        _route("ShowVaultResourceInstances", _SEARCH, search_by_tags),
        _route("ListBackups", "cbr:backups:list", backups.list_backups, _in_query),
        _route("ShowBackup", "cbr:backups:get", backups.show_backup),
        _route("DeleteBackup", "cbr:backups:delete", backups.delete_backup),
        _route("ListPolicies", "cbr:policies:list", backups.list_policies, _in_query),
    ),
    new_backend=CbrBackend,
    render_error=render_error,
    denial=denial,
)
