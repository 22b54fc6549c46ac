"""The faults that the page switches on and off.

A switch is on while a fault rule of its name is in force, whoever put it there or ended it: the
rules of the cloud are the only record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.console.access import ConsoleError
from local.emulator.faults.conditions import Conditions
from local.emulator.faults.effects import (
    AnswerLost,
    ConnectionRefused,
    Effect,
    Error,
    Latency,
    Throttle,
)

if TYPE_CHECKING:
    from local.emulator.cloud import Cloud


@dataclass(frozen=True)
class FaultSwitch:
    """A fault by its name, with what it does in a person's words."""

    name: str
    label: str
    about: str
    effect: Effect
    conditions: Conditions


SWITCHES = (
    FaultSwitch(
        "console-throttle",
        "429 on every third call",
        "Every third call to any service is throttled.",
        Throttle(),
        Conditions(every=3),
    ),
    FaultSwitch(
        "console-answer-lost",
        "Answer lost after the effect",
        "CBR starts each sync, but the connection breaks before it says so.",
        AnswerLost(),
        Conditions(operation="ImportCheckpoint"),
    ),
    FaultSwitch(
        "console-cbr-outage",
        "CBR outage",
        "Nobody answers calls to CBR.",
        ConnectionRefused(),
        Conditions(service="CBR"),
    ),
    FaultSwitch(
        "console-latency",
        "2 s of latency",
        "Every answer comes 2 seconds late.",
        Latency(2),
        Conditions(),
    ),
    FaultSwitch(
        "console-smn-down",
        "SMN down",
        "Every call to SMN is answered with 502.",
        Error(502, "APIGW.0202", "Backend unavailable"),
        Conditions(service="SMN"),
    ),
)

_BY_NAME = {switch.name: switch for switch in SWITCHES}


def turn(cloud: Cloud, name: str, *, on: bool) -> None:
    """Put a switch's rule into force, or end it; as it is already, nothing changes.

    Raises:
        ConsoleError: 404 if there is no such switch.
    """
    switch = _BY_NAME.get(name)
    if switch is None:
        raise ConsoleError(404, f"there is no fault switch {name!r}, only {', '.join(_BY_NAME)}")
    with cloud.lock:
        is_on = any(rule.name == name for rule in cloud.faults.rules)
        if on and not is_on:
            cloud.faults.put(switch.effect, switch.conditions, name=name)
        elif is_on and not on:
            cloud.faults.remove(name)


def faults_view(cloud: Cloud) -> dict[str, object]:
    """Show the switches, and the rules in force that are none of theirs."""
    rules = {rule.name: rule for rule in cloud.faults.rules}
    return {
        "switches": [
            {
                "name": switch.name,
                "label": switch.label,
                "about": switch.about,
                "on": switch.name in rules,
                "fired": rules[switch.name].fired if switch.name in rules else 0,
            }
            for switch in SWITCHES
        ],
        "others": [
            {"name": name, "kind": rule.effect.kind, "fired": rule.fired}
            for name, rule in rules.items()
            if name not in _BY_NAME
        ],
    }
