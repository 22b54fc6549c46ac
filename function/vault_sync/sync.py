"""Synchronising one vault: ask CBR once, and look before asking again.

A request that CBR may have taken is never repeated before the operation logs have shown that no
task of it is there. A task that is there already is adopted.
"""

from __future__ import annotations

import threading
from datetime import datetime

from vault_sync import times
from vault_sync.adoption import CLOCK_TOLERANCE_SECONDS, OperationLogs
from vault_sync.calls import NO_TIME, Calls
from vault_sync.cloud.cbr import Cbr
from vault_sync.cloud.services import Services
from vault_sync.errors import BadInput, CallFailed, ErrorDetail, Kind, internal_error
from vault_sync.orders import SyncOrder
from vault_sync.outcomes import Outcome, Status, failed, of_failure, rejected
from vault_sync.system import System
from vault_sync.tasks import SyncTask

MAY_HAVE_STARTED = frozenset({Kind.UNKNOWN, Kind.TRANSIENT, Kind.RUNNING})
"""After these the operation logs are looked at before anything else is done about the vault."""

LEFT_BEHIND = ErrorDetail(
    "OutcomeUnknown",
    "CBR had not answered when the time was used up; whether the sync started is not known",
)


class _Attempts:
    """The attempts to have one vault synchronised.

    Attributes:
        since: When CBR was first asked, on the system's clock.
        number: How many attempts were made.
        last: How the last one failed.
        unanswered: Whether one of them may have started a task without saying so.
    """

    def __init__(self, order: SyncOrder, cbr: Cbr, since: float) -> None:
        self.order = order
        self.cbr = cbr
        self.since = since
        self.number = 0
        self.last: CallFailed | None = None
        self.unanswered = False

    def note(self, failure: CallFailed) -> None:
        """Take the failure of an attempt down."""
        self.last = failure
        self.unanswered = self.unanswered or failure.kind in {Kind.UNKNOWN, Kind.TRANSIENT}


class VaultSync:
    """Synchronises vaults, one call of `outcome_of` each, from any number of threads."""

    def __init__(
        self, system: System, calls: Calls, services: Services, logs: OperationLogs
    ) -> None:
        self._system = system
        self._calls = calls
        self._services = services
        self._logs = logs
        self._began = times.from_seconds(system.now())
        self._asked: set[SyncOrder] = set()
        self._lock = threading.Lock()

    def outcome_of(self, order: SyncOrder) -> Outcome:
        """Do what is needed for one vault, and return what became of it."""
        try:
            return self._outcome_of(order)
        finally:
            with self._lock:
                self._asked.discard(order)

    def _outcome_of(self, order: SyncOrder) -> Outcome:
        try:
            cbr = self._services.cbr(order.project)
            repeated = self._logs.repeated(order)
        except BadInput as bad:
            return rejected(order, bad.detail)
        except CallFailed as failure:
            # The listing was for all vaults: whatever refused it says nothing about this one.
            late = failure.kind is Kind.OUT_OF_TIME
            return of_failure(order, failure) if late else failed(order, failure)
        if repeated is not None:
            status = Status.ALREADY_RUNNING if repeated.running else Status.ALREADY_DONE
            return self._adopted(order, repeated, status)
        if order.dry_run:
            return Outcome(Status.WOULD_START, order)
        return self._start(order, cbr)

    def without_answer(self, order: SyncOrder) -> Outcome:
        """Return the outcome of a vault whose worker did not come back in time."""
        with self._lock:
            asked = order in self._asked
        if asked:
            return Outcome(Status.FAILED, order, error=LEFT_BEHIND, may_pass=True)
        return Outcome(Status.DEFERRED, order, error=NO_TIME)

    def broken(self, order: SyncOrder, error: Exception) -> Outcome:
        """Return the outcome of a vault at which something unforeseen happened."""
        return Outcome(Status.FAILED, order, error=internal_error(error))

    def _start(self, order: SyncOrder, cbr: Cbr) -> Outcome:
        attempts = _Attempts(order, cbr, self._system.now())
        while attempts.number < self._calls.max_attempts:
            attempts.number += 1
            try:
                operation_log_id = cbr.start_sync(
                    order.vault_id,
                    auto_trigger=order.auto_trigger,
                    sending=lambda: self._note_asked(order),
                )
                return Outcome(Status.STARTED, order, operation_log_id)
            except CallFailed as failure:
                settled = _settled(order, failure, attempts.last)
                if settled is not None:
                    return settled
                attempts.note(failure)
                outcome, may_ask_again = self._look(attempts, failure)
            if outcome is not None:
                return outcome
            if not may_ask_again:
                break
        return _given_up(order, attempts.last)

    def _note_asked(self, order: SyncOrder) -> None:
        with self._lock:
            self._asked.add(order)

    def _look(self, attempts: _Attempts, failure: CallFailed) -> tuple[Outcome | None, bool]:
        """Find out whether the task is there; if not, whether there is time to ask again.

        The pause comes first, so that a request that was still on its way has arrived. A task that
        CBR says is running is there at once, so it is looked for first.
        """
        number = attempts.number
        if failure.kind not in MAY_HAVE_STARTED:
            return None, self._calls.pause(number, failure)
        running = failure.kind is Kind.RUNNING
        in_time = running or self._calls.pause(number, failure)
        order = attempts.order
        try:
            task = self._logs.begun_by(order, attempts.since, attempts.cbr, running=running)
        except CallFailed as blind:
            if failure.kind is Kind.TRANSIENT and blind.kind is Kind.FORBIDDEN:
                return None, in_time  # CBR said that it did nothing; go on without looking
            return _unresolved(order, failure, blind), False
        if task is not None:
            return self._found(attempts, failure, task), False
        return None, self._calls.pause(number, failure) if running else in_time

    def _adopted(
        self,
        order: SyncOrder,
        task: SyncTask,
        status: Status,
        *,
        ours_since: datetime | None = None,
    ) -> Outcome:
        """Return the outcome of a vault whose task was there already.

        A task that began before the event may miss its restore points, unless it may be our own.
        """
        event = order.since or self._began
        before = _before(task.started, event if ours_since is None else min(event, ours_since))
        return Outcome(
            status,
            order,
            task.operation_log_id,
            vault_name=task.vault_name,
            began=task.started,
            late=before and status is Status.ALREADY_RUNNING,
        )

    def _found(self, attempts: _Attempts, failure: CallFailed, task: SyncTask) -> Outcome:
        """Return the outcome of a vault whose task was found after a lost answer or a 7302."""
        order, asked = attempts.order, times.from_seconds(attempts.since)
        if task.running or failure.kind is Kind.RUNNING:
            tolerated = times.earlier(asked, CLOCK_TOLERANCE_SECONDS)
            ours_since = tolerated if attempts.unanswered else None
            return self._adopted(order, task, Status.ALREADY_RUNNING, ours_since=ours_since)
        ended_badly = task.status != "success"
        if ended_badly or (task.started is not None and task.started >= asked):
            # It began after it was asked for, and has ended meanwhile. By clocks that differ, so
            # may one that seems a little older; one that ended badly is no earlier delivery's.
            return Outcome(Status.STARTED, order, task.operation_log_id, vault_name=task.vault_name)
        return self._adopted(order, task, Status.ALREADY_DONE)


def _before(moment: datetime | None, other: datetime) -> bool:
    return moment is not None and moment < other


def _settled(order: SyncOrder, failure: CallFailed, before: CallFailed | None) -> Outcome | None:
    """Return the outcome where the failure leaves nothing to try."""
    if failure.kind is Kind.REFUSED:
        return rejected(order, failure.detail)
    if failure.kind in {Kind.UNAUTHENTICATED, Kind.FORBIDDEN}:
        return failed(order, failure)
    if failure.kind is Kind.OUT_OF_TIME:
        return of_failure(order, failure) if before is None else _given_up(order, before)
    return None


def _given_up(order: SyncOrder, last: CallFailed | None) -> Outcome:
    if last is None:
        return Outcome(Status.DEFERRED, order, error=NO_TIME)
    if last.kind is Kind.RUNNING:  # CBR says so, though the logs do not show it
        return Outcome(Status.ALREADY_RUNNING, order, error=last.detail)
    return failed(order, last)


def _unresolved(order: SyncOrder, failure: CallFailed, blind: CallFailed) -> Outcome:
    """Return the outcome of a vault for which the operation logs could not be read."""
    if failure.kind is Kind.RUNNING:
        return Outcome(Status.ALREADY_RUNNING, order, error=failure.detail)
    message = (
        f"{failure.detail}; whether the sync started is not known, because the operation logs "
        f"could not be read ({blind.detail.code}), and so it was not asked for again"
    )
    error = ErrorDetail("OutcomeUnknown", message, failure.detail.request_id)
    return Outcome(Status.FAILED, order, error=error, may_pass=True)
