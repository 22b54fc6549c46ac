"""CBR: start a sync, read operation logs, find vaults.

Operations: support.huaweicloud.com/api-cbr/ImportCheckpoint.html, ListOpLogs.html,
ListVault.html and ShowVaultResourceInstances.html. Answers are read from their JSON rather than
from the SDK's models, which turn an unexpected body into silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from huaweicloudsdkcbr.v1 import (
    ImportCheckpointRequest,
    ListOpLogsRequest,
    ListVaultRequest,
    ShowVaultResourceInstancesRequest,
    SyncParam,
    SyncReq,
    TagsReq,
    VaultResourceInstancesReq,
)

from vault_sync import times
from vault_sync.cloud.failures import guarded, unreadable
from vault_sync.errors import ErrorDetail
from vault_sync.tasks import ENDED, SyncTask
from vault_sync.text import clean

T = TypeVar("T")

PAGE_SIZE = 1000
"""The most that CBR lists at once."""


class Vault(NamedTuple):
    """A vault as far as a selection needs it."""

    vault_id: str
    name: str
    hybrid: bool


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list.

    Attributes:
        size: How many entries the service sent, usable or not.
        total: How many there are in all, if the service said so.
    """

    items: list[T]
    size: int
    total: int | None


class CbrService:
    """CBR in one project. Every method makes one call and raises `CallFailed`."""

    def __init__(self, client: Any, redact: Callable[[str], str]) -> None:
        self._client = client
        self._redact = redact

    def start_sync(self, vault_id: str, *, auto_trigger: bool) -> str:
        """Ask for a sync of the vault; return the operation log id of the accepted task."""
        request = ImportCheckpointRequest(
            body=SyncReq(sync=SyncParam(vault_id=vault_id, auto_trigger=auto_trigger))
        )
        body = self._send(lambda: self._client.import_checkpoint(request))
        sync = body.get("sync")
        operation_log_id = sync.get("operation_log_id") if isinstance(sync, dict) else None
        if not isinstance(operation_log_id, str) or not operation_log_id:
            raise unreadable("CBR answered 200 without an operation_log_id")
        return operation_log_id

    def list_sync_tasks(
        self, offset: int, *, since: datetime | None = None, vault_id: str | None = None
    ) -> Page[SyncTask]:
        """List syncs from `offset` on, of one vault or all, that started since a time."""
        request = ListOpLogsRequest(
            operation_type="sync",
            vault_id=vault_id,
            start_time=times.to_text(since) if since else None,
            limit=PAGE_SIZE,
            offset=offset,
        )
        body = self._send(lambda: self._client.list_op_logs(request))
        return _page(body, "operation_logs", "count", _sync_task)

    def list_hybrid_vaults(self, offset: int) -> Page[Vault]:
        """List the project's hybrid vaults from `offset` on."""
        request = ListVaultRequest(cloud_type="hybrid", limit=PAGE_SIZE, offset=offset)
        body = self._send(lambda: self._client.list_vault(request))
        return _page(body, "vaults", "count", _vault)

    def list_hybrid_vaults_with_tags(self, offset: int, tags: dict[str, list[str]]) -> Page[Vault]:
        """List hybrid vaults that have every tag, with one of its values each."""
        query = VaultResourceInstancesReq(
            action="filter",
            cloud_type="hybrid",
            tags=[TagsReq(key=key, values=values) for key, values in tags.items()],
            limit=str(PAGE_SIZE),  # a text, says the API
            offset=str(offset),
        )
        request = ShowVaultResourceInstancesRequest(body=query)
        body = self._send(lambda: self._client.show_vault_resource_instances(request))
        return _page(body, "resources", "total_count", _tagged_vault)

    def _send(self, send: Callable[[], Any]) -> dict[str, Any]:
        response = guarded(send, self._redact)
        try:
            body = response.to_json_object()
        except ValueError:
            raise unreadable("CBR's answer is not JSON") from None
        if not isinstance(body, dict):
            raise unreadable("CBR's answer is not a JSON object")
        return body


def _page(body: dict[str, Any], key: str, total: str, read: Callable[[Any], T | None]) -> Page[T]:
    entries = body.get(key)
    if not isinstance(entries, list):
        raise unreadable(f"CBR answered 200 without {key}")
    items = [item for item in map(read, entries) if item is not None]
    count = body.get(total)
    return Page(items, len(entries), count if isinstance(count, int) else None)


def _sync_task(entry: Any) -> SyncTask | None:
    if not isinstance(entry, dict) or entry.get("operation_type") != "sync":
        return None
    operation_log_id, vault_id = entry.get("id"), entry.get("vault_id")
    if not isinstance(operation_log_id, str) or not isinstance(vault_id, str):
        return None
    numbers = _part(_part(entry, "extra_info"), "sync")
    return SyncTask(
        operation_log_id=operation_log_id,
        vault_id=vault_id,
        vault_name=_text(entry.get("vault_name")),
        started=times.from_text(entry.get("started_at"))
        or times.from_text(entry.get("created_at")),
        ended=_ended(entry),
        status=str(entry.get("status")),
        synchronised=_number(numbers.get("sync_backup_num")),
        deleted=_number(numbers.get("delete_backup_num")),
        not_synchronised=_number(numbers.get("err_sync_backup_num")),
        error=_error(_part(entry, "error_info")),
    )


def _ended(entry: dict[str, Any]) -> datetime | None:
    """Return when a task ended; one that never started may have no `ended_at`."""
    if entry.get("status") not in ENDED:
        return None
    return times.from_text(entry.get("ended_at")) or times.from_text(entry.get("updated_at"))


def _part(entry: dict[str, Any], key: str) -> dict[str, Any]:
    part = entry.get(key)
    return part if isinstance(part, dict) else {}


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return clean(value, 128) if isinstance(value, str) and value else None


def _error(info: dict[str, Any]) -> ErrorDetail | None:
    """Read `error_info`, which holds two empty texts when there was none."""
    code, message = info.get("code"), info.get("message")
    if not code and not message:
        return None
    return ErrorDetail(clean(str(code or "unknown"), 64), clean(str(message or ""), 300))


def _vault(entry: Any) -> Vault | None:
    vault_id = entry.get("id") if isinstance(entry, dict) else None
    if not isinstance(vault_id, str):
        return None
    billing = entry.get("billing")
    hybrid = isinstance(billing, dict) and billing.get("cloud_type") == "hybrid"
    return Vault(vault_id, str(entry.get("name") or ""), hybrid)


def _tagged_vault(entry: Any) -> Vault | None:
    if not isinstance(entry, dict):
        return None
    vault = _vault(_part(entry, "resource_detail").get("vault"))
    if vault is not None:
        return vault
    vault_id = entry.get("resource_id")  # CBR was asked for hybrid vaults only
    if not isinstance(vault_id, str):
        return None
    return Vault(vault_id, str(entry.get("resource_name") or ""), hybrid=True)
