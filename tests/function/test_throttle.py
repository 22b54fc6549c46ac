from __future__ import annotations

import pytest

from local.emulator.sample import PROJECT_ID, REGION
from tests.support.desk import Desk
from tests.support.virtual_time import VirtualTime
from vault_sync.throttle import ThrottleGate, backoff_seconds

SECOND = "b" * 32


def _passes(gate: ThrottleGate, time: VirtualTime, number: int) -> list[float]:
    """Let calls through one after the other; return when each left, from now on."""
    began = time.now()
    left = []
    for _ in range(number):
        slot = gate.reserve()
        if slot > time.now():
            time.sleep(slot - time.now())
        assert gate.is_open_at(slot)
        left.append(time.now() - began)
        gate.succeeded()
    return left


def test_backoff_is_full_jitter_up_to_a_limit() -> None:
    """Drawn from nothing to a bound that doubles and stays below twenty seconds."""
    assert backoff_seconds(1, lambda: 0.0) == 0.0
    assert [backoff_seconds(number, lambda: 1.0) for number in (1, 2, 3, 4)] == [0.5, 1, 2, 4]
    assert backoff_seconds(1_000, lambda: 1.0) == 20.0


def test_an_open_gate_holds_nobody_back() -> None:
    """Without a 429 and without a cap, calls leave at once."""
    time = VirtualTime()
    assert _passes(ThrottleGate(time.system(), None), time, 100) == [0.0] * 100


def test_a_cap_spaces_calls_from_the_first() -> None:
    """MAX_CALLS_PER_SECOND holds whatever the service would bear."""
    time = VirtualTime()
    left = _passes(ThrottleGate(time.system(), 4.0), time, 9)
    assert left[0] == 0
    assert abs(left[-1] - 2.0) < 1e-6


def test_a_429_closes_the_gate_for_slots_that_were_taken_before() -> None:
    """A worker on its way to the gate turns round when it has closed meanwhile."""
    time = VirtualTime()
    gate = ThrottleGate(time.system(), None)
    slot = gate.reserve()
    gate.throttled(time.now(), 5.0)
    assert not gate.is_open_at(slot)
    assert gate.reserve() == time.now() + 5.0


def test_refusals_of_calls_that_left_together_count_once() -> None:
    """Sixteen workers that meet one quota are one event, not sixteen."""
    time = VirtualTime()
    gate = ThrottleGate(time.system(), None)
    sent_at = time.now()
    gate.throttled(sent_at, None)
    before = gate.reserve()
    for _ in range(15):
        gate.throttled(sent_at, None)
    assert gate.reserve() - before <= 1 / 5.0 + 1e-6
    gate.throttled(sent_at, 30.0)  # but the longest Retry-After of them holds
    assert gate.reserve() >= time.now() + 30.0


def test_refusals_in_a_row_slow_down_to_a_floor_and_success_speeds_up() -> None:
    """The pace follows what the service bears, in both directions."""
    time = VirtualTime()
    gate = ThrottleGate(time.system(), None)
    for _ in range(20):
        gate.throttled(time.now(), 0.0)
        time.sleep(0.001)
    first, second = gate.reserve(), gate.reserve()
    assert abs((second - first) - 1 / 0.2) < 1e-6
    time.sleep(second - time.now())
    left = _passes(gate, time, 200)
    assert left[-1] - left[-2] < 1 / 5.0


def test_each_refusal_in_a_row_halves_the_pace() -> None:
    """The first one slows down to 85 % of what succeeded in the last second, the next to half."""
    time = VirtualTime()
    gate = ThrottleGate(time.system(), None)
    for _ in range(40):
        gate.succeeded()
    for pace in (34.0, 17.0, 8.5):
        assert _pace_after_a_429(gate, time) == pytest.approx(pace)
    for _ in range(40):
        gate.succeeded()
    assert _pace_after_a_429(gate, time) == pytest.approx(12.5)  # a first one again


def test_what_succeeded_longer_ago_than_a_second_is_no_measure() -> None:
    """After a pause a 429 slows down to the least pace of a first one."""
    time = VirtualTime()
    gate = ThrottleGate(time.system(), None)
    for _ in range(40):
        gate.succeeded()
    time.sleep(1.5)
    assert _pace_after_a_429(gate, time) == pytest.approx(5.0)


def _pace_after_a_429(gate: ThrottleGate, time: VirtualTime) -> float:
    gate.throttled(time.now(), 0.0)
    first, second = gate.reserve(), gate.reserve()
    time.sleep(second - time.now())
    return 1 / (second - first)


def test_a_cap_is_kept_while_speeding_up() -> None:
    """Recovery ends at MAX_CALLS_PER_SECOND."""
    time = VirtualTime()
    gate = ThrottleGate(time.system(), 10.0)
    gate.throttled(time.now(), 0.0)
    left = _passes(gate, time, 300)
    assert abs((left[-1] - left[-2]) - 0.1) < 1e-6


@pytest.mark.volume
def test_projects_take_turns(desk: Desk) -> None:
    """No project waits until another one is done: the quota is a project's own."""
    desk.settings["ALLOWED_PROJECTS"] = SECOND
    desk.settings["MAX_CONCURRENCY"] = "1"
    desk.cloud.add_project(SECOND, REGION, "second")
    for project in (PROJECT_ID, SECOND):
        for number in range(3):
            desk.cloud.cbr(project).add_vault(f"turn-{number}")
    projects = [{"project_id": project} for project in (PROJECT_ID, SECOND)]
    ended = desk.run({"select": {"name": "turn-*"}, "projects": projects})
    calls = desk.cloud.journal.calls("ImportCheckpoint")
    assert [call.project_id for call in calls] == [PROJECT_ID, SECOND] * 3
    named = [outcome["project_id"] for outcome in ended.outcomes]
    assert named == [PROJECT_ID] * 3 + [SECOND] * 3


def test_a_quota_on_ten_times_as_many_vaults_loses_none(desk: Desk) -> None:
    """1,000 vaults, 50 calls a second allowed: all started, few calls refused, little time lost."""
    for number in range(1_000):
        desk.cloud.cbr().add_vault(f"many-{number}")
    desk.cloud.faults.limit(rate=50, burst=50, operation="ImportCheckpoint")
    ended = desk.run({"select": {"name": "many-*"}}, timeout=600)
    assert ended.document["counts"] == {"started": 1_000}
    refused = desk.cloud.journal.calls("ImportCheckpoint", status=429)
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1_000 + len(refused)
    assert len(refused) < 100
    assert ended.took < 1_000 / 50 * 1.5
