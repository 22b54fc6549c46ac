"""Which vaults a selection means: hybrid ones only, told by `billing.cloud_type`."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import CbrService, Vault
from vault_sync.errors import BadInput
from vault_sync.orders import Selection, SyncOrder
from vault_sync.pages import read_all


def resolve(selection: Selection, cbr: CbrService, calls: Calls) -> list[SyncOrder]:
    """Ask CBR which vaults are selected, and return an order for each.

    Raises:
        BadInput: No hybrid vault is selected; a selection that does nothing must not be silent.
        CallFailed: The vaults could not be listed.
    """
    found = {vault.vault_id: vault for vault in _listed(selection, cbr, calls) if vault.hybrid}
    if not found:
        raise BadInput(
            "EmptySelection",
            f"{selection.order.naming.source}: no hybrid vault in project "
            f"{selection.order.place.project_id} matches select {_described(selection)}",
        )
    return [replace(selection.order, vault_id=vault_id) for vault_id in found]


def _listed(selection: Selection, cbr: CbrService, calls: Calls) -> list[Vault]:
    which, place = selection.which, selection.order.place
    if which.tags is not None:
        tags = which.tags
        return read_all(
            calls,
            Operation("ShowVaultResourceInstances", place),
            lambda offset: cbr.list_hybrid_vaults_with_tags(offset, tags),
        )
    vaults = read_all(calls, Operation("ListVault", place), cbr.list_hybrid_vaults)
    if which.name is None:
        return vaults
    # Whether CBR's own name filter is exact is not documented, so names are matched here.
    return [vault for vault in vaults if fnmatchcase(vault.name, which.name)]


def _described(selection: Selection) -> str:
    return selection.which.model_dump_json(exclude_none=True)
