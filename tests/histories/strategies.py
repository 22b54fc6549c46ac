"""How histories are drawn: small, and crowded with what goes wrong."""

from __future__ import annotations

from hypothesis import strategies as st

from local.emulator.faults.effects import (
    AnswerLost,
    ConnectionClosed,
    ConnectionRefused,
    CutShort,
    EmptyBody,
    Error,
    HtmlAnswer,
    Latency,
    MissingResult,
    Throttle,
    TruncatedJson,
    WrongTypes,
)
from tests.histories.plan import (
    BROKEN,
    DeliveryPlan,
    EventPlan,
    FaultPlan,
    ForeignTask,
    History,
    MessagePlan,
    VaultPlan,
)
from tests.support.distant_cloud import EntryDamage

FEWEST_VAULTS = 4
MOST_VAULTS = 9

_ERRORS = [
    (400, "BackupService.6112"),
    (401, "APIGW.0301"),
    (403, "APIGW.0306"),
    (403, "SMN.0001"),
    (404, "BackupService.6105"),
    (500, "BackupService.9910"),
    (500, "BackupService.9998"),
    (500, "APIGW.0601"),
    (500, "Unheard.0001"),
    (502, "APIGW.0201"),
    (503, "APIGW.0613"),
    (504, "APIGW.0201"),
]

_errors = st.builds(
    lambda error, applied: Error(
        error[0], error[1], applied=applied and error[0] >= 500 and error[1] != "BackupService.9998"
    ),
    st.sampled_from(_ERRORS),
    st.booleans(),
)
_effects = st.one_of(
    _errors,
    st.builds(
        lambda seconds: Error(503, "APIGW.0613", retry_after=seconds), st.sampled_from([0, 4])
    ),
    st.just(AnswerLost()),
    st.just(ConnectionClosed()),
    st.just(ConnectionRefused()),
    st.just(CutShort()),
    st.builds(Throttle, st.sampled_from([None, 0, 1, 3, 30])),
    st.builds(Latency, st.sampled_from([0.2, 2.0, 20.0, 45.0, 120.0])),
    st.builds(TruncatedJson, st.booleans()),
    st.builds(HtmlAnswer, st.just(200), st.booleans()),
    st.builds(MissingResult, st.booleans()),
    st.builds(EmptyBody, st.booleans()),
    st.builds(WrongTypes, st.booleans()),
)
_operations = st.sampled_from(
    [
        "ImportCheckpoint",
        "ImportCheckpoint",
        "ImportCheckpoint",
        "ListOpLogs",
        "ListOpLogs",
        "ListVault",
        "PublishMessage",
        "AsyncInvokeFunction",
        None,
    ]
)


@st.composite
def _faults(draw: st.DrawFn) -> FaultPlan:
    operation = draw(_operations)
    which = draw(st.sampled_from(["nth", "every", "probability", "between", "vault"]))
    number = draw(st.integers(1, 6))
    begin = draw(st.sampled_from([0.0, 1.0, 30.0, 100.0]))
    return FaultPlan(
        effect=draw(_effects),
        operation="ImportCheckpoint" if which == "vault" else operation,
        nth=number if which in {"nth", "vault"} else None,
        every=1 + number if which == "every" else None,
        probability=number / 8 if which == "probability" else None,
        between=(begin, begin + 10.0 * number) if which == "between" else None,
        vault=number % FEWEST_VAULTS if which == "vault" else None,
    )


def _so_many_faults(number: int) -> st.SearchStrategy[list[FaultPlan]]:
    return st.lists(_faults(), min_size=number, max_size=number)


_damages = st.builds(
    EntryDamage,
    operation=st.sampled_from(["ListOpLogs", "ListOpLogs", "ListVault"]),
    part=st.sampled_from(["id", "vault_id", "operation_type", "status", "times", "entry", "name"]),
    becomes=st.sampled_from(["missing", "null", "number", "text"]),
    every=st.sampled_from([1, 1, 2, 3]),
    probability=st.sampled_from([0.2, 0.5, 1.0]),
)
_endings = st.sampled_from(["success", "success", "success", "failed", "timeout", "skipped"])
_foreign = st.builds(
    ForeignTask,
    seconds_before=st.sampled_from([2.0, 20.0, 3600.0, 30 * 3600.0, 5 * 86400.0]),
    seconds=st.sampled_from([0.0, 30.0, 1000.0, 40 * 3600.0]),
    ending=_endings,
)
_vaults = st.builds(
    VaultPlan,
    kind=st.sampled_from(["hybrid", "hybrid", "hybrid", "hybrid", "public", "missing"]),
    seconds=st.sampled_from([0.0, 0.0, 0.5, 5.0, 60.0, 3600.0]),
    ending=_endings,
    foreign=st.one_of(st.just(()), st.just(()), st.builds(lambda one: (one,), _foreign)),
)


def _messages(vaults: int) -> st.SearchStrategy[MessagePlan]:
    wait = st.sampled_from([None, None, None, 30, 240])
    named = st.builds(
        MessagePlan,
        vaults=st.lists(st.integers(0, vaults - 1), min_size=1, max_size=vaults).map(tuple),
        wait_seconds=wait,
        dry_run=st.sampled_from([False, False, False, False, True]),
    )
    chosen = st.builds(
        MessagePlan, select=st.sampled_from(["all", "even", "tagged"]), wait_seconds=wait
    )
    others = st.one_of(
        st.builds(MessagePlan, broken=st.integers(0, len(BROKEN) - 1)),
        chosen,
        st.just(MessagePlan(report=True)),
    )
    return st.one_of(named, named, others)


def _events(vaults: int) -> st.SearchStrategy[EventPlan]:
    return st.builds(
        EventPlan,
        messages=st.lists(_messages(vaults), min_size=1, max_size=4).map(tuple),
        dated=st.sampled_from([True, True, True, False]),
        trigger=st.sampled_from(["KAFKA", "KAFKA", "TIMER", "DIRECT"]),
        age=st.sampled_from([0.25, 4.0, 4.5, 60.0, 3600.0, 2 * 86400.0]),
    )


_seldom = st.sampled_from([False, False, False, True])


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Draw a history."""
    vaults = draw(st.sampled_from([FEWEST_VAULTS, FEWEST_VAULTS, 6, MOST_VAULTS]))
    events = draw(st.lists(_events(vaults), min_size=1, max_size=2))
    deliveries = st.builds(
        DeliveryPlan,
        event=st.integers(0, len(events) - 1),
        after=st.sampled_from([0.0, 1.0, 10.0, 90.0, 600.0]),
        timeout=st.sampled_from([2.0, 4.0, 10.0, 60.0, 300.0]),
        concurrency=st.sampled_from([1, 2, 4]),
        together=_seldom,
        expires=st.sampled_from([None, None, None, None, 0.0, 0.3, 5.0]),
        message_each=_seldom,
    )
    crowded = draw(_seldom)
    return History(
        vaults=tuple(draw(st.lists(_vaults, min_size=vaults, max_size=vaults))),
        events=tuple(events),
        deliveries=tuple(draw(st.lists(deliveries, min_size=1, max_size=3))),
        faults=tuple(draw(st.integers(0, 5).flatmap(_so_many_faults))),
        damages=tuple(draw(st.lists(_damages, max_size=2))) if draw(_seldom) else (),
        max_attempts=draw(st.sampled_from([1, 2, 5])),
        latency=draw(st.sampled_from([0.02, 0.05, 0.4])),
        log_delay=draw(st.sampled_from([0.0, 0.0, 0.0, 1.0, 8.0])),
        seconds_ahead=draw(st.sampled_from([0.0, 0.0, -4.0, 2.0, 4.0])),
        old_tasks=draw(st.sampled_from([50, 70])) if crowded else 0,
        page_size=50 if crowded else None,
        endless=crowded and draw(_seldom),
        repeats=draw(st.booleans()),
        continues=draw(_seldom),
        seed=draw(st.integers(0, 2**16)),
    )
