"""Drives the engine in real time: a thread that looks what is due, and threads that run it."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.functiongraph.engine.engine import Engine

LOOK_SECONDS = 0.1
"""How often it is looked, in real seconds: no event waits longer for its turn."""

AT_ONCE = 100
"""Runs at the same time: an account's default (support.huaweicloud.com/productdesc-functiongraph/
functiongraph_01_0150.html)."""

_log = logging.getLogger(__name__)


class Scheduler:
    """Looks and runs until it is stopped."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="functiongraph", daemon=True)
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="function")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what runs is ended by closing the engine afterwards."""
        self._stopped.set()
        self._thread.join()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            self._attend(self._submit_due)

    def _submit_due(self) -> None:
        for request in self._engine.due():
            self._workers.submit(self._attend, partial(self._engine.handle, request))

    @staticmethod
    def _attend(work: Callable[[], object]) -> None:
        """Do what must not end the thread it is done in: the next timer must fire all the same."""
        try:
            work()
        except Exception:  # noqa: BLE001 - logged, with its trace
            _log.exception("the local FunctionGraph failed")
