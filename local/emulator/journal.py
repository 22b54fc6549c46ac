"""What happened, in order: one typed entry for every request that reached the cloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request and what became of it. Holds no secret.

    number: counts from 1, in the order in which the cloud took the requests.
    time: seconds since 1970 on the cloud's clock, when the request arrived.
    service, operation: None where no route fits the request.
    status: of the answer that was sent; None where the connection ended instead.
    error_code: the code in the answer's body, if it is an error the cloud worded.
    fault: the kind of the fault that met the call (`error`, `answer_lost`, ...), and `rule`
        the name of its rule; `latency` is what latency rules added, in seconds.
    applied: the operation was carried out, whatever the caller then got to see.
    """

    number: int
    time: float
    method: str
    path: str
    request_id: str
    service: str | None = None
    operation: str | None = None
    region: str | None = None
    project_id: str | None = None
    access_key: str | None = None
    vault_id: str | None = None
    status: int | None = None
    error_code: str | None = None
    fault: str | None = None
    rule: str | None = None
    latency: float = 0.0
    applied: bool = False
    operation_log_id: str | None = None
    message_id: str | None = None


class Journal:
    """The entries since the last reset. Safe to read from any thread."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._entries: list[JournalEntry] = []

    def append(self, entry: JournalEntry) -> None:
        """Add the next entry."""
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        """Forget everything; numbers begin at 1 again."""
        with self._lock:
            self._entries = []

    def next_number(self) -> int:
        """Return the number of the entry that comes next."""
        return len(self._entries) + 1

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """All entries so far, oldest first."""
        with self._lock:
            return tuple(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self.entries)

    def calls(  # noqa: PLR0913 - each narrows by one field, all by keyword
        self,
        operation: str | None = None,
        *,
        service: str | None = None,
        project_id: str | None = None,
        vault_id: str | None = None,
        status: int | None = None,
        fault: str | None = None,
        applied: bool | None = None,
    ) -> list[JournalEntry]:
        """List the requests of an operation (`ImportCheckpoint`), narrowed as asked, oldest first.

        Requests that fit no route are not among them: see `unmatched()`.
        """
        return [
            entry
            for entry in self.entries
            if entry.operation is not None
            and (operation is None or entry.operation == operation)
            and (service is None or entry.service == service)
            and (project_id is None or entry.project_id == project_id)
            and (vault_id is None or entry.vault_id == vault_id)
            and (status is None or entry.status == status)
            and (fault is None or entry.fault == fault)
            and (applied is None or entry.applied is applied)
        ]

    def unmatched(self) -> list[JournalEntry]:
        """List the requests that fit no route."""
        return [entry for entry in self.entries if entry.operation is None]
