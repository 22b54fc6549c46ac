"""Each vault once: asked for, adopted when CBR is at it already, never asked for blindly again."""

from __future__ import annotations

from collections.abc import Callable

from vault_sync import times
from vault_sync.adoption import OperationLogs
from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import CbrService
from vault_sync.cloud.services import Services
from vault_sync.errors import BadInput, CallFailed, ErrorDetail, Kind
from vault_sync.orders import SyncOrder
from vault_sync.outcomes import Outcome, Status, of_order
from vault_sync.tasks import SyncTask
from vault_sync.world import World

MAY_HAVE_STARTED = frozenset({Kind.UNKNOWN, Kind.TRANSIENT, Kind.RUNNING})
"""After these the operation logs are looked at before anything else is done about the vault."""


class VaultSync:
    """Synchronises vaults, one call of `outcome_of` each, from any number of threads."""

    def __init__(self, world: World, calls: Calls, services: Services, logs: OperationLogs) -> None:
        self._world = world
        self._calls = calls
        self._services = services
        self._logs = logs

    def outcome_of(self, order: SyncOrder, sending: Callable[[], None]) -> Outcome:
        """Do what is needed for one vault, and return what became of it. Never raises for it.

        Args:
            order: The vault.
            sending: Called each time before CBR is asked to start the sync.
        """
        try:
            cbr = self._services.cbr(order.place)
            repeated = self._logs.repeated(order)
        except BadInput as bad:
            return of_order(order, "rejected", error=bad.detail)
        except CallFailed as failure:
            # The listing was for all vaults: whatever refused it says nothing about this one.
            late = failure.kind is Kind.OUT_OF_TIME
            return of_order(order, "deferred" if late else "failed", error=failure.detail)
        if repeated is not None:
            return _adopted(order, repeated)
        if order.dry_run:
            return of_order(order, "would_start")
        return self._start(order, cbr, sending)

    def _start(self, order: SyncOrder, cbr: CbrService, sending: Callable[[], None]) -> Outcome:
        def send() -> str:
            sending()
            return cbr.start_sync(order.vault_id, auto_trigger=order.auto_trigger)

        asked_at = self._world.now()
        last: CallFailed | None = None
        for attempt in range(1, self._calls.max_attempts + 1):
            try:
                operation_log_id = self._calls.once(
                    Operation("ImportCheckpoint", order.place), send
                )
                return of_order(order, "started", operation_log_id=operation_log_id)
            except CallFailed as failure:
                settled = _settled(order, failure, last)
                if settled is not None:
                    return settled
                last = failure
            outcome, may_ask_again = self._look(order, cbr, last, asked_at, attempt)
            if outcome is not None:
                return outcome
            if not may_ask_again:
                break
        return _given_up(order, last)

    def _look(
        self, order: SyncOrder, cbr: CbrService, failure: CallFailed, asked_at: float, attempt: int
    ) -> tuple[Outcome | None, bool]:
        """Wait, and find out whether the task is there, and whether there is time to ask again.

        The look comes after the wait: a request that was still on its way has then arrived. A task
        that runs is there at once, so it is looked for first.
        """
        if failure.kind not in MAY_HAVE_STARTED:
            return None, self._calls.pause(attempt, failure)
        waited = failure.kind is Kind.RUNNING or self._calls.pause(attempt, failure)
        try:
            task = self._logs.begun_by(order, asked_at, cbr)
        except CallFailed as blind:
            if failure.kind is Kind.TRANSIENT and blind.kind is Kind.FORBIDDEN:
                return None, waited  # the service said that it did nothing; go on without looking
            return _unresolved(order, failure, blind), False
        if task is not None:
            return _found(order, failure, task, asked_at), False
        if failure.kind is Kind.RUNNING:
            waited = self._calls.pause(attempt, failure)
        return None, waited


def _settled(order: SyncOrder, failure: CallFailed, before: CallFailed | None) -> Outcome | None:
    """Return the outcome where the failure leaves nothing to try."""
    if failure.kind is Kind.REFUSED:
        return of_order(order, "rejected", error=failure.detail)
    if failure.kind in {Kind.UNAUTHENTICATED, Kind.FORBIDDEN}:
        return of_order(order, "failed", error=failure.detail)
    if failure.kind is Kind.OUT_OF_TIME:
        if before is None:
            return of_order(order, "deferred", error=failure.detail)
        return _given_up(order, before)
    return None


def _adopted(order: SyncOrder, task: SyncTask) -> Outcome:
    status: Status = "already_running" if task.running else "already_done"
    return of_order(order, status, operation_log_id=task.operation_log_id)


def _found(order: SyncOrder, failure: CallFailed, task: SyncTask, asked_at: float) -> Outcome:
    """Return the outcome of an order whose task was found after its answer was lost, or a 7302."""
    status: Status = "already_done"
    if task.running or failure.kind is Kind.RUNNING:
        status = "already_running"
    elif task.started is not None and task.started >= times.from_seconds(asked_at):
        status = "started"  # it began after it was asked for, and has ended meanwhile
    return of_order(order, status, operation_log_id=task.operation_log_id)


def _given_up(order: SyncOrder, last: CallFailed | None) -> Outcome:
    if (
        last is not None and last.kind is Kind.RUNNING
    ):  # CBR says so, though the logs do not show it
        return of_order(order, "already_running", error=last.detail)
    return of_order(order, "failed", error=last.detail if last else None)


def _unresolved(order: SyncOrder, failure: CallFailed, blind: CallFailed) -> Outcome:
    if failure.kind is Kind.RUNNING:
        return of_order(order, "already_running", error=failure.detail)
    message = (
        f"{failure.detail}; whether the sync started is not known, because the operation logs "
        f"could not be read ({blind.detail.code}), and so it was not asked for again"
    )
    return of_order(
        order,
        "failed",
        error=ErrorDetail("OutcomeUnknown", message, failure.detail.request_id),
    )
