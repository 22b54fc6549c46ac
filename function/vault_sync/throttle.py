"""How long callers stay away: after a failure, and all of them together after a 429.

A quota belongs to the caller, not to the call that happened to meet it. So the first 429 stops
every worker, and afterwards calls leave one by one at a rate measured from what succeeded; the
rate then grows until the service objects again (additive increase, multiplicative decrease).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from vault_sync.system import System

BASE_SECONDS = 0.5
LONGEST_SECONDS = 20.0

WINDOW_SECONDS = 1.0
"""Over which the rate of successes is measured."""

SHARE_AFTER_429 = 0.85
"""Of the measured rate, after a first 429."""

FIRST_FLOOR = 5.0
"""The first 429 slows calls down to this many a second at the least. Only a 429 that follows at
once goes lower."""

FLOOR = 0.2
"""Calls a second that are always tried."""

STEP_PER_SUCCESS = 0.1
"""Calls a second that each success adds."""


def backoff_seconds(failures: int, random: Callable[[], float]) -> float:
    """Return how long to stay away after so many failures in a row: full jitter.

    Drawn evenly from nothing to 0.5 s, doubled with each failure up to 20 s, so that callers
    that failed together do not come back together.
    """
    return random() * min(LONGEST_SECONDS, BASE_SECONDS * 2.0 ** min(failures - 1, 16))


class ThrottleGate:
    """One gate for all workers: it tells each call when it may leave."""

    def __init__(self, system: System, max_per_second: float | None) -> None:
        self._system = system
        self._lock = threading.Lock()
        self._max_rate = max_per_second
        self._rate = max_per_second
        self._next_slot = system.monotonic()
        self._closed_at = float("-inf")
        self._closed_until = float("-inf")
        self._throttled_in_a_row = 0
        self._successes: deque[float] = deque()

    def reserve(self) -> float:
        """Take the next slot; return when it is, on the system's monotonic clock."""
        with self._lock:
            slot = max(self._system.monotonic(), self._next_slot, self._closed_until)
            self._next_slot = slot + (1 / self._rate if self._rate else 0.0)
            return slot

    def is_open_at(self, slot: float) -> bool:
        """Tell whether the gate stayed open for a slot taken earlier."""
        with self._lock:
            return slot >= self._closed_until

    def succeeded(self) -> None:
        """Count a call that the service let through."""
        with self._lock:
            now = self._system.monotonic()
            self._throttled_in_a_row = 0
            self._successes.append(now)
            self._forget_old(now)
            if self._rate is not None:
                self._rate += STEP_PER_SUCCESS
                if self._max_rate is not None:
                    self._rate = min(self._rate, self._max_rate)

    def throttled(self, sent_at: float, retry_after: float | None) -> None:
        """Close the gate for everyone, for a drawn time or for `retry_after` seconds if longer."""
        with self._lock:
            now = self._system.monotonic()
            if sent_at <= self._closed_at:  # left before the gate closed: the same refusal
                self._closed_until = max(self._closed_until, now + (retry_after or 0.0))
                return
            self._throttled_in_a_row += 1
            self._slow_down(now)
            pause = backoff_seconds(self._throttled_in_a_row, self._system.random)
            self._closed_at = now
            self._closed_until = now + max(pause, retry_after or 0.0)
            self._next_slot = self._closed_until

    def _slow_down(self, now: float) -> None:
        if self._throttled_in_a_row > 1 and self._rate is not None:
            self._rate = max(FLOOR, self._rate / 2)
            return
        self._forget_old(now)
        measured = SHARE_AFTER_429 * len(self._successes) / WINDOW_SECONDS
        limits = [rate for rate in (self._rate, self._max_rate) if rate is not None]
        self._rate = min([max(FIRST_FLOOR, measured), *limits])

    def _forget_old(self, now: float) -> None:
        while self._successes and self._successes[0] <= now - WINDOW_SECONDS:
            self._successes.popleft()
