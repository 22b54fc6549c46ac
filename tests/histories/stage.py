"""The cloud that a history happens in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from local.emulator import AfterSeconds, Course, Failed, Immediately, Skipped, Success, TimedOut
from local.emulator.functiongraph.models import Code, Function
from local.emulator.readings import Readings
from local.emulator.sample import PROJECT_ID, REGION
from tests.histories.plan import Ending, History, vault_id
from tests.histories.sending import TAGGED_EVERY, vault_name
from tests.support.distant_cloud import DistantCloud
from tests.support.virtual_time import START, VirtualTime

if TYPE_CHECKING:
    from local.emulator.functiongraph.engine.engine import Engine

TOPIC_URN = f"urn:smn:{REGION}:{PROJECT_ID}:histories"
OLD_TASKS_BEGAN_BEFORE = 3 * 24 * 3600.0

_ENDINGS: dict[Ending, Success | Failed | TimedOut | Skipped] = {
    "success": Success(),
    "failed": Failed(),
    "timeout": TimedOut(),
    "skipped": Skipped(),
}


@dataclass(frozen=True)
class Submitted:
    """An event that FunctionGraph has taken for a next invocation, by the number of its call."""

    number: int
    event: dict[str, Any]


class NextInvocations:
    """FunctionGraph's asynchronous invocations: a cloud takes them, and a test lets them happen.

    Attributes:
        function_urn: The function that is in the cloud from now on, for `CONTINUE_AS`.
        submitted: What was taken, in order.
    """

    def __init__(self, cloud: DistantCloud) -> None:
        self.submitted: list[Submitted] = []
        self._cloud = cloud
        cloud.engine = cast("Engine", self)
        graph = cloud.functiongraph()
        self.function_urn = urn = graph.urn_of("default", "vault-sync")
        code = Code("zip", "function.zip", "", "", 0)
        graph.functions[urn] = Function(urn, "vault-sync", "default", START, START, code, {})

    def submit(self, function: Function, event: str, source: object) -> str:
        """Take an event; return the request id."""
        del function, source
        number = self._cloud.journal.next_number()
        self.submitted.append(Submitted(number, json.loads(event)))
        return f"next-{number}"


@dataclass(frozen=True)
class Stage:
    """The cloud, and what FunctionGraph has taken for later."""

    cloud: DistantCloud
    next_invocations: NextInvocations


def stage_for(history: History, time: VirtualTime) -> Stage:
    """Build the cloud of a history, with everything in it that ran before."""
    cloud = DistantCloud(
        seed=history.seed,
        clock=time,
        latency_seconds=history.latency,
        readings=Readings(log_delay_seconds=history.log_delay),
    )
    cloud.page_size = history.page_size
    cloud.endless = history.endless
    cloud.damages = history.damages
    for number, plan in enumerate(history.vaults):
        if plan.kind != "missing":
            _add_vault(cloud, history, number)
    cloud.smn().add_topic("histories")
    return Stage(cloud, NextInvocations(cloud))


def _add_vault(cloud: DistantCloud, history: History, number: int) -> None:
    plan, identifier = history.vaults[number], vault_id(number)
    cloud.cbr().add_vault(
        vault_name(number),
        vault_id=identifier,
        cloud_type="hybrid" if plan.kind == "hybrid" else "public",
        tags={"sync": "nightly"} if number % TAGGED_EVERY == 0 else {},
        course=_course(plan.seconds, plan.ending),
    )
    for foreign in plan.foreign:
        cloud.cbr().add_task(
            identifier,
            created_at=START - foreign.seconds_before,
            course=_course(foreign.seconds, foreign.ending),
        )
    for old in range(history.old_tasks if number == 0 else 0):
        began = START - OLD_TASKS_BEGAN_BEFORE - 60.0 * old
        cloud.cbr().add_task(identifier, created_at=began, course=Course())


def _course(seconds: float, ending: Ending) -> Course:
    return Course(AfterSeconds(seconds) if seconds else Immediately(), _ENDINGS[ending])
