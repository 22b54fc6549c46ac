"""10,000 vaults by `select`, against a quota of 50 calls a second, on a virtual clock.

The real SDK, the real threads and the local cloud; only the waiting is virtual.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from local.emulator import Latency, Throttle
from tests.support.desk import Desk, desk
from vault_sync.cloud.cbr import Cbr

CALLS_PER_SECOND = 50
LATENCY_SECONDS = 0.05
TIMEOUT_SECONDS = 900.0
PREFIX = "fleet-"


def measure(vaults: int, calls_per_second: int = CALLS_PER_SECOND) -> dict[str, Any]:
    """Run one event that selects all the vaults."""
    with desk() as one:
        cbr = one.cloud.cbr()
        ids = {cbr.add_vault(f"{PREFIX}{number}").id for number in range(vaults)}
        one.cloud.faults.add(Latency(LATENCY_SECONDS), service="CBR")
        one.cloud.faults.add(
            Throttle(), service="CBR", rate=calls_per_second, burst=calls_per_second
        )
        memory = _Memory(vaults)
        began = time.perf_counter()
        with memory.watched():
            ended = one.run({"select": {"name": f"{PREFIX}*"}}, timeout=TIMEOUT_SECONDS)
        real_seconds = time.perf_counter() - began
        ideal = (vaults - calls_per_second) / calls_per_second  # the first burst is free
        return {
            "vaults": vaults,
            "calls_per_second": calls_per_second,
            "latency_seconds": LATENCY_SECONDS,
            "virtual_seconds": ended.took,
            "ideal_seconds": ideal,
            "share_of_quota": ideal / ended.took,
            "real_seconds": real_seconds,
            "statuses": dict(Counter(ended.statuses)),
            **_calls(one, ids, ended.outcomes),
            "memory": memory.found,
        }


def _calls(one: Desk, ids: set[str], outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    """Count what reached CBR, by what became of it; the journal is the judge."""
    calls = one.cloud.journal.calls("ImportCheckpoint")
    started = {call.vault_id for call in calls if call.applied}
    throttled = sum(call.status == 429 for call in calls)
    times_told = Counter(outcome["vault_id"] for outcome in outcomes)
    return {
        "sync_calls": len(calls),
        "throttled_calls": throttled,
        "wasted_calls": len(calls) - throttled - len(started),
        "lost_vaults": len(ids - started) + sum(times_told[one] != 1 for one in ids),
        "messages_published": len(one.cloud.journal.calls("PublishMessage", applied=True)),
    }


class _Memory:
    """What `vault_sync` and the SDK hold, by the lines that took it, as the run goes on."""

    def __init__(self, vaults: int) -> None:
        self.found: dict[str, float] = {}
        self._vaults = vaults
        self._calls = 0
        self._looks = {vaults // 4: "mib_after_a_quarter", vaults: "mib_after_all"}

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count the syncs that start while this is entered, and look at the memory meanwhile."""
        real = Cbr.start_sync

        def start_sync(cbr: Cbr, vault_id: str, **more: Any) -> str:
            task = real(cbr, vault_id, **more)
            self._calls += 1
            name = self._looks.get(self._calls)
            if name is not None:
                self.found[name] = _held_mib()
            return task

        tracemalloc.start()
        try:
            with patch.object(Cbr, "start_sync", start_sync):
                yield
        finally:
            tracemalloc.stop()


def _held_mib() -> float:
    gc.collect()
    snapshot = tracemalloc.take_snapshot().filter_traces(
        [
            tracemalloc.Filter(True, "*/vault_sync/*"),
            tracemalloc.Filter(True, "*/huaweicloudsdk*"),
            tracemalloc.Filter(True, "*/requests/*"),
            tracemalloc.Filter(True, "*/urllib3/*"),
        ]
    )
    return sum(trace.size for trace in snapshot.traces) / 2**20
