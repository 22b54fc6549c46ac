"""Which vaults a selection means: hybrid ones only, told by `billing.cloud_type`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from fnmatch import fnmatchcase

from vault_sync import times
from vault_sync.cloud.cbr import Cbr, UnreadableVault, Vault
from vault_sync.errors import BadInput, CallFailed, ErrorDetail, Kind
from vault_sync.orders import Behind, Selection, SyncOrder
from vault_sync.request import MAX_VAULTS
from vault_sync.tasks import History, SyncTask

LONGEST_TASK_HOURS = 7 * 24
"""How long before a time a task is expected to have begun that ended after it."""

UNREADABLE_VAULT = ErrorDetail(
    "UnreadableAnswer",
    "CBR's list of vaults has an entry without an id, so that a vault may be missing here",
)


class Selected:
    """What a selection found.

    Attributes:
        orders: One for each vault.
        error: Why there may be more than was found, if so.
    """

    def __init__(self, orders: list[SyncOrder], error: ErrorDetail | None = None) -> None:
        self.orders = orders
        self.error = error


def resolve(selection: Selection, cbr: Cbr, now: datetime) -> Selected:
    """Ask CBR which vaults are selected.

    Raises:
        BadInput: No hybrid vault is selected; a selection that does nothing must not be silent.
        CallFailed: The vaults could not be listed, or are more than one event may name.
    """
    error: ErrorDetail | None = None
    found: dict[str, Vault] = {}
    for entry in _listed(selection, cbr):
        if isinstance(entry, UnreadableVault):
            error = UNREADABLE_VAULT
        elif entry.hybrid and _is_named(entry, selection):
            found[entry.vault_id] = entry
        if len(found) > MAX_VAULTS:
            raise too_many(selection)
    if not found and error is None:
        raise BadInput(
            "EmptySelection",
            f"{selection.order.mention.source}: no hybrid vault in project "
            f"{selection.order.project.project_id} matches select {_described(selection)}",
        )
    orders = [
        replace(selection.order, vault_id=vault.vault_id, vault_name=vault.name or None)
        for vault in found.values()
    ]
    if selection.which.older_than_hours is not None:
        orders = _behind(orders, selection.which.older_than_hours, cbr, now)
    return Selected(orders, error)


def too_many(selection: Selection) -> CallFailed:
    """Return the failure of a selection that would make the event name too many vaults.

    It is left over as a whole, so that a next invocation can begin with it.
    """
    where = selection.order.project.project_id
    why = ErrorDetail(
        "TooManyVaults",
        f"with the vaults of project {where} the event would name more than {MAX_VAULTS}; the "
        "project is left for a next invocation (CONTINUE_AS), or select by name or tags",
    )
    return CallFailed(Kind.OUT_OF_TIME, why)


def _listed(selection: Selection, cbr: Cbr) -> Iterator[Vault | UnreadableVault]:
    if selection.which.tags is not None:
        return cbr.hybrid_vaults_with_tags(selection.which.tags)
    return cbr.hybrid_vaults()


def _is_named(vault: Vault, selection: Selection) -> bool:
    """Match the name here: whether CBR's own filter by name is exact is not documented."""
    if selection.which.name is None:
        return True
    try:
        return fnmatchcase(vault.name, selection.which.name)
    except re.error:  # early releases of Python 3.10 do so for a range such as [z-a]
        return False


def _behind(orders: list[SyncOrder], hours: int, cbr: Cbr, now: datetime) -> list[SyncOrder]:
    """Keep the vaults without a successful sync in so many hours and without a running one.

    Raises:
        CallFailed: The operation logs could not be read, or not entirely.
    """
    oldest = times.earlier(now, hours * 3600)
    listed_since = times.earlier(oldest, LONGEST_TASK_HOURS * 3600)
    history = History(cbr.sync_tasks(since=listed_since), {order.vault_id for order in orders})
    behind: list[SyncOrder] = []
    for order in orders:
        tasks = history.of(order.vault_id)
        success = _last([task for task in tasks if task.status == "success"])
        if any(task.running for task in tasks):
            continue
        if success is not None and _end(success) >= oldest:
            continue
        history.require_known(order.vault_id)
        behind.append(replace(order, behind=_why(tasks, success)))
    return behind


def _why(tasks: list[SyncTask], success: SyncTask | None) -> Behind:
    """Say since when a vault is behind, and why its last sync since then did not succeed."""
    last = _last(tasks)
    error: ErrorDetail | None = None
    if last is not None and last is not success:
        error = last.error or ErrorDetail(f"sync {last.status}", "CBR gives no reason")
    return Behind(_end(success) if success else None, error)


def _last(tasks: list[SyncTask]) -> SyncTask | None:
    return max((task for task in tasks if not task.running), key=_end, default=None)


def _end(task: SyncTask) -> datetime:
    """Return when a task ended, or began where CBR does not say when it ended.

    `cloud.cbr` takes a task that ended without any time for one that could not be read.
    """
    return task.ended or task.started or datetime.min.replace(tzinfo=timezone.utc)


def _described(selection: Selection) -> str:
    return selection.which.model_dump_json(exclude_none=True)
