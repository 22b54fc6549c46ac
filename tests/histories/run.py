"""Letting a history happen: each delivery is an invocation with credentials of its own."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from local import AfterSeconds, Cloud, Course, Failed, Immediately, Success, TimedOut
from local.emulator.faults import Rule
from local.emulator.in_process import mock_huaweicloud
from local.emulator.sample import PROJECT_ID, REGION
from tests.histories.plan import DeliveryPlan, EventPlan, History, payload, vault_id
from tests.support.context import Context
from tests.support.virtual_time import START, VirtualTime
from vault_sync import invocation
from vault_sync.errors import VaultSyncError
from vault_sync.system import System

TOPIC_URN = f"urn:smn:{REGION}:{PROJECT_ID}:histories"
RESERVE = 3.0
PAUSE_BEFORE_EPILOGUE = 7200.0
EPILOGUE = DeliveryPlan(event=-1, after=0.0, timeout=300.0)


@dataclass
class Invoked:
    """One delivery, and what can be seen of it from outside."""

    plan: DeliveryPlan
    event: EventPlan
    event_time: float | None
    access_key: str
    began: float
    first_entry: int
    epilogue: bool = False
    ended: float = 0.0
    result: dict[str, Any] | None = None
    error: VaultSyncError | None = None
    log: list[dict[str, Any]] = field(default_factory=list)
    sleeps: list[tuple[float, float]] = field(default_factory=list)

    @property
    def document(self) -> dict[str, Any]:
        """The result document, as the log has it."""
        (document,) = [line for line in self.log if "outcomes" in line]
        return document


@dataclass
class Happened:
    """A history after the fact: the invocations, and the cloud with its journal."""

    history: History
    cloud: Cloud
    invocations: list[Invoked]
    rules: tuple[Rule, ...]


class _LinesByThread(io.TextIOBase):
    """Standard output that keeps apart what concurrent invocations write, by request id."""

    def __init__(self) -> None:
        self.lines: dict[str, list[dict[str, Any]]] = {}

    def write(self, text: str) -> int:
        for line in text.splitlines():
            read = json.loads(line)
            self.lines.setdefault(read["request_id"], []).append(read)
        return len(text)


def happen(history: History) -> Happened:
    """Let a history happen, then deliver every event once more when all faults are over."""
    time = VirtualTime(history.seed)
    cloud = _cloud_for(history, time)
    for fault in history.faults:
        cloud.faults.add(fault.effect, **fault.conditions())
    invocations: list[Invoked] = []
    rules = cloud.faults.rules
    output = _LinesByThread()
    with mock_huaweicloud(cloud), contextlib.redirect_stdout(output):
        for group in _at_the_same_moment(history.deliveries):
            time.sleep(group[0].after)
            _deliver(history, cloud, time, group, invocations)
        time.sleep(PAUSE_BEFORE_EPILOGUE)
        cloud.faults.clear()
        for number, event in enumerate(history.events):
            if event.dated:
                again = DeliveryPlan(event=number, after=0.0, timeout=EPILOGUE.timeout)
                _deliver(history, cloud, time, [again], invocations, epilogue=True)
    for invoked in invocations:
        invoked.log = output.lines.get(invoked.access_key, [])
    return Happened(history, cloud, invocations, rules)


def _at_the_same_moment(deliveries: tuple[DeliveryPlan, ...]) -> Iterator[list[DeliveryPlan]]:
    group: list[DeliveryPlan] = []
    for delivery in deliveries:
        if group and not delivery.together:
            yield group
            group = []
        group.append(delivery)
    if group:
        yield group


def _deliver(  # noqa: PLR0913, PLR0917 - the parts of a history
    history: History,
    cloud: Cloud,
    time: VirtualTime,
    group: list[DeliveryPlan],
    invocations: list[Invoked],
    epilogue: bool = False,
) -> None:
    begun = []
    for plan in group:
        access_key = f"ACCESSKEY{len(invocations):04d}"
        cloud.add_credentials(access_key, f"secret-of-{access_key}", f"token-of-{access_key}")
        event = history.events[plan.event]
        invoked = Invoked(
            plan=plan,
            event=event,
            event_time=_event_time(plan.event) if event.dated else None,
            access_key=access_key,
            began=time.now(),
            first_entry=cloud.journal.next_number(),
            epilogue=epilogue,
        )
        invocations.append(invoked)
        begun.append(invoked)
    time.run_together([_invocation(history, one, time) for one in begun])
    for one in begun:
        with contextlib.suppress(KeyError):
            cloud.revoke(one.access_key)


def _invocation(history: History, invoked: Invoked, time: VirtualTime) -> Any:
    context = Context(
        {
            "SMN_TOPIC_URN": TOPIC_URN,
            "MAX_CONCURRENCY": str(invoked.plan.concurrency),
            "MAX_ATTEMPTS": str(history.max_attempts),
            "DEADLINE_RESERVE_SECONDS": str(RESERVE),
        },
        access_key=invoked.access_key,
        secret_key=f"secret-of-{invoked.access_key}",
        security_token=f"token-of-{invoked.access_key}",
        timeout=invoked.plan.timeout,
        now=time.now,
        request_id=invoked.access_key,
    )

    def sleep(seconds: float) -> None:
        invoked.sleeps.append((time.now(), seconds))
        time.sleep(seconds)

    world = System(
        now=time.now,
        monotonic=time.now,
        sleep=sleep,
        random=time.random.random,
        run_together=time.run_together,
    )

    def life() -> None:
        try:
            invoked.result = invocation.run(_event(invoked), context, world)
        except VaultSyncError as error:
            invoked.error = error
        invoked.ended = time.now()

    return life


def _event_time(number: int) -> float:
    return START - 5.0 + number


def _event(invoked: Invoked) -> dict[str, Any]:
    messages = [payload(invoked.event, message) for message in invoked.event.messages]
    event: dict[str, Any] = {
        "event_version": "v1.0",
        "trigger_type": "KAFKA",
        "region": REGION,
        "instance_id": "81335d56-b9fe-4679-ba95-7030949cc76b",
        "records": [{"messages": messages, "topic_id": "vaults"}],
    }
    if invoked.event_time is not None:
        event["event_time"] = int(invoked.event_time)
    return event


def _cloud_for(history: History, time: VirtualTime) -> Cloud:
    cloud = Cloud(seed=history.seed, clock=time)
    endings: dict[str, Success | Failed | TimedOut] = {
        "success": Success(),
        "failed": Failed(),
        "timeout": TimedOut(),
    }
    for number, plan in enumerate(history.vaults):
        if plan.kind == "missing":
            continue
        progression = AfterSeconds(plan.seconds) if plan.seconds else Immediately()
        cloud.cbr().add_vault(
            f"vault-{number}",
            vault_id=vault_id(number),
            cloud_type="hybrid" if plan.kind == "hybrid" else "public",
            course=Course(progression, endings[plan.ending]),
        )
    cloud.smn().add_topic("histories")
    return cloud
