"""The switches of the page, and the rules of the cloud behind them."""

from __future__ import annotations

from typing import Any

import pytest

from local.console.fault_switches import SWITCHES, faults_view, turn
from local.emulator import Cloud, Latency, Throttle
from tests.local.console.conftest import Visitor
from tests.local.emulator.reaching import Reach, operation_logs, publish, sync


def switches(cloud: Cloud) -> dict[str, Any]:
    shown: Any = faults_view(cloud)["switches"]
    return {switch["name"]: switch["on"] for switch in shown}


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: str(switch.name))
def test_a_switch_goes_on_and_off(visitor: Visitor, switch: Any) -> None:
    """On is a rule in force; twice on is one rule, twice off is no error."""
    for on in (True, True, False, False):
        answer = visitor.post("faults", {"name": switch.name, "on": on})
        assert answer.status_code == 202
        assert [rule.name for rule in visitor.cloud.faults.rules] == ([switch.name] if on else [])
        shown = {s["name"]: s["on"] for s in visitor.view()["faults"]["switches"]}
        assert shown == {other.name: on and other == switch for other in SWITCHES}


def test_switches_do_what_they_say(inside: Reach) -> None:
    """Each meets the calls that its words name, and no others."""
    cloud, cbr, smn = inside.cloud, inside.cbr(), inside.smn()

    turn(cloud, "console-throttle", on=True)
    operation_logs(cbr)
    operation_logs(cbr)
    with pytest.raises(Exception, match="429"):
        operation_logs(cbr)
    turn(cloud, "console-throttle", on=False)

    turn(cloud, "console-answer-lost", on=True)
    with pytest.raises(Exception, match="onnection"):
        sync(cbr)
    assert len(cloud.cbr().tasks()) == 1
    turn(cloud, "console-answer-lost", on=False)

    turn(cloud, "console-cbr-outage", on=True)
    publish(smn, message="x")
    with pytest.raises(Exception, match="onnect"):
        operation_logs(cbr)
    turn(cloud, "console-cbr-outage", on=False)

    turn(cloud, "console-smn-down", on=True)
    operation_logs(cbr)
    with pytest.raises(Exception, match=r"APIGW\.0202"):
        publish(smn, message="x")
    turn(cloud, "console-smn-down", on=False)

    turn(cloud, "console-latency", on=True)
    inside.timeout = (5.0, 0.2)
    with pytest.raises(Exception, match="imed out"):
        operation_logs(inside.cbr())
    assert cloud.journal.entries[-1].latency == 2


def test_a_rule_ended_from_outside_turns_its_switch_off(cloud: Cloud) -> None:
    """The rules are the only record."""
    turn(cloud, "console-latency", on=True)
    assert switches(cloud)["console-latency"]
    cloud.faults.clear()
    assert not switches(cloud)["console-latency"]


def test_rules_from_outside_are_shown_beside_the_switches(cloud: Cloud) -> None:
    """Their names, and how often they met a call."""
    cloud.faults.add(Throttle(), name="mine")

    assert faults_view(cloud)["others"] == [{"name": "mine", "kind": "throttle", "fired": 0}]


@pytest.mark.parametrize(
    ("order", "status", "words"),
    [
        ({"name": "console-flood", "on": True}, 404, "console-flood"),
        ({"name": "console-latency"}, 400, "on: Field required"),
        ({"name": "console-latency", "on": "yes"}, 400, "on: "),
        ({"name": "console-latency", "on": True, "for": 3}, 400, "for: "),
        ([], 400, "the body: "),
    ],
)
def test_a_wrong_order_is_refused(visitor: Visitor, order: object, status: int, words: str) -> None:
    """Naming the field; no rule comes into force."""
    answer = visitor.post("faults", order)

    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert visitor.cloud.faults.rules == ()


@pytest.mark.parametrize("everything", [False, True])
def test_reset_ends_all_faults_and_forgets_the_rest_if_asked(
    visitor: Visitor, *, everything: bool
) -> None:
    """Faults from outside too; tasks only when everything begins again."""
    visitor.cloud.faults.add(Latency(0))
    visitor.cloud.cbr().add_task(next(iter(visitor.cloud.cbr().vaults)))

    assert visitor.post("reset", {"everything": everything}).status_code == 202

    assert visitor.cloud.faults.rules == ()
    assert len(visitor.cloud.cbr().tasks()) == (0 if everything else 1)
