"""Which calls a fault rule meets."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import SdkException

from local.emulator import AnswerLost, Error, Latency, Throttle
from local.emulator.faults.conditions import ConditionFields, Conditions
from local.emulator.faults.effects import ConnectionClosed
from local.emulator.faults.rules import FaultRules, Target
from local.emulator.sample import HYBRID_VAULTS
from tests.local.emulator.reaching import VAULT, Reach, StillClock, operation_logs, sync

FAULT = Error(500, "BackupService.9910")
OTHER_VAULT = list(HYBRID_VAULTS)[1]


def attempt(client: Any) -> None:
    """List operation logs, whatever comes of it: the journal tells."""
    with contextlib.suppress(SdkException):
        operation_logs(client)


def outcomes(reach: Reach, calls: int, **conditions: Any) -> str:
    """Add a rule, list operation logs so often, and write x for a fault, . for none."""
    reach.cloud.faults.add(FAULT, **conditions)
    client = reach.cbr()
    for _ in range(calls):
        attempt(client)
    return "".join("x" if entry.fault else "." for entry in reach.cloud.journal)


def test_a_rule_without_conditions_meets_every_call(inside: Reach) -> None:
    """Every call, as long as it is in force."""
    assert outcomes(inside, 4) == "xxxx"


def test_nth_counts_the_matching_calls_from_one(inside: Reach) -> None:
    """One number or several."""
    assert outcomes(inside, 6, nth=(2, 5)) == ".x..x."


def test_every_meets_each_so_manieth_call(inside: Reach) -> None:
    """Every third."""
    assert outcomes(inside, 7, every=3) == "..x..x."


def test_times_ends_a_rule(inside: Reach) -> None:
    """After so many faults the service is well again."""
    assert outcomes(inside, 5, times=2) == "xx..."


def test_a_seed_determines_the_draws(inside: Reach) -> None:
    """The same seed meets the same calls again; about as many as the chance says."""
    drawn = outcomes(inside, 200, probability=0.3, seed=7)
    inside.cloud.reset()

    assert outcomes(inside, 200, probability=0.3, seed=7) == drawn
    assert 35 <= drawn.count("x") <= 85


def test_an_outage_has_a_beginning_and_an_end(inside: Reach, clock: StillClock) -> None:
    """From the first second of the window to before the last."""
    begin = clock.now() + 10
    inside.cloud.faults.add(FAULT, between=(begin, begin + 5))
    client = inside.cbr()
    for moment in (begin - 1, begin, begin + 4.9, begin + 5):
        clock.time = moment
        attempt(client)

    assert [bool(entry.fault) for entry in inside.cloud.journal] == [False, True, True, False]


def test_a_rule_meets_its_operation_and_vault_alone(inside: Reach) -> None:
    """Other operations and other vaults are left in peace, and not counted."""
    rule = inside.cloud.faults.add(AnswerLost(), operation="ImportCheckpoint", vault_id=OTHER_VAULT)
    client = inside.cbr()

    sync(client)
    operation_logs(client, vault_id=OTHER_VAULT)
    with pytest.raises(Exception, match="reset by peer"):
        sync(client, OTHER_VAULT)

    assert (rule.matched, rule.fired) == (1, 1)
    assert [e.vault_id for e in inside.cloud.journal.calls(fault="answer_lost")] == [OTHER_VAULT]


def test_a_quota_throttles_what_exceeds_it(inside: Reach, clock: StillClock) -> None:
    """So many at once, then so many a second."""
    inside.cloud.faults.limit(operation="ListOpLogs", rate=2, burst=3)
    client = inside.cbr()

    def let_through(calls: int) -> int:
        before = len(inside.cloud.journal.calls(status=200))
        for _ in range(calls):
            attempt(client)
        return len(inside.cloud.journal.calls(status=200)) - before

    assert let_through(5) == 3
    clock.time += 1
    assert let_through(5) == 2
    clock.time += 60
    assert let_through(5) == 3
    assert {entry.error_code for entry in inside.cloud.journal.calls(status=429)} == {"APIGW.0308"}


def test_the_first_rule_that_fires_decides_and_latencies_add_up(
    inside: Reach, clock: StillClock
) -> None:
    """A slow and failing service is two rules."""
    faults = inside.cloud.faults
    faults.add(Latency(0.05))
    first = faults.add(FAULT, nth=1)
    second = faults.add(Throttle())
    faults.add(Latency(0.04))

    with pytest.raises(Exception, match="9910"):
        operation_logs(inside.cbr())

    (entry,) = inside.cloud.journal.entries
    assert (entry.fault, entry.rule) == ("error", first.name)
    assert clock.sleeps == [pytest.approx(0.09)]
    assert entry.latency == pytest.approx(0.09)
    assert (second.matched, second.fired) == (1, 0)


def test_a_connection_closed_unread_comes_before_the_signature(inside: Reach) -> None:
    """Nobody has looked at the request: the key is not known, and nothing else was counted."""
    later = inside.cloud.faults.add(FAULT)
    inside.cloud.faults.add(ConnectionClosed())

    with pytest.raises(Exception, match="RemoteDisconnected"):
        operation_logs(inside.cbr())

    assert inside.cloud.journal.entries[0].access_key is None
    assert later.matched == 0


def test_a_rule_that_never_fired_can_be_asserted_on(inside: Reach) -> None:
    """A fault that a test means to happen and that does not is found out."""
    never = inside.cloud.faults.add(FAULT, operation="PublishMessage", name="publishing fails")
    fired = inside.cloud.faults.add(FAULT, operation="ListOpLogs")
    with pytest.raises(Exception, match="9910"):
        operation_logs(inside.cbr())

    assert inside.cloud.faults.unused() == [never]
    inside.cloud.faults.remove("publishing fails")
    assert inside.cloud.faults.rules == (fired,)
    with pytest.raises(KeyError, match="publishing fails"):
        inside.cloud.faults.remove("publishing fails")


def test_a_name_is_taken_once(inside: Reach) -> None:
    """Two rules of one name could not be told apart in the journal."""
    inside.cloud.faults.add(FAULT, name="outage")

    with pytest.raises(ValueError, match="'outage' is already in force"):
        inside.cloud.faults.add(FAULT, name="outage")


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"nth": 0}, "nth counts from 1: 0"),
        ({"every": 0}, "every must be at least 1, not 0"),
        ({"times": 0}, "times must be at least 1"),
        ({"probability": 1.5}, "probability must be from 0 to 1, not 1.5"),
        ({"between": (5.0, 5.0)}, "between must be"),
        ({"rate": 1.0}, "rate and burst belong together"),
        ({"rate": -1.0, "burst": 1}, "rate must not be negative"),
    ],
)
def test_conditions_that_cannot_hold_are_refused(conditions: ConditionFields, words: str) -> None:
    """At once, naming field and value."""
    with pytest.raises(ValueError, match=words):
        Conditions(**conditions)


@pytest.mark.parametrize(
    ("make", "words"),
    [(lambda: Error(200, "x"), "status must be from 300"), (lambda: Latency(-1), "negative")],
)
def test_effects_that_make_no_sense_are_refused(make: Any, words: str) -> None:
    """At once, naming field and value."""
    with pytest.raises(ValueError, match=words):
        make()


def test_the_fields_of_conditions_are_its_keyword_arguments() -> None:
    """`add` takes exactly what Conditions holds."""
    assert set(ConditionFields.__annotations__) == set(Conditions.__dataclass_fields__) - {
        "__pydantic_config__"
    }


def test_rules_of_one_seed_draw_independently() -> None:
    """Two rules without a seed of their own do not always fire together."""
    import threading  # noqa: PLC0415 - for the rules' lock

    rules = FaultRules(threading.RLock(), seed=1)
    first, second = (rules.add(FAULT, probability=0.5) for _ in range(2))
    target = Target("CBR", "ListOpLogs", VAULT, "p", "r")

    draws = [(first.meets(target, 0), second.meets(target, 0)) for _ in range(50)]

    assert len(set(draws)) == 4
