"""The cloud under many threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from local.emulator import AfterSeconds, AnswerLost, Cloud, Course, Latency
from local.emulator.sample import populate
from tests.local.emulator.reaching import Reach, operation_logs, publish, reached, sync

THREADS = 8
ROUNDS = 25


def is_started(client: Any, vault_id: str) -> bool:
    """Ask for a sync: it starts, or one is running."""
    try:
        sync(client, vault_id)
    except ClientRequestException as refusal:
        if refusal.error_code != "BackupService.7302":
            raise
        return False
    return True


def test_eight_threads_lose_nothing_and_double_nothing(reach: Reach) -> None:
    """Every call is in the journal once; every vault has one task; ids are unique."""
    reach.cloud.course = Course(AfterSeconds(1e9))
    vaults = [reach.cloud.cbr().add_vault(f"v-{n}").id for n in range(ROUNDS)]
    cbr, smn = reach.cbr(), reach.smn()
    barrier = threading.Barrier(THREADS)

    def work(number: int) -> int:
        barrier.wait(10)
        started = 0
        for vault_id in vaults:
            started += is_started(cbr, vault_id)
        operation_logs(cbr, limit=1000)
        publish(smn, message=str(number))
        return started

    with ThreadPoolExecutor(THREADS) as pool:
        started = list(pool.map(work, range(THREADS)))

    journal = reach.cloud.journal
    assert sum(started) == ROUNDS
    assert len(journal) == THREADS * (ROUNDS + 2)
    assert [entry.number for entry in journal] == list(range(1, len(journal) + 1))
    assert len({entry.request_id for entry in journal}) == len(journal)
    assert len(journal.calls("ImportCheckpoint", applied=True)) == ROUNDS
    assert all(len(reach.cloud.cbr().tasks(vault_id)) == 1 for vault_id in vaults)
    assert len(reach.cloud.smn().messages()) == THREADS


def test_a_rule_of_n_times_fires_n_times_under_threads(inside: Reach) -> None:
    """Two threads never share one firing."""
    rule = inside.cloud.faults.add(AnswerLost(), times=10)
    client = inside.cbr()

    def call(_: int) -> bool:
        try:
            operation_logs(client)
        except Exception:  # noqa: BLE001 - counted
            return True
        return False

    with ThreadPoolExecutor(THREADS) as pool:
        failed = sum(pool.map(call, range(60)))

    assert (failed, rule.fired, rule.matched) == (10, 10, 60)


def test_nobody_sleeps_while_holding_the_lock() -> None:
    """While one call waits out its latency, another thread's call is answered."""

    class HandingOver:
        """Sleep lets another thread finish a call before it returns."""

        def __init__(self) -> None:
            self.other: Any = None
            self.finished: list[bool] = []

        def now(self) -> float:
            return 0.0

        def sleep(self, _seconds: float) -> None:
            thread = threading.Thread(target=self.other)
            thread.start()
            thread.join(10)
            self.finished.append(not thread.is_alive())

    clock = HandingOver()
    cloud = Cloud(populate=populate, clock=clock)
    cloud.faults.add(Latency(0.1), nth=1)
    with reached(cloud, "in process") as reach:
        client = reach.cbr()
        clock.other = lambda: operation_logs(client)
        sync(client)

    assert clock.finished == [True]
    assert [entry.operation for entry in cloud.journal] == ["ImportCheckpoint", "ListOpLogs"]


def test_state_is_read_and_reset_while_it_is_used(inside: Reach) -> None:
    """Looking on from another thread never fails."""
    client = inside.cbr()
    stop = threading.Event()
    seen: list[int] = []

    def look_on() -> None:
        while not stop.is_set():
            seen.append(len(inside.cloud.journal.calls("ListOpLogs")))
            inside.cloud.cbr().tasks()

    onlooker = threading.Thread(target=look_on)
    onlooker.start()
    for number in range(100):
        operation_logs(client)
        if number == 50:
            inside.cloud.reset()
    stop.set()
    onlooker.join(10)

    assert len(inside.cloud.journal) == 49
    assert seen
