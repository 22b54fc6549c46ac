"""Every call to a service goes through here: the gate, the deadline, and what ends a run.

A run ends at the first refusal of its credentials: five bad signatures in a row lock an access
key for five minutes (support.huaweicloud.com/devg-apisign/api-sign-0001.html), so no further
signed call may follow. A refusal of permission ends the calls of that operation in that project.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from vault_sync.deadline import Deadline
from vault_sync.errors import MAY_PASS, CallFailed, ErrorDetail, Kind
from vault_sync.orders import Place
from vault_sync.retry import backoff_seconds
from vault_sync.throttle import ThrottleGate
from vault_sync.world import World

T = TypeVar("T")

SHORTEST_CALL_SECONDS = 1.0
"""With less time than this a call is not begun: its answer would likely be lost."""

SHORTEST_FINAL_SECONDS = 0.05
"""The same for the notification, which is better tried than not."""


class Operation(NamedTuple):
    """An operation of a service in one project; the name is the API's."""

    name: str
    place: Place


class Calls:
    """The calls of one invocation.

    Attributes:
        max_attempts: How often one call is made at most, the first time included.
        proven: Whether a service has accepted the credentials in this invocation.
    """

    def __init__(
        self, world: World, deadline: Deadline, gate: ThrottleGate, max_attempts: int
    ) -> None:
        self.max_attempts = max_attempts
        self.proven = False
        self._world = world
        self._deadline = deadline
        self._gate = gate
        self._lock = threading.Lock()
        self._ended: CallFailed | None = None
        self._forbidden: dict[Operation, CallFailed] = {}

    @property
    def ended(self) -> CallFailed | None:
        """The refusal of the credentials that ended the run, if one did."""
        return self._ended

    def once(self, operation: Operation, send: Callable[[], T], *, final: bool = False) -> T:
        """Make one attempt when the gate lets it through.

        Args:
            operation: What is called where.
            send: Makes the call; raises `CallFailed`.
            final: The call may use the reserve: it is the notification.

        Raises:
            CallFailed: OUT_OF_TIME when nothing was sent for want of time; the failure that
                ended the run or the operation, without a call; or what the call itself failed of.
        """
        self._refuse_what_ended(operation)  # before a wait that would be in vain
        self._pass_gate(final=final)
        self._refuse_what_ended(operation)
        sent_at = self._world.monotonic()
        try:
            result = send()
        except CallFailed as failure:
            self._learn(operation, failure, sent_at)
            raise
        self.proven = True
        self._gate.succeeded()
        return result

    def repeated(self, operation: Operation, send: Callable[[], T], *, final: bool = False) -> T:
        """Make a call that may be repeated without harm, until it succeeds or cannot.

        Raises:
            CallFailed: As `once`; of the last attempt when all are used up or time is.
        """
        attempt = 1
        while True:
            try:
                return self.once(operation, send, final=final)
            except CallFailed as failure:
                if failure.kind not in MAY_PASS or attempt >= self.max_attempts:
                    raise
                if not self.pause(attempt, failure) and not final:
                    raise
            attempt += 1

    def pause(self, attempt: int, failure: CallFailed) -> bool:
        """Sleep before the next attempt; False, without sleeping, when time does not allow it.

        After a 429 the gate does the waiting, for every worker alike.
        """
        if failure.kind is Kind.THROTTLED:
            return True
        seconds = backoff_seconds(attempt, self._world.random)
        if failure.retry_after is not None:
            seconds = max(seconds, failure.retry_after)
        return self.sleep(seconds)

    def seconds_left(self) -> float:
        """Return for how long calls may still be begun."""
        return self._deadline.for_calls() - SHORTEST_CALL_SECONDS

    def sleep(self, seconds: float) -> bool:
        """Sleep if that ends before the reserve begins; else return False at once."""
        if seconds > self._deadline.for_calls():
            return False
        if seconds > 0:
            self._world.sleep(seconds)
        return True

    def _pass_gate(self, *, final: bool) -> None:
        while True:
            slot = self._gate.reserve()
            slept = self.sleep(slot - self._world.monotonic())
            if not slept and not final:
                raise _out_of_time()
            if not slept or self._gate.is_open_at(slot):
                break
        if final:
            enough = self._deadline.for_notification() >= SHORTEST_FINAL_SECONDS
        else:
            enough = self._deadline.for_calls() >= SHORTEST_CALL_SECONDS
        if not enough:
            raise _out_of_time()

    def _refuse_what_ended(self, operation: Operation) -> None:
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


def _out_of_time() -> CallFailed:
    return CallFailed(
        Kind.OUT_OF_TIME,
        ErrorDetail(
            "DeadlineReached",
            "the invocation's time was used up first; run the event again, or give the function "
            "a longer timeout or a higher MAX_CONCURRENCY",
        ),
    )
