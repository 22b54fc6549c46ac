"""What the function takes from outside itself: time, sleep, chance and threads.

Everything that waits, reads a clock, draws a random number or runs in a thread does so through a
`System`, so that a test can put a whole invocation on a clock of its own.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

Worker = Callable[[], None]
Job = TypeVar("Job")
Answer = TypeVar("Answer")


def run_in_threads(workers: Sequence[Worker], seconds: float) -> bool:
    """Run the workers at the same time and wait for them, `seconds` at most.

    Returns:
        Whether all of them ended. One that did not (a peer that sends a byte now and then defeats
        every socket timeout) is left behind in its daemon thread.
    """
    until = time.monotonic() + seconds
    errors: list[BaseException] = []

    def kept(worker: Worker) -> None:
        try:
            worker()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            errors.append(error)

    threads = [threading.Thread(target=kept, args=[worker], daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    if errors:
        raise errors[0]
    return not any(thread.is_alive() for thread in threads)


class System(NamedTuple):
    """The clock, the sleep, the chance and the threads of one invocation."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds on a clock that is never set; for deadlines."""

    sleep: Callable[[float], None] = time.sleep

    random: Callable[[], float] = random.random
    """A number in [0, 1)."""

    run_together: Callable[[Sequence[Worker], float], bool] = run_in_threads
    """Run workers at the same time, waiting at most so many seconds; whether all ended."""


class Jobs(Generic[Job, Answer]):
    """Jobs that workers share. Each job is done once and gets one answer at most.

    Once the jobs are closed, no worker gets another one, and what a worker that comes too late
    still answers changes nothing.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        do: Callable[[Job], Answer],
        broken: Callable[[Job, Exception], Answer],
    ) -> None:
        """Take the jobs.

        Args:
            jobs: Taken one by one, so that an iterator makes each only when it is wanted.
            do: Does one job.
            broken: The answer of a job for which `do` raised something unforeseen.
        """
        self._jobs = enumerate(jobs)
        self._do = do
        self._broken = broken
        self._answers: dict[int, Answer] = {}
        self._closed = False
        self._given_out = 0
        self._exhausted = False
        self._lock = threading.Lock()

    def do_next(self) -> bool:
        """Do the next job; False when there is none."""
        with self._lock:
            if self._closed or self._exhausted:
                return False
            number, job = next(self._jobs, (None, None))
            if number is None or job is None:
                self._exhausted = True
                return False
            self._given_out += 1
        try:
            answer = self._do(job)
        except Exception as error:  # noqa: BLE001 - becomes the job's answer; the other jobs go on
            answer = self._broken(job, error)
        with self._lock:
            if not self._closed:
                self._answers[number] = answer
        return True

    @property
    def finished(self) -> bool:
        """Whether every job there was has an answer."""
        with self._lock:
            return self._exhausted and len(self._answers) == self._given_out

    def close(self) -> dict[int, Answer]:
        """Give out no more jobs; return the answers by the number of the job, from 0 on."""
        with self._lock:
            self._closed = True
            return self._answers

    def work_through(
        self,
        system: System,
        *,
        alone_until: Callable[[], bool],
        workers: int,
        seconds_left: Callable[[], float],
    ) -> dict[int, Answer]:
        """Do all jobs: first alone, then together. Return the answers there are when time is up.

        Args:
            system: Runs the workers.
            alone_until: One worker goes ahead until this is true, so that a refusal which holds
                for all of them is met once.
            workers: How many may work together.
            seconds_left: For how long workers are waited for, asked before each start.
        """

        def alone() -> None:
            while not alone_until() and self.do_next():
                pass

        def together() -> None:
            while self.do_next():
                pass

        if not alone_until():
            system.run_together([alone], max(0.0, seconds_left()))
        if alone_until() and not self._exhausted:
            system.run_together([together] * workers, max(0.0, seconds_left()))
        return self.close()
