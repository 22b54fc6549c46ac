"""What happened to each invocation: one record an attempt, the newest kept."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.functiongraph.runtime.results import Ended

KEPT = 1000
MAX_LOG_LINES = 2000
Status = Literal["WAIT", "RUNNING", "SUCCESS", "FAIL", "DISCARD"]
"""Source: FunctionGraph's API reference, "Querying asynchronous invocation requests"."""


@dataclass(frozen=True, slots=True)
class Source:
    """What asked for an invocation: a trigger, `API`, `CONSOLE` or `DESTINATION`."""

    type: str
    name: str = ""


@dataclass(slots=True)
class Record:
    """One attempt to run a function with an event. Times are the cloud's, in seconds.

    error_type, error_message: of the error that the caller gets; None where there is none.
    cold: whether an instance was started for it; None before it began, or where none could be.
    """

    request_id: str
    function_urn: str
    source: Source
    event: str = field(repr=False)
    asynchronous: bool
    accepted_at: float
    attempt: int = 1
    status: Status = "WAIT"
    began_at: float | None = None
    ended_at: float | None = None
    cold: bool | None = None
    result: str | None = field(default=None, repr=False)
    error: dict[str, object] | None = None
    duration_milliseconds: float | None = None
    memory_mb: float | None = None
    log: deque[str] = field(default_factory=lambda: deque(maxlen=MAX_LOG_LINES), repr=False)

    def end(self, ended: Ended, now: float) -> None:
        """Note how the function ended."""
        self.ended_at = now
        self.cold = ended.cold
        self.result = ended.body
        self.error = None if ended.error is None else ended.error.as_document()
        self.duration_milliseconds = ended.duration_milliseconds
        self.memory_mb = ended.memory_mb
        self.status = "SUCCESS" if ended.error is None else "FAIL"

    def refuse(self, kind: str, message: str, now: float, status: Status = "FAIL") -> None:
        """Note why the function was not run at all."""
        self.ended_at = now
        self.status = status
        self.error = {"errorMessage": message, "errorType": kind, "stackTrace": []}


class Records:
    """The newest records. Its caller holds the cloud's lock."""

    def __init__(self) -> None:
        self._kept: deque[Record] = deque(maxlen=KEPT)
        self.count = 0

    def add(self, record: Record) -> Record:
        """Keep a record; the oldest goes when there are too many."""
        self._kept.append(record)
        self.count += 1
        return record

    def __iter__(self) -> Iterator[Record]:
        """Give the records, oldest first."""
        return iter(tuple(self._kept))
