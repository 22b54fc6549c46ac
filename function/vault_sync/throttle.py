"""One gate for all workers: closed by a 429, and opened again at the pace the service bears.

A quota belongs to the caller, not to the call that happened to meet it. So the first 429 stops
every worker, and afterwards calls leave one by one at a rate measured from what succeeded; the
rate then grows until the service objects again (additive increase, multiplicative decrease).
"""

from __future__ import annotations

import threading
from collections import deque

from vault_sync.retry import backoff_seconds
from vault_sync.world import World

WINDOW_SECONDS = 1.0
"""Over which the rate of successes is measured."""

SHARE_AFTER_429 = 0.85
"""Of the measured rate, after a first 429."""

FIRST_FLOOR = 5.0
"""Calls a second that a first 429 does not go below; only one right after it does."""

FLOOR = 0.2
"""Calls a second that are always tried."""

STEP_PER_SUCCESS = 0.1
"""Calls a second that each success adds."""


class ThrottleGate:
    """Tells each call when it may leave."""

    def __init__(self, world: World, max_per_second: float | None) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._max_rate = max_per_second
        self._rate = max_per_second
        self._next_slot = world.monotonic()
        self._closed_at = float("-inf")
        self._closed_until = float("-inf")
        self._throttled_in_a_row = 0
        self._successes: deque[float] = deque()

    def reserve(self) -> float:
        """Take the next slot; return when it is, on the world's monotonic clock."""
        with self._lock:
            slot = max(self._world.monotonic(), self._next_slot, self._closed_until)
            self._next_slot = slot + (1 / self._rate if self._rate else 0.0)
            return slot

    def is_open_at(self, slot: float) -> bool:
        """Tell whether the gate stayed open for a slot taken earlier."""
        with self._lock:
            return slot >= self._closed_until

    def succeeded(self) -> None:
        """Count a call that the service let through."""
        with self._lock:
            now = self._world.monotonic()
            self._throttled_in_a_row = 0
            self._successes.append(now)
            self._forget_old(now)
            if self._rate is not None:
                self._rate += STEP_PER_SUCCESS
                if self._max_rate is not None:
                    self._rate = min(self._rate, self._max_rate)

    def throttled(self, sent_at: float, retry_after: float | None) -> None:
        """Close the gate for everyone, for `retry_after` seconds or a drawn time."""
        with self._lock:
            now = self._world.monotonic()
            if sent_at <= self._closed_at:  # left before the gate closed: the same refusal
                self._closed_until = max(self._closed_until, now + (retry_after or 0.0))
                return
            self._throttled_in_a_row += 1
            self._slow_down(now)
            pause = backoff_seconds(self._throttled_in_a_row, self._world.random)
            self._closed_at = now
            self._closed_until = now + (pause if retry_after is None else retry_after)
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
