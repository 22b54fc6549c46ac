"""What the function takes from outside itself: time, sleep, chance and threads.

Everything that waits, dates or draws lots does so through a `World`, so that a test can put a
whole invocation on a clock of its own.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

Worker = Callable[[], None]


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


class World(NamedTuple):
    """The clock, the sleep, the dice and the threads of one invocation."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds on a clock that is never set; for deadlines."""

    sleep: Callable[[float], None] = time.sleep

    random: Callable[[], float] = random.random
    """A number in [0, 1)."""

    run_together: Callable[[Sequence[Worker], float], bool] = run_in_threads
    """Run workers concurrently, waiting at most so many seconds; whether all ended."""
