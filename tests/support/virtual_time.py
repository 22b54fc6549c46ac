"""A clock on which whole invocations run, threads included, without waiting.

One thread runs at a time. A thread that sleeps hands its turn to whoever wakes first; when all
sleep, the clock jumps. Threads that wake at the same moment go in an order drawn from the seed, so
that one seed is one interleaving, and another seed another.
"""

from __future__ import annotations

import heapq
import math
import random
import threading
from collections.abc import Callable, Sequence

from vault_sync.system import System

START = 1_790_000_000.0
"""An arbitrary second in 2026."""

LONGEST_PAUSE = 3600.0
"""How far the clock goes at a time while what was left behind comes to its end."""


class VirtualTime:
    """Time that passes only where somebody sleeps."""

    def __init__(self, seed: int = 0, start: float = START) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance for tests, not for secrets
        self.slept: list[tuple[float, float]] = []
        self._now = start
        self._waiting: list[tuple[float, float, int, _Turn]] = []
        self._count = 0

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let others run for so many seconds of the clock."""
        self.slept.append((self._now, seconds))
        turn = _Turn()
        self._wait(self._now + max(0.0, seconds), turn)
        self._pass_on()
        turn.come()

    def run_together(
        self, workers: Sequence[Callable[[], None]], seconds: float = math.inf
    ) -> bool:
        """Run workers as threads on this clock, and wait for them, `seconds` of it at most.

        Returns:
            Whether all have ended. One that has not is left behind: it goes on when the clock
            does, as a thread would whose process is frozen after the handler and thawed later.

        Raises:
            BaseException: The first that a worker raised before that.
        """
        errors: list[BaseException] = []
        running = len(workers)
        parent = _Turn()

        def life(worker: Callable[[], None], turn: _Turn) -> None:
            nonlocal running
            turn.come()
            try:
                worker()
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                errors.append(error)
            running -= 1
            if running == 0:
                self._wait(self._now, parent)
            self._pass_on()

        for worker in workers:
            turn = _Turn()
            threading.Thread(target=life, args=[worker, turn], daemon=True).start()
            self._wait(self._now, turn)
        if workers:
            self._wait(self._now + max(0.0, seconds), parent)
            self._pass_on()
            parent.come()
        if errors:
            raise errors[0]
        return running == 0

    def settle(self) -> None:
        """Let time pass until everybody who was left behind has ended."""
        while any(not turn.given for _, _, _, turn in self._waiting):
            self.sleep(LONGEST_PAUSE)

    def system(self) -> System:
        """Return a system on this clock, with chance from its seed."""
        return System(
            now=self.now,
            monotonic=self.now,
            sleep=self.sleep,
            random=self.random.random,
            run_together=self.run_together,
        )

    def _wait(self, moment: float, turn: _Turn) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (moment, self.random.random(), self._count, turn))

    def _pass_on(self) -> None:
        """Give the turn to whoever wakes first."""
        while True:
            moment, _, _, turn = heapq.heappop(self._waiting)
            if not turn.given:
                break
        self._now = max(self._now, moment)
        turn.give()


class _Turn:
    """A thread's right to run; it is given once, whoever else would give it later."""

    def __init__(self) -> None:
        self.given = False
        self._lock = threading.Lock()
        self._lock.acquire()

    def give(self) -> None:
        self.given = True
        self._lock.release()

    def come(self) -> None:
        """Return when it is given."""
        self._lock.acquire()
