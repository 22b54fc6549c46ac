from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

import index
from local.emulator import Cloud, Latency, LocalCloud
from local.emulator.functiongraph.models import Code, Function
from local.emulator.sample import HYBRID_VAULTS, PROJECT_ID, REGION
from tests.support.context import Context
from tests.support.desk import Desk
from tests.support.virtual_time import START
from vault_sync.calls import NO_TIME
from vault_sync.continuation import HandOver, left_over
from vault_sync.envelopes import Incoming, Message, Trigger
from vault_sync.errors import CallFailed, ErrorDetail, IncompleteSync, Kind
from vault_sync.orders import Defaults, Mention, SyncOrder, orders_from
from vault_sync.outcomes import Outcome, Status
from vault_sync.project import Project
from vault_sync.request import SyncRequest
from vault_sync.result import Continued
from vault_sync.times import from_seconds

URN = f"urn:fss:{REGION}:{PROJECT_ID}:function:default:vault-sync"


@dataclass
class Accepting:
    """FunctionGraph, as far as a continuation sees it."""

    events: list[dict[str, Any]] = field(default_factory=list)
    fail_after: int = 1_000

    def invoke_later(self, function_urn: str, event: dict[str, Any]) -> str:
        assert function_urn == URN
        if len(self.events) >= self.fail_after:
            raise CallFailed(Kind.FORBIDDEN, ErrorDetail("HTTP 403", "no"))
        self.events.append(json.loads(json.dumps(event)))
        return f"request-{len(self.events)}"


def _outcomes(deferred: int, started: int = 1) -> list[Outcome]:
    def order(number: int) -> SyncOrder:
        project, mention = Project(REGION, PROJECT_ID), Mention("event")
        return SyncOrder(f"vault-{number:030d}", project, False, False, None, mention)

    return [
        Outcome(Status.STARTED, order(number), f"task-{number}")
        if number < started
        else Outcome(Status.DEFERRED, order(number), error=NO_TIME)
        for number in range(deferred + started)
    ]


def _hand_over(
    outcomes: list[Outcome], graph: Any
) -> tuple[Continued | None, list[Outcome], HandOver]:
    incoming = Incoming(Trigger("TIMER", "nightly"), [])
    handing = HandOver(left_over(outcomes, 0), incoming, URN, from_seconds(START))
    handing.to(graph)
    return (*handing.close(), handing)


def test_what_was_deferred_goes_over_and_the_rest_stays() -> None:
    """Each vault is in one of both, and none in neither."""
    graph, outcomes = Accepting(), _outcomes(deferred=10_000, started=3)
    continued, gone, _ = _hand_over(outcomes, graph)
    assert gone == outcomes[3:]
    assert continued is not None
    assert continued.as_document() == {
        "number": 1,
        "vaults": 10_000,
        "request_ids": [f"request-{number + 1}" for number in range(len(graph.events))],
    }
    over = [
        vault for event in graph.events for one in event["requests"] for vault in one["vault_ids"]
    ]
    assert over == [f"vault-{number:030d}" for number in range(3, 10_003)]
    assert all(len(json.dumps(event)) < 256 * 1024 for event in graph.events)
    assert graph.events[0]["requests"][0]["requested_at"] == "2026-09-21T14:13:20Z"


@pytest.mark.parametrize(
    ("outcomes", "continued"),
    [
        (_outcomes(deferred=0), 0),
        (_outcomes(deferred=5, started=0), 0),
    ],
    ids=["nothing left", "nothing settled"],
)
def test_a_chain_ends(outcomes: list[Outcome], continued: int) -> None:
    """When nothing is left, and when it gets nowhere."""
    assert not left_over(outcomes, continued)


def test_the_twentieth_invocation_is_the_last() -> None:
    """The nineteenth hands over still: `continued` counts the hand-overs before it."""
    outcomes = _outcomes(deferred=5)
    assert len(left_over(outcomes, 18)) == 5
    assert left_over(outcomes, 19) == []


@pytest.mark.parametrize("name", SyncRequest.model_fields)
def test_a_next_invocation_is_asked_for_the_same(desk: Desk, name: str) -> None:
    """Every field of a request that decides something is handed over, of a selection too."""
    asked = {
        "auto_trigger": True,
        "project_id": PROJECT_ID,
        "region": REGION,
        "wait_seconds": 7,
        "requested_at": "2026-09-21T14:13:00Z",
        "correlation_id": "ticket 7",
        "dry_run": True,
        "select": {"name": "prod-*"},
    }
    orders = orders_from([Message("event", asked)], desk_defaults(desk)).selections
    left = [Outcome(Status.DEFERRED, one, error=NO_TIME) for one in orders]
    graph = Accepting()
    HandOver(left, Incoming(Trigger("DIRECT"), []), URN, from_seconds(START)).to(graph)  # type: ignore[arg-type] # a double
    ((request,),) = [event["requests"] for event in graph.events]
    otherwise_named = {"action", "vault_id", "vault_ids", "projects"}
    assert name in otherwise_named or request[name] == asked[name]


def desk_defaults(desk: Desk) -> Defaults:
    """Return what a request leaves open, for the sample account."""
    return Defaults(
        Project(REGION, PROJECT_ID),
        frozenset({PROJECT_ID}),
        one_region=False,
        auto_trigger=False,
        dry_run=False,
        request=None,
        now=from_seconds(desk.time.now()),
    )


def test_what_failed_for_a_reason_that_may_pass_goes_over_too() -> None:
    """Even where nothing was settled: the reason may be gone when the next invocation begins."""
    (order,) = [one.order for one in _outcomes(deferred=1, started=0)]
    error = ErrorDetail("AnswerLost", "no answer")
    passing = Outcome(Status.FAILED, order, error=error, may_pass=True)
    lasting = Outcome(Status.FAILED, order, error=error)
    assert left_over([passing, lasting], 0) == [passing]
    assert left_over([passing], 19) == []


def test_what_could_not_be_handed_over_stays_deferred() -> None:
    """FunctionGraph takes the first part only: the rest is this invocation's, with the reason."""
    continued, gone, handing = _hand_over(_outcomes(deferred=12_000), Accepting(fail_after=1))
    assert continued is not None
    assert handing.why is not None
    assert 0 < continued.vaults == len(gone) < 12_000
    assert _hand_over(_outcomes(deferred=5), Accepting(fail_after=0))[0] is None


@pytest.mark.parametrize(
    "event",
    [
        {"continued": 0, "trigger": {}, "requests": []},
        {"continued": "1", "trigger": {}, "requests": [{"vault_id": "x"}]},
        {"continued": 1, "trigger": None, "requests": [{"vault_id": "x"}]},
        {"continued": 1, "trigger": {}, "requests": "x"},
    ],
)
def test_a_chain_s_event_that_nobody_handed_over_is_rejected(
    desk: Desk, event: dict[str, Any]
) -> None:
    """It is judged like any other event."""
    assert desk.run(event).statuses == ["rejected"]


def test_a_handed_over_event_is_worked_as_its_first(desk: Desk) -> None:
    """The trigger, the time and the wishes are those of the event it came from."""
    vault = next(iter(HYBRID_VAULTS))
    event = {
        "continued": 1,
        "trigger": {"type": "TIMER", "name": "nightly", "time": "2026-09-21T14:13:00Z"},
        "requests": [
            {
                "vault_ids": [vault],
                "auto_trigger": True,
                "requested_at": "2026-09-21T14:13:00+00:00",
                "correlation_id": "x",
            }
        ],
    }
    ended = desk.run(event)
    assert ended.result is not None
    assert ended.statuses == ["started"]
    assert ended.result["trigger"] == event["trigger"]
    assert ended.of(vault)["auto_trigger"]
    assert ended.of(vault)["correlation_id"] == "x"
    assert desk.run(event).statuses == ["already_done"]


def test_without_the_setting_the_error_asks_for_a_repetition(desk: Desk) -> None:
    """CONTINUE_AS is a wish, not a habit."""
    desk.cloud.faults.add(Latency(5.0), operation="ImportCheckpoint")
    ended = desk.run({"vault_ids": list(HYBRID_VAULTS)}, {"MAX_CONCURRENCY": "1"}, timeout=12.0)
    assert "deferred" in ended.statuses
    assert isinstance(ended.error, IncompleteSync)


def test_a_chain_settles_every_vault_in_one_outcome() -> None:
    """Through FunctionGraph's own call: what time does not allow is the next invocation's."""
    with LocalCloud(fires=False) as served:
        urn, engine = _deployed(served.cloud), served.cloud.engine
        assert engine is not None
        ids = [served.cloud.cbr().add_vault(f"many-{number}").id for number in range(12)]
        served.cloud.faults.add(Latency(0.3), operation="ImportCheckpoint")
        settings = {"CONTINUE_AS": urn, "MAX_CONCURRENCY": "1", "DEADLINE_RESERVE_SECONDS": "1"}
        first = index.handler({"vault_ids": ids}, _context(served, settings, timeout=3.0))
        assert first["continued"]["number"] == 1
        served.cloud.faults.clear()
        (event,) = [json.loads(request.event) for request in engine.due()]
        second = index.handler(event, _context(served, settings, timeout=60.0))
    assert "continued" not in second
    told = [one["vault_id"] for one in first["outcomes"] + second["outcomes"]]
    assert sorted(told) == sorted(ids)


def test_a_chain_that_cannot_go_on_is_an_error_that_says_why(desk: Desk) -> None:
    """The function of CONTINUE_AS is not there: what is left over stays deferred."""
    desk.cloud.faults.add(Latency(5.0), operation="ImportCheckpoint")
    settings = {"MAX_CONCURRENCY": "1", "CONTINUE_AS": URN}
    ended = desk.run({"vault_ids": list(HYBRID_VAULTS)}, settings, timeout=12.0)
    assert isinstance(ended.error, IncompleteSync)
    assert "deferred" in ended.statuses
    assert desk.cloud.journal.calls("AsyncInvokeFunction")
    (message,) = desk.cloud.smn().messages()
    assert "Note: could not be handed to a next invocation" in str(message.text_for("email"))


def test_a_chain_into_an_unknown_region_is_an_error_that_says_so(desk: Desk) -> None:
    """There is no endpoint to call, so nobody is called."""
    desk.cloud.faults.add(Latency(5.0), operation="ImportCheckpoint")
    elsewhere = {"MAX_CONCURRENCY": "1", "CONTINUE_AS": URN.replace(REGION, "no-such-9")}
    ended = desk.run({"vault_ids": list(HYBRID_VAULTS)}, elsewhere, timeout=12.0)
    assert isinstance(ended.error, IncompleteSync)
    assert not desk.cloud.journal.calls("AsyncInvokeFunction")
    (message,) = desk.cloud.smn().messages()
    assert "UnknownRegion: CONTINUE_AS" in str(message.text_for("email"))


def _deployed(cloud: Cloud) -> str:
    graph = cloud.functiongraph()
    urn = graph.urn_of("default", "vault-sync")
    code = Code("zip", "function.zip", "", "", 0)
    graph.functions[urn] = Function(urn, "vault-sync", "default", 0.0, 0.0, code, {})
    return urn


def _context(served: LocalCloud, settings: dict[str, str], *, timeout: float) -> Context:
    environment = served.environment()
    names = ("SMN_TOPIC_URN", "CBR_ENDPOINT", "SMN_ENDPOINT", "FUNCTIONGRAPH_ENDPOINT")
    return Context(
        {name: environment[name] for name in names} | settings,
        access_key=environment["HUAWEICLOUD_SDK_AK"],
        secret_key=environment["HUAWEICLOUD_SDK_SK"],
        timeout=timeout,
        now=time.time,
    )
