"""What FunctionGraph itself does with a function's agency, and whether the agency allows it.

A function inside a VPC is given a network card there, a queue is looked up before it is read, and
a topic before it is told of a failed run. The services behind these calls are not emulated, their
permissions are. Source: support.huaweicloud.com/usermanual-functiongraph/functiongraph_01_0920.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import Function
    from local.emulator.service import CloudState

ATTACH = (
    "vpc:vpcs:get",
    "vpc:subnets:get",
    "vpc:ports:get",
    "vpc:ports:create",
    "vpc:securityGroups:get",
)
DETACH = ("vpc:vips:delete",)
READ_QUEUE = ("dms:instance:get",)
NOTIFY = ("smn:topic:list", "smn:topic:publish")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that FunctionGraph wanted to do for a function and was not allowed to."""

    time: float
    function_urn: str
    agency: str
    action: str
    purpose: str

    def __str__(self) -> str:
        """Say what to do about it."""
        return f"agency {self.agency!r} does not allow {self.action}, needed to {self.purpose}"


class Platform:
    """Asks the configuration agency of a function. Its caller holds the cloud's lock."""

    def __init__(self, cloud: CloudState) -> None:
        self._cloud = cloud
        self.refusals: list[Refusal] = []

    def refusal(self, function: Function, actions: tuple[str, ...], purpose: str) -> Refusal | None:
        """Return why something cannot be done, and remember it; None where it can."""
        name = str(function.settings["xrole"])
        agency = self._cloud.account.agencies.get(name)
        missing = [action for action in actions if agency is None or not agency.may(action)]
        if not missing:
            return None
        now = self._cloud.clock.now()
        refused = Refusal(now, function.urn, name, missing[0], purpose)
        self.refusals.append(refused)
        return refused
