"""Asynchronous requests: kept until they succeed, are used up or are too old.

Retries and validity are those of the function's asynchronous policy; without one the function's
own failures are not repeated (support.huaweicloud.com/usermanual-functiongraph/
functiongraph_01_0390_03.html). How long FunctionGraph waits between two attempts, and whether the
request keeps its id, is not documented: here half a minute, and it does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.functiongraph.engine.records import Source
    from local.emulator.functiongraph.models import Function

RETRY_SECONDS = 30.0
THROTTLED_SECONDS = 1.0
DEFAULT_AGE_SECONDS = 3600
MAX_WAITING = 100_000


class TooManyRequestsError(Exception):
    """Too many asynchronous requests wait already."""


@dataclass(slots=True, eq=False)
class AsyncRequest:
    """An event on its way to a function.

    attempts: how often the function has been run with it.
    by_hand: not repeated and reported nowhere, as a test in the console.
    ended: told once what became of it: True where it was run to its end or given up, False where
        it was forgotten together with its function.
    """

    id: str
    function: Function
    source: Source
    event: str = field(repr=False)
    accepted_at: float
    due_at: float
    attempts: int = 0
    by_hand: bool = False
    ended: Callable[[bool], object] = field(default=lambda _: None, repr=False)

    @property
    def policy(self) -> dict[str, object]:
        """The function's policy as it is now; empty where there is none."""
        return (not self.by_hand and self.function.async_policy) or {}

    def may_repeat(self) -> bool:
        """Tell whether the policy leaves another attempt."""
        retries = self.policy.get("max_async_retry_attempts", 0)
        return self.attempts <= int(str(retries))

    def is_too_old(self, now: float) -> bool:
        """Tell whether the request's validity has run out."""
        age = self.policy.get("max_async_event_age_in_seconds", DEFAULT_AGE_SECONDS)
        return now - self.accepted_at > float(str(age))


class RequestQueue:
    """The requests that wait. Its caller holds the cloud's lock."""

    def __init__(self) -> None:
        self._waiting: list[AsyncRequest] = []

    def add(self, request: AsyncRequest) -> None:
        """Let a request wait until its time.

        Raises:
            TooManyRequestsError: The queue is full.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise TooManyRequestsError(f"{MAX_WAITING} asynchronous requests wait already")
        self._waiting.append(request)

    def take_due(self, now: float) -> list[AsyncRequest]:
        """Take out the requests whose time has come, in their order."""
        due = sorted((r for r in self._waiting if r.due_at <= now), key=lambda r: r.due_at)
        self._waiting = [request for request in self._waiting if request.due_at > now]
        return due

    def forget(self) -> None:
        """Take out every request, and tell each."""
        forgotten, self._waiting = self._waiting, []
        for request in forgotten:
            request.ended(False)

    def next_due(self) -> float | None:
        """Return when the next request's time comes."""
        return min((request.due_at for request in self._waiting), default=None)

    def __len__(self) -> int:
        """Count the requests that wait."""
        return len(self._waiting)
