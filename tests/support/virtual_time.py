"""A clock on which whole invocations run, threads included, without waiting.

One thread runs at a time. A thread that sleeps hands its turn to whoever wakes first; when all
sleep, the clock jumps. Threads that wake at the same moment go in an order drawn from the seed, so
that one seed is one interleaving, and another seed another.
"""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable, Sequence

from vault_sync.system import System

START = 1_790_000_000.0
"""An arbitrary second in 2026."""


class VirtualTime:
    """Time that passes only where somebody sleeps."""

    def __init__(self, seed: int = 0, start: float = START) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance for tests, not for secrets
        self.slept: list[tuple[float, float]] = []
        self._now = start
        self._waiting: list[tuple[float, float, int, threading.Lock]] = []
        self._count = 0

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let others run for so many seconds of the clock."""
        self.slept.append((self._now, seconds))
        self._give_turn_until(self._now + max(0.0, seconds))

    def run_together(self, workers: Sequence[Callable[[], None]], seconds: float = 0.0) -> bool:
        """Run workers as threads on this clock; return when all have ended.

        Raises:
            BaseException: The first that a worker raised.
        """
        del seconds  # the workers' own timeouts, on this clock, must end them
        errors: list[BaseException] = []
        running = len(workers)
        parent = _taken_lock()

        def life(worker: Callable[[], None], turn: threading.Lock) -> None:
            nonlocal running
            turn.acquire()
            try:
                worker()
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                errors.append(error)
            running -= 1
            if running == 0:
                self._wait(self._now, parent)
            self._pass_on()

        for worker in workers:
            turn = _taken_lock()
            threading.Thread(target=life, args=[worker, turn], daemon=True).start()
            self._wait(self._now, turn)
        if workers:
            self._pass_on()
            parent.acquire()
        if errors:
            raise errors[0]
        return True

    def system(self) -> System:
        """Return a system on this clock, with chance from its seed."""
        return System(
            now=self.now,
            monotonic=self.now,
            sleep=self.sleep,
            random=self.random.random,
            run_together=self.run_together,
        )

    def _give_turn_until(self, moment: float) -> None:
        turn = _taken_lock()
        self._wait(moment, turn)
        self._pass_on()
        turn.acquire()

    def _wait(self, moment: float, turn: threading.Lock) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (moment, self.random.random(), self._count, turn))

    def _pass_on(self) -> None:
        moment, _, _, turn = heapq.heappop(self._waiting)
        self._now = max(self._now, moment)
        turn.release()


def _taken_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock
