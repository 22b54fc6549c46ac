from __future__ import annotations

import itertools
from typing import Any

import pytest

from local.emulator import AfterSeconds, Course, Error, Failed, Latency, Success
from local.emulator.sample import HYBRID_VAULTS
from tests.support.desk import Desk

ERP, FILES, MAIL, LAB = HYBRID_VAULTS
ALL = {"vault_ids": list(HYBRID_VAULTS), "wait_seconds": 600}


def _course(desk: Desk, vault: str, seconds: float, ending: Any = None) -> None:
    desk.cloud.cbr().set_course(vault, Course(AfterSeconds(seconds), ending or Success()))


def test_a_sync_that_is_waited_for_is_told_with_its_end(desk: Desk) -> None:
    """The notification says how each task ended; it is one listing a look for all of them."""
    for number, vault in enumerate(HYBRID_VAULTS):
        _course(desk, vault, 5 + number * 10, Failed() if vault == MAIL else Success(2, 0, 0))
    ended = desk.run(ALL, timeout=900)
    assert ended.result is not None
    assert ended.statuses == ["started"] * 4
    assert {one["vault_id"]: one["status"] for one in ended.result["tasks"]} == {
        ERP: "success",
        FILES: "success",
        MAIL: "failed",
        LAB: "success",
    }
    assert "window" not in ended.result
    (message,) = desk.cloud.smn().messages()
    assert message.attributes == {"outcome": "problem"}
    assert "1 sync failed" in str(message.subject)
    looks = desk.cloud.journal.calls("ListOpLogs")
    assert 2 <= len(looks) <= 10
    assert all(entry.vault_id is None for entry in looks)


def test_waiting_stops_when_all_have_ended(desk: Desk) -> None:
    """Nobody stays for `wait_seconds` without a reason."""
    for vault in HYBRID_VAULTS:
        _course(desk, vault, 4)
    ended = desk.run(ALL, timeout=900)
    assert 4 <= ended.took < 10


def test_looks_become_rarer(desk: Desk) -> None:
    """The pauses between them grow, up to half a minute."""
    _course(desk, ERP, 500)
    desk.run({"vault_id": ERP, "wait_seconds": 400}, timeout=900)
    times = [entry.time for entry in desk.cloud.journal.calls("ListOpLogs")]
    pauses = [round(later - sooner) for sooner, later in itertools.pairwise(times)]
    assert pauses[:-1] == sorted(pauses[:-1])
    assert max(pauses) <= 30
    assert len(times) < 25


def test_what_still_runs_at_the_end_is_said_to_be_running(desk: Desk) -> None:
    """After `wait_seconds`, whatever the deadline would still allow."""
    _course(desk, ERP, 5_000)
    ended = desk.run({"vault_id": ERP, "wait_seconds": 60}, timeout=900)
    assert ended.result is not None
    assert [one["status"] for one in ended.result["tasks"]] == ["running"]
    assert ended.took <= 61
    assert "1 still running" in str(desk.cloud.smn().messages()[0].subject)


@pytest.mark.parametrize("timeout", [8.0, 30.0, 120.0])
@pytest.mark.parametrize("latency", [0.0, 4.0])
def test_waiting_never_costs_the_deadline_or_the_notification(
    desk: Desk, timeout: float, latency: float
) -> None:
    """The invocation ends in time, and the topic is told."""
    _course(desk, ERP, 5_000)
    if latency:
        desk.cloud.faults.add(Latency(latency), operation="ListOpLogs")
    ended = desk.run({"vault_id": ERP, "wait_seconds": 600}, timeout=timeout)
    assert ended.took <= timeout
    assert len(desk.documents()) == 1
    assert ended.error is None


def test_a_task_from_before_the_event_is_waited_for_and_followed_by_the_vaults_own(
    desk: Desk,
) -> None:
    """It may have missed the restore points the event speaks of."""
    _course(desk, ERP, 1_000)
    desk.run({"vault_id": ERP})
    desk.time.sleep(990)
    ended = desk.run({"vault_id": ERP, "wait_seconds": 60})
    assert ended.result is not None
    assert ended.statuses == ["started"]
    assert [one["status"] for one in ended.result["tasks"]] == ["success", "running"]
    first, second = (task.id for task in desk.cloud.cbr().tasks(ERP))
    assert {ended.of(ERP)["operation_log_id"]} == {second} != {first}


@pytest.mark.parametrize("other", ["runs", "is started"])
def test_tasks_begun_far_apart_are_all_seen_to_end(desk: Desk, other: str) -> None:
    """One runs for thirty hours already; the other began just now, or is this event's own."""
    _course(desk, ERP, 30 * 3600 + 40)
    _course(desk, FILES, 60)
    desk.run({"vault_id": ERP})
    desk.time.sleep(30 * 3600)
    if other == "runs":
        desk.run({"vault_id": FILES})
    ended = desk.run({"vault_ids": [ERP, FILES], "wait_seconds": 120}, timeout=900)
    assert ended.result is not None
    first = {one["operation_log_id"]: one["status"] for one in ended.result["tasks"]}
    assert list(first.values())[:2] == ["success", "success"]


def test_a_task_from_before_the_event_that_does_not_end_in_time_is_told_as_it_is(
    desk: Desk,
) -> None:
    """The vault's own sync is not asked for while CBR is at the earlier one."""
    _course(desk, ERP, 5_000)
    desk.run({"vault_id": ERP})
    desk.time.sleep(60)
    ended = desk.run({"vault_id": ERP, "wait_seconds": 30})
    assert ended.statuses == ["already_running"]
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 2  # one in each invocation
    assert 30 <= ended.took < 40


def test_tasks_that_cannot_be_listed_are_not_waited_for(desk: Desk) -> None:
    """It is said why, and nothing else is lost."""
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ListOpLogs")
    ended = desk.run(ALL)
    assert ended.result is not None
    assert ended.statuses == ["started"] * 4
    assert {one["status"] for one in ended.result["tasks"]} == {"running"}
    (message,) = desk.cloud.smn().messages()
    assert "Note: the tasks could not be followed to their end" in str(message.text_for("email"))
    assert ended.took < 10


def test_only_those_who_ask_are_waited_for(desk: Desk) -> None:
    """A plain sync beside it is told as started."""
    _course(desk, ERP, 5)
    _course(desk, FILES, 5_000)
    ended = desk.run([{"vault_id": ERP, "wait_seconds": 60}, {"vault_id": FILES}])
    assert ended.result is not None
    assert [one["vault_id"] for one in ended.result["tasks"]] == [ERP]
    assert ended.took < 10


def test_a_wait_goes_on_to_the_last_moment_for_calls(desk: Desk) -> None:
    """A pause that would be too long is shortened, and the task is seen to have ended."""
    _course(desk, ERP, 54)
    ended = desk.run({"vault_id": ERP, "wait_seconds": 600}, timeout=60)
    assert ended.result is not None
    assert [one["status"] for one in ended.result["tasks"]] == ["success"]
