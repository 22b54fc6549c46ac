"""The invocations made from the page: waiting, running, ended, with the log as it comes."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from local.console.access import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from local.emulator.functiongraph.runtime.results import Ended

    Run = Callable[["Order", Callable[[str], None]], Ended]
    """Runs an order to its end, giving each log line as it comes."""

MAX_KEPT = 50
MAX_WAITING = 20
MAX_LOG_CHARACTERS = 100_000
_WORKERS = 2
LEFT_OUT = "... the lines that follow are left out here"

State = Literal["waiting", "running", "returned", "raised", "not_started"]


@dataclass(frozen=True)
class Order:
    """What to invoke the function with.

    Attributes:
        name: What the person sees of it: a sample's name, or that it is an own event.
        event: JSON text, checked.
        settings: Environment variables of the function, besides those that lead to the cloud.
    """

    name: str
    event: str = field(repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Record:
    """One invocation. Changes under the lock of the list it is in."""

    number: int
    order: Order
    asked_at: float
    state: State = "waiting"
    ended_at: float | None = None
    log: list[str] = field(default_factory=list)
    log_characters: int = 0
    ended: Ended | None = None
    problem: str | None = None


class Invocations:
    """Takes orders, runs them on threads of its own, and keeps the latest 50.

    run: carries one order out. Whatever it raises becomes the record's problem.
    now: seconds since 1970.
    """

    def __init__(self, run: Run, now: Callable[[], float] = time.time) -> None:
        self._run = run
        self._now = now
        self._lock = threading.Lock()
        self._records: deque[_Record] = deque(maxlen=MAX_KEPT)
        self._waiting: deque[_Record] = deque()
        self._workers = 0
        self._number = 0
        self._forgotten = 0

    def submit(self, order: Order) -> int:
        """Take an order, and return the number it is kept by.

        Raises:
            ConsoleError: 429 if twenty wait already.
        """
        with self._lock:
            if len(self._waiting) >= MAX_WAITING:
                raise ConsoleError(
                    429, f"{MAX_WAITING} invocations are waiting; let some of them end first"
                )
            self._number += 1
            record = _Record(self._number, order, self._now())
            self._records.append(record)
            self._waiting.append(record)
            self._start_worker()
        return record.number

    def forget(self) -> None:
        """Keep no record any more. What waits or runs still does, but is not shown."""
        with self._lock:
            self._records.clear()
            self._forgotten = self._number

    def view(self) -> tuple[list[dict[str, object]], int]:
        """Return the records, the latest first, and how many there were since the last reset."""
        with self._lock:
            shown = [_document(record) for record in reversed(self._records)]
            return shown, self._number - self._forgotten

    def _start_worker(self) -> None:
        """Let threads come and go with the work. The caller holds the lock."""
        if self._workers < _WORKERS:
            self._workers += 1
            threading.Thread(target=self._work, name="console-invocation", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._workers -= 1
                    return
                record = self._waiting.popleft()
                record.state = "running"
            self._carry_out(record)

    def _carry_out(self, record: _Record) -> None:
        try:
            ended = self._run(record.order, lambda line: self._write(record, line))
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            with self._lock:
                record.problem = str(error) or type(error).__name__
                record.state, record.ended_at = "not_started", self._now()
            return
        with self._lock:
            record.ended, record.ended_at = ended, self._now()
            record.state = "raised" if ended.error else "returned"

    def _write(self, record: _Record, line: str) -> None:
        with self._lock:
            if record.log_characters > MAX_LOG_CHARACTERS:
                return
            record.log_characters += len(line)
            is_full = record.log_characters > MAX_LOG_CHARACTERS
            record.log.append(LEFT_OUT if is_full else line)


def _document(record: _Record) -> dict[str, object]:
    shown: dict[str, object] = {
        "id": f"page-{record.number}",
        "name": record.order.name,
        "is_tick": False,
        "function": None,
        "state": record.state,
        "asked_at": record.asked_at,
        "ended_at": record.ended_at,
        "log": list(record.log),
        "problem": record.problem,
    }
    ended = record.ended
    if ended is not None:
        shown |= {
            "request_id": ended.request_id,
            "cold": ended.cold,
            "duration_milliseconds": ended.duration_milliseconds,
            "memory_mb": ended.memory_mb,
            "error": ended.error.as_document() if ended.error else None,
            "result": read_result(ended.body),
        }
    return shown


def read_result(body: str | None) -> Any:
    """Read what the function returned; a text that is no JSON stays a text."""
    if body is None:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body


def within(characters: int, lines: Iterable[str]) -> list[str]:
    """Return the lines that fit, and a word where there are more."""
    shown: list[str] = []
    for line in lines:
        characters -= len(line)
        if characters < 0:
            return [*shown, LEFT_OUT]
        shown.append(line)
    return shown
