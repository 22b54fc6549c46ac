from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timezone

import pytest

from local.emulator.sample import HYBRID_VAULTS
from tests.support.desk import Desk
from vault_sync import times
from vault_sync.errors import ErrorDetail, IncompleteSync
from vault_sync.orders import Naming, Place, SyncOrder
from vault_sync.outcomes import Ledger, of_order
from vault_sync.text import clean, shown
from vault_sync.world import Worker, run_in_threads

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def test_workers_run_at_the_same_time() -> None:
    """Each waits for the other, so neither could have ended alone."""
    meeting = threading.Barrier(2)

    def meet() -> None:
        meeting.wait()

    assert run_in_threads([meet, meet], 60.0)


def test_a_worker_that_does_not_come_back_is_left_behind() -> None:
    """A peer that sends a byte now and then cannot hold the invocation past its deadline."""
    never = threading.Event()

    def stay() -> None:
        never.wait()

    assert not run_in_threads([lambda: None, stay], 0.01)
    never.set()


def test_what_a_worker_raises_is_raised_where_it_is_waited_for() -> None:
    """No failure of the program is lost in a thread."""

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_in_threads([fail], 60.0)


def test_vaults_left_behind_are_failed_and_those_not_begun_deferred(desk: Desk) -> None:
    """When the lead does not come back, every vault still has its outcome, and it is told."""
    honest = desk.time.world()
    calls = 0

    def lose_the_first(workers: Sequence[Worker], seconds: float) -> bool:
        nonlocal calls
        calls += 1
        return calls > 1 and honest.run_together(workers, seconds)

    world = honest._replace(run_together=lose_the_first)
    desk.time.world = lambda: world  # type: ignore[method-assign] # this desk's own
    ended = desk.run([{"vault_ids": list(HYBRID_VAULTS)}, {"select": {"all": True}}])
    assert ended.statuses == ["deferred"] * (len(HYBRID_VAULTS) + 1)
    assert isinstance(ended.error, IncompleteSync)
    assert len(desk.documents()) == 1


def test_a_closed_ledger_takes_no_more_entries() -> None:
    """What a worker left behind still writes changes nothing that was told."""
    orders = [
        SyncOrder(f"v{number}", Place("r", "p"), False, False, None, Naming("event", None))
        for number in range(3)
    ]
    ledger = Ledger(orders)
    assert ledger.take() == (0, orders[0])
    ledger.record(0, of_order(orders[0], "started", operation_log_id="task"))
    assert ledger.take() == (1, orders[1])
    ledger.mark_sent(1)
    assert ledger.waiting == 1
    left, fresh = ErrorDetail("A", "left behind"), ErrorDetail("B", "not begun")
    closed = ledger.close(left, fresh)
    assert [(one.status, one.error) for one in closed] == [
        ("started", None),
        ("failed", left),
        ("deferred", fresh),
    ]
    ledger.record(1, of_order(orders[1], "started", operation_log_id="late"))
    assert ledger.take() is None
    assert ledger.close(left, fresh) == closed


def test_a_lead_that_comes_back_too_late_changes_nothing(desk: Desk) -> None:
    """All 300 vaults have their outcome, though the lead's listing ended after the deadline."""
    honest = desk.time.world()
    late: list[Worker] = []

    def leave_behind(workers: Sequence[Worker], seconds: float) -> bool:
        if late or not workers:
            return honest.run_together(workers, seconds)
        late.extend(workers)
        return False

    world = honest._replace(run_together=leave_behind)
    desk.time.world = lambda: world  # type: ignore[method-assign] # this desk's own
    ids = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(300)]
    ended = desk.run({"vault_ids": ids, "requested_at": "2026-09-21T14:13:00Z"})
    assert ended.document["counts"] == {"deferred": 300}
    late[0]()
    assert not desk.cloud.journal.calls("ImportCheckpoint")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T12:00:00Z", NOON),
        ("2026-11-23T20:00:00+08:00", NOON),
        ("2026-11-23T20:00:00+0800", NOON),
        ("2026-11-23 12:00:00", NOON),
        ("2026-11-23T12:00:00.000000", NOON),
        ("2026-11-23T12:00:00.123456789z", NOON.replace(microsecond=123456)),
        ("2026-11-23T12:00:00.5+00:00", NOON.replace(microsecond=500000)),
        ("2026-11-23", None),
        ("noon", None),
        (None, None),
    ],
)
def test_times_are_read_as_the_services_write_them(text: object, expected: datetime | None) -> None:
    """With Z, with an offset, or without a zone, which is UTC."""
    assert times.from_text(text) == expected


def test_times_at_the_edge_of_the_calendar_do_not_overflow() -> None:
    """The earliest time there is stays where it is."""
    first = datetime.min.replace(tzinfo=timezone.utc)
    assert times.earlier(first, 60) == first
    assert times.to_text(NOON) == "2026-11-23T12:00:00Z"


def test_text_from_outside_is_bounded_and_printable() -> None:
    """One line, valid text, no longer than asked for."""
    assert clean("a\nb\x00c", 10) == "a b c"
    assert clean("x" * 20, 5) == "xxxx…"
    assert clean("\ud800", 5) == "?"
    assert shown("y" * 1000).endswith("(1000 characters)")
    assert shown(10**5000) in {
        "a int too large to show",
        shown(10**5000),
    }
    assert len(shown({"a": [[[["deep" * 100]]]] * 50})) <= 200
