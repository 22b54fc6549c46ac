"""How CBR is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.cbr import responses
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
        Route("ListVault", "GET", _PROJECT + "/vaults", "cbr:vaults:list", responses.list_vaults),
        Route(
            "ShowVault",
            "GET",
            _PROJECT + "/vaults/{vault_id}",
            "cbr:vaults:get",
            responses.show_vault,
            _in_path,
        ),
        Route(
            "ShowVaultResourceInstances",
            "POST",
            _PROJECT + "/vault/resource_instances/action",
            "cbr:vaults:listResourceInstances",
            search_by_tags,
        ),
    ),
    new_backend=CbrBackend,
    render_error=render_error,
    denial=denial,
)
