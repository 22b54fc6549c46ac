from __future__ import annotations

from dataclasses import replace

import pytest

from local.emulator.faults.effects import AnswerLost, Error, Latency, MissingResult, Throttle
from tests.histories.laws import violations
from tests.histories.plan import (
    DeliveryPlan,
    EventPlan,
    FaultPlan,
    ForeignTask,
    History,
    MessagePlan,
    VaultPlan,
)
from tests.histories.run import happen
from tests.histories.variants import VARIANTS
from tests.support.distant_cloud import EntryDamage

_FOUR = (VaultPlan(),) * 4
_ALL = EventPlan((MessagePlan((0, 1, 2, 3)), MessagePlan(broken=0)))

pytestmark = pytest.mark.volume


def _history(*faults: FaultPlan, timeout: float = 60.0, deliveries: int = 1) -> History:
    return History(
        vaults=_FOUR,
        events=(_ALL,),
        deliveries=(DeliveryPlan(event=0, after=10.0, timeout=timeout, concurrency=2),)
        * deliveries,
        faults=faults,
    )


CAUGHT_BY = {
    "blind_retry": ("no_sync_twice", _history(FaultPlan(AnswerLost(), "ImportCheckpoint", nth=2))),
    "no_adoption": ("repetition_starts_nothing", _history(deliveries=2)),
    "no_gate": ("no_vain_call", _history(FaultPlan(Throttle(30), "ImportCheckpoint", nth=2))),
    "silent_failure": (
        "every_task_is_told",
        _history(FaultPlan(Error(500, "BackupService.9910"), "ImportCheckpoint", vault=1)),
    ),
    "no_deadline": (
        "ends_in_time",
        _history(FaultPlan(Latency(20.0), "ImportCheckpoint"), timeout=10.0),
    ),
    "stale_credentials": ("nothing_after_the_end", _history(deliveries=2)),
    "deaf_to_401": (
        "no_vain_call",
        _history(FaultPlan(Error(401, "APIGW.0301"), "ImportCheckpoint", nth=2)),
    ),
    "believing_half_a_list": (
        "absence_is_shown",
        replace(
            _history(FaultPlan(MissingResult(), "ImportCheckpoint", nth=1)),
            damages=(EntryDamage("ListOpLogs", "operation_type"),),
        ),
    ),
    "all_at_once": (
        "first_call_alone",
        replace(
            _history(FaultPlan(Error(401, "APIGW.0301"), "ImportCheckpoint")),
            events=(replace(_ALL, dated=False),),
        ),
    ),
    "unforeseen": ("only_our_own_errors", _history()),
    "deaf_to_older_tasks": (
        "a_running_task_is_found",
        replace(_history(), vaults=(VaultPlan(foreign=(ForeignTask(108_000.0, 144_000.0),)),) * 4),
    ),
    "never_catching_up": ("caught_up", replace(_history(timeout=2.0), repeats=False)),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_broken_variant_is_caught(name: str) -> None:
    """Every promise that is taken out of the function is missed by the law that guards it."""
    law, history = CAUGHT_BY[name]
    assert not violations(happen(history)), "the function as it is keeps the law"
    with VARIANTS[name]():
        found = violations(happen(history))
    assert any(law in what for what in found), found
