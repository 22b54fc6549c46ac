"""Every call to a service goes through here: the deadline, the gate, and what ends a run.

A run ends at the first refusal of its credentials: five bad signatures in a row lock an access
key for five minutes (support.huaweicloud.com/devg-apisign/api-sign-0001.html), so no further
signed call may follow. A refusal of permission ends the calls of that operation in that project.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple, TypeVar

from vault_sync.errors import HAD_NO_EFFECT, MAY_PASS, CallFailed, ErrorDetail, Kind
from vault_sync.project import Project
from vault_sync.system import System
from vault_sync.throttle import ThrottleGate, backoff_seconds

T = TypeVar("T")

END_MARGIN_SECONDS = 0.25
"""Kept between the last answer and FunctionGraph's timeout, to return the result."""

SECONDS_PER_OUTCOME = 0.001
"""Kept for each outcome to tell, besides the reserve: to write, split and publish it. An event with
20,000 outcomes took 40 microseconds of a whole core for each; a quarter of a core takes four times
as long, and the rest is for SMN's answers."""

LOOK_SECONDS = 5.0
"""What a call with an effect leaves of the time, at most a third: to find out what became of it."""

SHORTEST_CALL_SECONDS = 1.0
"""With less time than this a call is not begun: its answer would likely be lost."""

SHORTEST_FINAL_SECONDS = 0.05
"""The same for the notification, for which any try is better than none."""

NO_TIME = ErrorDetail(
    "DeadlineReached",
    "the invocation's time was too short; run the event again, or give the function a longer "
    "timeout or a higher MAX_CONCURRENCY",
)


class Purpose(Enum):
    """What a call is for; it decides how much of the time is the call's."""

    READ = "changes nothing"
    EFFECT = "starts something; time must remain to look for it"
    HAND_OVER = "invokes the function again; may use half of what the notification has"
    PUBLISH = "publishes the notification; may use all the time there is"


FINAL = frozenset({Purpose.HAND_OVER, Purpose.PUBLISH})
"""The calls that may use the reserve. They do not sleep into it."""


class Deadline:
    """The end of the invocation, and the reserve before it that belongs to the notification."""

    def __init__(self, system: System, seconds_left: float, reserve_seconds: float) -> None:
        self._system = system
        self._begin = system.monotonic()
        self._end = self._begin + seconds_left
        self._least_reserve = self._reserve = reserve_seconds

    def keep_for(self, outcomes: int) -> None:
        """Let the reserve grow with what there is to tell, up to half of the invocation's time."""
        wanted = self._least_reserve + outcomes * SECONDS_PER_OUTCOME
        most = max(self._least_reserve, (self._end - self._begin) / 2)
        self._reserve = max(self._reserve, min(wanted, most))

    def for_calls(self) -> float:
        """Return the seconds until the reserve begins; nothing sleeps past it."""
        return self._end - self._reserve - self._system.monotonic()

    def for_notification(self) -> float:
        """Return the seconds until the last notification must have been answered."""
        return self._end - END_MARGIN_SECONDS - self._system.monotonic()

    def seconds_for(self, purpose: Purpose) -> float:
        """Return how long a call that begins now may take."""
        if purpose is Purpose.PUBLISH:
            return self.for_notification()
        if purpose is Purpose.HAND_OVER:
            return self.for_notification() / 2
        left = self.for_calls()
        return left - min(LOOK_SECONDS, left / 3) if purpose is Purpose.EFFECT else left


class Operation(NamedTuple):
    """An operation of a service in one project; the name is the API's."""

    name: str
    project: Project


class Calls:
    """The calls of one invocation.

    Attributes:
        max_attempts: How often one call is made at most, the first time included.
        proven: Whether a service has accepted the credentials in this invocation.
    """

    def __init__(
        self, system: System, deadline: Deadline, gate: ThrottleGate, max_attempts: int
    ) -> None:
        self.max_attempts = max_attempts
        self.proven = False
        self._system = system
        self._deadline = deadline
        self._gate = gate
        self._lock = threading.Lock()
        self._own = threading.local()
        self._closed = False
        self._ended: CallFailed | None = None
        self._forbidden: dict[Operation, CallFailed] = {}

    def close(self) -> None:
        """Let no call leave any more: the handler has ended."""
        self._closed = True

    def once(
        self, operation: Operation, send: Callable[[], T], purpose: Purpose = Purpose.READ
    ) -> T:
        """Make one attempt when the gate lets it through.

        Args:
            operation: What is called where.
            send: Makes the call; raises `CallFailed`.
            purpose: What the call is for.

        Raises:
            CallFailed: OUT_OF_TIME when nothing was sent for want of time; the failure that
                ended the run or the operation, without a call; or what the call itself failed of.
        """
        self._refuse_what_ended(operation)  # before a wait that would be in vain
        self._pass_gate(purpose)
        self._refuse_what_ended(operation)
        sent_at = self._system.monotonic()
        self._own.until = sent_at + self._deadline.seconds_for(purpose)
        try:
            result = send()
        except CallFailed as failure:
            self._learn(operation, failure, sent_at)
            raise
        self.proven = True
        self._gate.succeeded()
        return result

    def seconds_for_this_call(self) -> float:
        """Return what is left of the time of the call that this thread is making."""
        return float(self._own.until) - self._system.monotonic()

    def repeated(
        self, operation: Operation, send: Callable[[], T], purpose: Purpose = Purpose.READ
    ) -> T:
        """Make a call until it succeeds, as often as it may be repeated.

        A hand-over is repeated only where it surely had no effect.

        Raises:
            CallFailed: As `once`; of the last attempt when all are used up or time is.
        """
        may_repeat = HAD_NO_EFFECT if purpose is Purpose.HAND_OVER else MAY_PASS
        attempt = 1
        while True:
            try:
                return self.once(operation, send, purpose)
            except CallFailed as failure:
                if failure.kind not in may_repeat or attempt >= self.max_attempts:
                    raise
                if not self.pause(attempt, failure) and purpose not in FINAL:
                    raise
            attempt += 1

    def pause(self, attempt: int, failure: CallFailed) -> bool:
        """Sleep before the next attempt; False, without sleeping, when time does not allow it.

        After a 429 the gate does the waiting, for every worker alike.
        """
        if failure.kind is Kind.THROTTLED:
            return True
        seconds = backoff_seconds(attempt, self._system.random)
        return self.sleep(max(seconds, failure.retry_after or 0.0))

    def seconds_left(self) -> float:
        """Return for how long calls may still be begun."""
        return self._deadline.for_calls() - SHORTEST_CALL_SECONDS

    def sleep(self, seconds: float) -> bool:
        """Sleep if that ends before the reserve begins; else return False at once."""
        if seconds > self._deadline.for_calls():
            return False
        if seconds > 0:
            self._system.sleep(seconds)
        return True

    def _pass_gate(self, purpose: Purpose) -> None:
        """Wait for a slot of the gate; a final call leaves at once where waiting does not fit."""
        while True:
            slot = self._gate.reserve()
            slept = self.sleep(slot - self._system.monotonic())
            if not slept and purpose not in FINAL:
                raise CallFailed(Kind.OUT_OF_TIME, NO_TIME)
            if not slept or self._gate.is_open_at(slot):
                break
        final = purpose in FINAL
        left = self._deadline.for_notification() if final else self._deadline.for_calls()
        if left < (SHORTEST_FINAL_SECONDS if final else SHORTEST_CALL_SECONDS):
            raise CallFailed(Kind.OUT_OF_TIME, NO_TIME)

    def _refuse_what_ended(self, operation: Operation) -> None:
        if self._closed:
            raise CallFailed(Kind.OUT_OF_TIME, NO_TIME)
        with self._lock:
            refusal = self._ended or self._forbidden.get(operation)
        if refusal is not None:  # a new one each time: a raised exception keeps its frames
            raise CallFailed(refusal.kind, refusal.detail)

    def _learn(self, operation: Operation, failure: CallFailed, sent_at: float) -> None:
        if failure.kind is Kind.THROTTLED:
            self._gate.throttled(sent_at, failure.retry_after)
            return
        with self._lock:
            if failure.kind is Kind.UNAUTHENTICATED:
                self._ended = self._ended or failure
                return
            if failure.kind is Kind.FORBIDDEN:
                self._forbidden.setdefault(operation, failure)
            self.proven = self.proven or _proves(failure)


def _proves(failure: CallFailed) -> bool:
    """Tell whether an answer came from behind the check of the signature."""
    if failure.kind in {Kind.REFUSED, Kind.RUNNING, Kind.FORBIDDEN}:
        return True
    return failure.detail.code.startswith(("BackupService.", "SMN."))
