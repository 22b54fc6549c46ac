"""Letting a history happen: each delivery is an invocation with credentials of its own."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from local.emulator.faults.rules import Rule
from local.emulator.readings import Readings
from local.emulator.transport.in_process import mock_huaweicloud
from tests.histories.plan import DeliveryPlan, EventPlan, History
from tests.histories.sending import envelope, tick
from tests.histories.stage import TOPIC_URN, Stage, Submitted, stage_for
from tests.support.context import Context
from tests.support.distant_cloud import DistantCloud
from tests.support.function import run
from tests.support.virtual_time import VirtualTime

RESERVE = 3.0
PAUSE_BEFORE_REPETITION = 7200.0
PAUSE_BEFORE_TICKS = 28 * 3600.0
PAUSE_BETWEEN_TICKS = 3600.0
LAST_TIMEOUT = 300.0
LONGEST_CHAIN = 25
"""Rounds of next invocations that are let happen: more than a chain may have."""

Kind = Literal["delivery", "repetition", "continued", "tick"]


@dataclass
class Invoked:
    """One invocation, and what can be seen of it from outside.

    Attributes:
        event: What it was planned to be; None for a tick, and for what an invocation handed over.
        sent: What the function got.
    """

    kind: Kind
    plan: DeliveryPlan
    event: EventPlan | None
    sent: Any
    access_key: str
    began: float = 0.0
    ended: float = 0.0
    result: dict[str, Any] | None = None
    error: Exception | None = None
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
    cloud: DistantCloud
    invocations: list[Invoked]
    rules: tuple[Rule, ...]
    submitted: list[Submitted]


class _LinesByInvocation(io.TextIOBase):
    """Standard output that keeps apart what concurrent invocations write, by request id."""

    def __init__(self) -> None:
        self.lines: dict[str, list[dict[str, Any]]] = {}

    def write(self, text: str) -> int:
        for line in text.splitlines():
            read = json.loads(line)
            self.lines.setdefault(read["request_id"], []).append(read)
        return len(text)


def happen(history: History) -> Happened:
    """Let a history happen; when all faults are over, let it be made good."""
    play = _Play(history)
    output = _LinesByInvocation()
    with mock_huaweicloud(play.stage.cloud), contextlib.redirect_stdout(output):
        for group in _at_the_same_moment(history.deliveries):
            play.time.sleep(group[0].after)
            play.deliver([play.delivery("delivery", plan) for plan in group])
        play.time.settle()
        rules = play.stage.cloud.faults.rules
        play.end_all_faults()
        play.make_good()
        play.time.settle()
    for invoked in play.invocations:
        invoked.log = output.lines.get(invoked.access_key, [])
    submitted = play.stage.next_invocations.submitted
    return Happened(history, play.stage.cloud, play.invocations, rules, submitted)


def _at_the_same_moment(deliveries: tuple[DeliveryPlan, ...]) -> Iterator[list[DeliveryPlan]]:
    group: list[DeliveryPlan] = []
    for delivery in deliveries:
        if group and not delivery.together:
            yield group
            group = []
        group.append(delivery)
    if group:
        yield group


class _Play:
    """A history while it happens."""

    def __init__(self, history: History) -> None:
        self.time = VirtualTime(history.seed)
        self.stage: Stage = stage_for(history, self.time)
        self.invocations: list[Invoked] = []
        self._history = history
        self._keys = 0
        self._followed = 0
        for fault in history.faults:
            self.stage.cloud.faults.add(fault.effect, **fault.conditions())

    def delivery(self, kind: Kind, plan: DeliveryPlan) -> Invoked:
        """Return an invocation with a planned event."""
        event = self._history.events[plan.event]
        return Invoked(kind, plan, event, envelope(event), self._new_key())

    def deliver(self, group: list[Invoked]) -> None:
        """Let invocations happen at the same time, and then what they handed over."""
        self._run(group)
        for _ in range(LONGEST_CHAIN):
            fresh = self.stage.next_invocations.submitted[self._followed :]
            if not fresh:
                break
            self._followed += len(fresh)
            plan = replace(group[-1].plan, expires=None)
            self.time.sleep(1.0)
            self._run(
                [Invoked("continued", plan, None, one.event, self._new_key()) for one in fresh]
            )

    def end_all_faults(self) -> None:
        """Let the cloud be as its documentation says."""
        cloud = self.stage.cloud
        cloud.faults.clear()
        cloud.damages, cloud.endless, cloud.readings = (), False, Readings()

    def make_good(self) -> None:
        """Deliver every dated event once more, or let the timer that catches up fire twice."""
        if self._history.repeats:
            self.time.sleep(PAUSE_BEFORE_REPETITION)
            for number, event in enumerate(self._history.events):
                if event.dated:
                    again = DeliveryPlan(event=number, after=0.0, timeout=LAST_TIMEOUT)
                    self.deliver([self.delivery("repetition", again)])
            return
        for pause in (PAUSE_BEFORE_TICKS, PAUSE_BETWEEN_TICKS):
            self.time.sleep(pause)
            plan = DeliveryPlan(event=-1, after=0.0, timeout=LAST_TIMEOUT)
            sent = tick(float(int(self.time.now())))
            self.deliver([Invoked("tick", plan, None, sent, self._new_key())])

    def _new_key(self) -> str:
        self._keys += 1
        key = f"ACCESSKEY{self._keys:04d}"
        self.stage.cloud.add_credentials(key, f"secret-of-{key}", f"token-of-{key}")
        return key

    def _run(self, group: list[Invoked]) -> None:
        for invoked in group:
            invoked.began = self.time.now()
            if invoked.plan.expires is not None:
                expires = invoked.began + invoked.plan.expires
                self.stage.cloud.expiries[invoked.access_key] = expires
        self.invocations += group
        self.time.run_together([self._life(invoked) for invoked in group])

    def _life(self, invoked: Invoked) -> Callable[[], None]:
        context = Context(
            self._settings(invoked),
            access_key=invoked.access_key,
            secret_key=f"secret-of-{invoked.access_key}",
            security_token=f"token-of-{invoked.access_key}",
            timeout=invoked.plan.timeout,
            now=self.time.now,
            request_id=invoked.access_key,
        )

        def sleep(seconds: float) -> None:
            invoked.sleeps.append((self.time.now(), seconds))
            self.time.sleep(seconds)

        def now() -> float:
            return self.time.now() + self._history.seconds_ahead

        system = self.time.system()._replace(sleep=sleep, now=now)

        def life() -> None:
            try:
                invoked.result = run(invoked.sent, context, system)
            except Exception as error:  # noqa: BLE001 - a law says which errors may leave it
                invoked.error = error
            invoked.ended = self.time.now()

        return life

    def _settings(self, invoked: Invoked) -> dict[str, str]:
        found = {
            "SMN_TOPIC_URN": TOPIC_URN,
            "MAX_CONCURRENCY": str(invoked.plan.concurrency),
            "MAX_ATTEMPTS": str(self._history.max_attempts),
            "DEADLINE_RESERVE_SECONDS": str(RESERVE),
        }
        if invoked.plan.message_each:
            found["NOTIFICATION_MODE"] = "per_operation"
        if self._history.continues:
            found["CONTINUE_AS"] = self.stage.next_invocations.function_urn
        return found
