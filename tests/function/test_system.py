from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import datetime, timezone

import pytest

from local.emulator.sample import HYBRID_VAULTS
from local.emulator.transfer import Reply, Request
from tests.support.desk import Desk
from vault_sync import times
from vault_sync.calls import Calls, Deadline, Operation
from vault_sync.errors import CallFailed, IncompleteSync, Kind
from vault_sync.project import Project
from vault_sync.system import Jobs, System, Worker, run_in_threads
from vault_sync.text import clean, shown
from vault_sync.throttle import ThrottleGate

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
    honest = desk.time.system()
    calls = 0

    def lose_the_first(workers: Sequence[Worker], seconds: float) -> bool:
        nonlocal calls
        calls += 1
        if calls > 1:
            return honest.run_together(workers, seconds)
        honest.sleep(seconds)
        return False

    world = honest._replace(run_together=lose_the_first)
    desk.time.system = lambda: world  # type: ignore[method-assign] # this desk's own
    ended = desk.run([{"vault_ids": list(HYBRID_VAULTS)}, {"select": {"all": True}}])
    assert ended.statuses == ["deferred"] * (len(HYBRID_VAULTS) + 1)
    assert isinstance(ended.error, IncompleteSync)
    assert len(desk.documents()) == 1


def test_a_vault_that_cbr_was_asked_for_is_never_deferred(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that drips in defeats every timeout; the sync may have begun, and that is said."""
    answer = desk.cloud.answer
    asked: list[str] = []

    def drip_after_the_first(request: Request) -> Reply:
        reply = answer(request)
        if "checkpoints/sync" in request.target:
            asked.append(json.loads(request.body)["sync"]["vault_id"])
            if len(asked) > 1:
                desk.time.sleep(600.0)
        return reply

    monkeypatch.setattr(desk.cloud, "answer", drip_after_the_first)
    ended = desk.run({"vault_ids": list(HYBRID_VAULTS)}, {"MAX_CONCURRENCY": "2"})
    assert ended.took < 60.0
    unknown = [ended.of(vault_id) for vault_id in asked[1:]]
    assert [(one["status"], one["error"]["code"]) for one in unknown] == [
        ("failed", "OutcomeUnknown")
    ] * 2
    assert sorted(ended.statuses) == ["deferred", "failed", "failed", "started"]
    assert isinstance(ended.error, IncompleteSync)


def test_closed_jobs_give_out_no_more_and_take_no_more_answers() -> None:
    """What a worker that was left behind still answers changes nothing that was told."""
    jobs: Jobs[int, str]

    def close_at_one(job: int) -> str:
        if job == 1:
            jobs.close()
        return f"answer {job}"

    jobs = Jobs(range(3), close_at_one, lambda job, _: f"broken {job}")
    assert jobs.do_next()
    assert jobs.do_next()
    assert not jobs.do_next()
    assert jobs.close() == {0: "answer 0"}
    assert not jobs.finished


def test_a_job_that_breaks_has_an_answer_and_the_others_go_on() -> None:
    """Something unforeseen about one vault is nothing to the others."""
    jobs = Jobs(range(4), lambda job: 12 // (job - 1), lambda job, error: -job if error else 0)
    answers = jobs.work_through(
        System(), alone_until=lambda: True, workers=2, seconds_left=lambda: 60.0
    )
    assert answers == {0: -12, 1: -1, 2: 12, 3: 6}
    assert jobs.finished


def test_jobs_are_done_first_alone_then_together() -> None:
    """Until the first has shown that it may be done, no other is begun."""
    running: list[int] = []
    groups: list[int] = []

    def together(workers: Sequence[Worker], seconds: float) -> bool:
        del seconds
        groups.append(len(workers))
        for worker in workers:
            worker()
        return True

    system = System(run_together=together)
    jobs = Jobs(range(6), running.append, lambda *_: None)
    jobs.work_through(
        system, alone_until=lambda: len(running) >= 2, workers=4, seconds_left=lambda: 1.0
    )
    assert groups == [1, 4]
    assert running == list(range(6))


def test_a_lead_that_comes_back_too_late_changes_nothing(desk: Desk) -> None:
    """All 300 vaults have their outcome, though the lead's listing ended after the deadline."""
    honest = desk.time.system()
    late: list[Worker] = []

    def leave_behind(workers: Sequence[Worker], seconds: float) -> bool:
        if late or not workers:
            return honest.run_together(workers, seconds)
        late.extend(workers)
        honest.sleep(seconds)
        return False

    world = honest._replace(run_together=leave_behind)
    desk.time.system = lambda: world  # type: ignore[method-assign] # this desk's own
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
    assert clean("\ud800\u202ea\u2028b", 5) == "  a b"
    assert shown("y" * 1000).endswith("(1000 characters)")
    assert shown(10**5000) == "a very large number"
    assert shown({"password": "secret"}) == "an object"


def test_no_call_leaves_after_the_handlers_end() -> None:
    """A worker that was left behind and wakes up later signs nothing any more."""
    system = System(monotonic=lambda: 0.0, sleep=lambda _: None)
    calls = Calls(system, Deadline(system, 60.0, 3.0), ThrottleGate(system, None), 5)
    sent: list[str] = []
    operation = Operation("ListVault", Project("r", "p"))
    calls.once(operation, lambda: sent.append("before"))
    calls.close()
    with pytest.raises(CallFailed) as caught:
        calls.repeated(operation, lambda: sent.append("after"))
    assert caught.value.kind is Kind.OUT_OF_TIME
    assert sent == ["before"]
