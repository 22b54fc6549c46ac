"""CBR: start a sync, read operation logs, find vaults.

Operations: support.huaweicloud.com/api-cbr/ImportCheckpoint.html, ListOpLogs.html,
ListVault.html and ShowVaultResourceInstances.html. Answers are read from their JSON rather than
from the SDK's models, which turn an unexpected body into silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

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
from vault_sync.calls import Calls, Operation, Purpose
from vault_sync.cloud.failures import body_of, unreadable
from vault_sync.errors import ErrorDetail
from vault_sync.project import Project
from vault_sync.tasks import ENDED, SyncTask, UnreadableTask
from vault_sync.text import clean

T = TypeVar("T")

PAGE_SIZE = 1000
"""The most that CBR lists at once."""

LIKELY_LIMIT = 50
"""A page whose length is a multiple of this may have been cut there by the service."""

MAX_PAGES = 5_000
"""Of one listing. More is taken for a listing that does not end."""

_ID = re.compile(r"[\w-]{1,128}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,64}")
"""An operation's type; CBR's list of them grows."""


class Vault(NamedTuple):
    """A vault as far as a selection needs it."""

    vault_id: str
    name: str
    hybrid: bool


class UnreadableVault(NamedTuple):
    """An entry of a list of vaults that has no id."""


class Cbr:
    """CBR in one project. Every method raises `CallFailed` when it brings no result.

    Listings yield their entries one by one, with one page in memory at a time. A page that fails
    is asked for again.
    """

    def __init__(
        self, client: Any, project: Project, calls: Calls, redact: Callable[[str], str]
    ) -> None:
        self._client = client
        self._project = project
        self._calls = calls
        self._redact = redact

    def start_sync(self, vault_id: str, *, auto_trigger: bool, sending: Callable[[], None]) -> str:
        """Ask once for a sync of the vault; return the operation log id of the accepted task.

        Args:
            vault_id: The vault.
            auto_trigger: What CBR records about who started the sync.
            sending: Called just before the request leaves.
        """
        request = ImportCheckpointRequest(
            body=SyncReq(sync=SyncParam(vault_id=vault_id, auto_trigger=auto_trigger))
        )

        def send() -> str:
            sending()
            body = body_of(lambda: self._client.import_checkpoint(request), self._redact)
            operation_log_id = _id(_part(body, "sync").get("operation_log_id"))
            if operation_log_id is None:
                raise unreadable("CBR answered 200 without an operation_log_id")
            return operation_log_id

        return self._calls.once(Operation("ImportCheckpoint", self._project), send, Purpose.EFFECT)

    def sync_tasks(
        self, *, since: datetime | None, vault_id: str | None = None
    ) -> Iterator[SyncTask | UnreadableTask]:
        """List the syncs of one vault or all.

        Args:
            since: Lets CBR leave out older tasks. Which of a task's times CBR compares is not
                documented, so what comes back has to be judged by its own times.
            vault_id: The vault; None for all.
        """

        def fetch(offset: int) -> dict[str, Any]:
            request = ListOpLogsRequest(
                operation_type="sync",
                vault_id=vault_id,
                start_time=times.to_text(since) if since else None,
                limit=PAGE_SIZE,
                offset=offset,
            )
            return body_of(lambda: self._client.list_op_logs(request), self._redact)

        for entry in self._listed("ListOpLogs", fetch, "operation_logs", "count"):
            task = _sync_task(entry)
            if task is not None:
                yield task

    def hybrid_vaults(self) -> Iterator[Vault | UnreadableVault]:
        """List the project's hybrid vaults."""

        def fetch(offset: int) -> dict[str, Any]:
            request = ListVaultRequest(cloud_type="hybrid", limit=PAGE_SIZE, offset=offset)
            return body_of(lambda: self._client.list_vault(request), self._redact)

        return map(_vault, self._listed("ListVault", fetch, "vaults", "count"))

    def hybrid_vaults_with_tags(
        self, tags: dict[str, list[str]]
    ) -> Iterator[Vault | UnreadableVault]:
        """List the hybrid vaults that have every tag, with one of its values each."""
        wanted = [TagsReq(key=key, values=values) for key, values in tags.items()]

        def fetch(offset: int) -> dict[str, Any]:
            query = VaultResourceInstancesReq(
                action="filter",
                cloud_type="hybrid",
                tags=wanted,
                limit=str(PAGE_SIZE),  # a text, says the API
                offset=str(offset),
            )
            request = ShowVaultResourceInstancesRequest(body=query)
            return body_of(
                lambda: self._client.show_vault_resource_instances(request), self._redact
            )

        name = "ShowVaultResourceInstances"
        return map(_tagged_vault, self._listed(name, fetch, "resources", "total_count"))

    def _listed(
        self, name: str, fetch: Callable[[int], dict[str, Any]], key: str, total: str
    ) -> Iterator[Any]:
        """Yield everything CBR lists, page by page.

        The documentation does not say whether the total is of the page or of all entries, nor
        whether CBR may send fewer entries than it was asked for (see `_may_go_on`).

        Raises:
            CallFailed: A page could not be read, or the list does not end.
        """
        operation = Operation(name, self._project)
        offset = 0
        before: list[Any] | None = None
        for _ in range(MAX_PAGES):
            body = self._calls.repeated(operation, lambda at=offset: fetch(at))  # type: ignore[misc] # mypy cannot type the default
            entries = body.get(key)
            if not isinstance(entries, list):
                raise unreadable(f"CBR answered 200 without {key}")
            if entries and entries == before:
                raise unreadable(f"CBR's list of {key} does not end: two pages are the same")
            yield from entries
            before = entries
            offset += len(entries)
            if not entries and _is_more(body.get(total), offset):
                raise unreadable(f"CBR's list of {key} ends before the number it gives")
            if not entries or not _may_go_on(len(entries), body.get(total), offset):
                return
        raise unreadable(f"CBR's list of {key} does not end: it has more than {MAX_PAGES} pages")


def _may_go_on(size: int, total: Any, offset: int) -> bool:
    """Tell whether a page may be followed by another one.

    A total above the page's own size counts all entries. Any other total may count the page; then
    a page whose size is a multiple of 50 may have been cut there by a limit of CBR's own.
    """
    if _is_more(total, size):
        return _is_more(total, offset)
    return size % LIKELY_LIMIT == 0


def _is_more(total: Any, number: int) -> bool:
    return isinstance(total, int) and total > number


def _sync_task(entry: Any) -> SyncTask | UnreadableTask | None:
    """Read an operation log; None if it says that it is not one of a sync."""
    if not isinstance(entry, dict):
        return UnreadableTask(None)
    kind = entry.get("operation_type")
    if isinstance(kind, str) and kind != "sync" and _WORD.fullmatch(kind):
        return None
    operation_log_id, vault_id = _id(entry.get("id")), _id(entry.get("vault_id"))
    started = times.from_text(entry.get("started_at")) or times.from_text(entry.get("created_at"))
    status = entry.get("status")
    timeless = started is None and status in ENDED
    if kind != "sync" or not operation_log_id or not vault_id or timeless or not _text(status):
        return UnreadableTask(vault_id)
    numbers = _part(_part(entry, "extra_info"), "sync")
    return SyncTask(
        operation_log_id=operation_log_id,
        vault_id=vault_id,
        vault_name=_text(entry.get("vault_name")),
        started=started,
        ended=_ended(entry),
        status=clean(str(status), 32),
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


def _id(value: Any) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


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


def _vault(entry: Any) -> Vault | UnreadableVault:
    """Read a vault; hybrid is what `billing.cloud_type` says, which CBR was asked for."""
    vault_id = _id(entry.get("id")) if isinstance(entry, dict) else None
    if vault_id is None:
        return UnreadableVault()
    cloud_type = _part(entry, "billing").get("cloud_type")
    return Vault(vault_id, _text(entry.get("name")) or "", cloud_type == "hybrid")


def _tagged_vault(entry: Any) -> Vault | UnreadableVault:
    if not isinstance(entry, dict):
        return UnreadableVault()
    vault = _vault(_part(entry, "resource_detail").get("vault"))
    if isinstance(vault, Vault):
        return vault
    vault_id = _id(entry.get("resource_id"))  # CBR was asked for hybrid vaults only
    if vault_id is None:
        return UnreadableVault()
    return Vault(vault_id, _text(entry.get("resource_name")) or "", hybrid=True)
