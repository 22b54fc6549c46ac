"""From messages to outcomes: the first call goes out alone, then the workers share the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from vault_sync.adoption import OperationLogs
from vault_sync.calls import Calls
from vault_sync.cloud.services import Services
from vault_sync.deadline import Deadline
from vault_sync.errors import BadInput, CallFailed, ErrorDetail
from vault_sync.messages import Message, Unreadable
from vault_sync.orders import (
    Defaults,
    Place,
    ReportOrder,
    Selection,
    SyncOrder,
    orders_from,
    without_duplicates,
)
from vault_sync.outcomes import (
    Ledger,
    Outcome,
    of_failure,
    of_report,
    of_selection,
    of_unreadable,
    waits,
)
from vault_sync.selection import resolve
from vault_sync.sync import VaultSync
from vault_sync.tasks import PlacedTask
from vault_sync.world import Worker, World

if TYPE_CHECKING:
    from vault_sync.report import Report

Entry = Outcome | SyncOrder | Selection | ReportOrder
"""A message on its way: still to be looked up, to be synchronised, or at its end."""

LEFT_BEHIND = ErrorDetail(
    "OutcomeUnknown",
    "the answer had not arrived when the time was used up; whether the sync started is not known",
)
NOT_BEGUN = ErrorDetail(
    "DeadlineReached",
    "the invocation's time was used up first; run the event again, or give the function a longer "
    "timeout or a higher MAX_CONCURRENCY",
)


class Done(NamedTuple):
    """What came of an event's messages."""

    outcomes: list[Outcome]
    report: Report | None
    followed: tuple[PlacedTask, ...] | None
    notes: tuple[str, ...]


class Plan:
    """What is known to be done: the entries of the event, and a ledger of its vaults."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.orders = without_duplicates([one for one in entries if isinstance(one, SyncOrder)])
        self.ledger = Ledger(self.orders)

    def conclude(self) -> Iterator[Outcome]:
        """Close the ledger, and yield one outcome a vault, in the order of the event."""
        done = {_key(outcome): outcome for outcome in self.ledger.close(LEFT_BEHIND, NOT_BEGUN)}
        for entry in self.entries:
            if isinstance(entry, Outcome):
                yield entry
            elif isinstance(entry, Selection):
                yield of_selection(entry, "deferred", NOT_BEGUN)
            elif isinstance(entry, SyncOrder):
                outcome = done.pop((entry.place, entry.vault_id), None)
                if outcome is not None:  # else named before: one vault, one outcome
                    yield outcome


class Work:
    """The vaults of one event, and the report that it may ask for."""

    def __init__(  # noqa: PLR0913 - the parts of an invocation, put together in one place
        self,
        *,
        world: World,
        deadline: Deadline,
        calls: Calls,
        services: Services,
        logs: OperationLogs,
        max_concurrency: int,
    ) -> None:
        self._world = world
        self._deadline = deadline
        self._calls = calls
        self._services = services
        self._logs = logs
        self._max_concurrency = max_concurrency
        self._sync = VaultSync(world, calls, services, logs)
        self._plan = Plan([])
        self._concluded = False
        self._lock = threading.Lock()

    def do(self, messages: Sequence[Message | Unreadable], defaults: Defaults) -> Done:
        """Do what the messages ask for: one outcome a vault, in the order of the event."""
        entries = [entry for message in messages for entry in _read(message, defaults)]
        self._plan = Plan(entries)
        if not all(isinstance(entry, (Outcome, ReportOrder)) for entry in entries):
            self._synchronise()
        with self._lock:  # a lead that was left behind may not change the plan any more
            self._concluded = True
            plan = self._plan
        return self._followed_up(plan, list(plan.conclude()))

    def _synchronise(self) -> None:
        if self._calls.seconds_left() > 0 and self._run([self._lead]):
            waiting = self._plan.ledger.waiting
            self._run([self._drain] * min(self._max_concurrency, waiting))

    def _followed_up(self, plan: Plan, outcomes: list[Outcome]) -> Done:
        """Make the report, and wait for tasks; what is not done in time is deferred."""
        reports = [entry for entry in plan.entries if isinstance(entry, ReportOrder)]
        if not reports and not any(waits(outcome) for outcome in outcomes):
            return Done(outcomes, None, None, ())
        from vault_sync.follow_up import FollowUp  # noqa: PLC0415 - a plain sync starts faster without it

        follow_up = FollowUp(self._world, self._calls, self._services, outcomes)
        made = not reports or self._run([lambda: follow_up.make_report(reports)])
        if not made:
            late = [of_report(one, one.places[0], "deferred", NOT_BEGUN) for one in reports]
            return Done([*outcomes, *late], None, follow_up.followed, ())
        self._run([follow_up.wait])
        return Done(
            [*outcomes, *follow_up.outcomes], follow_up.report, follow_up.followed, follow_up.notes
        )

    def _run(self, workers: list[Worker]) -> bool:
        return self._world.run_together(workers, max(0.0, self._deadline.for_calls()))

    def _lead(self) -> None:
        """Go ahead alone until a service has accepted the credentials.

        Looking up selections and earlier syncs comes first anyway; where neither is needed, it is
        the first vault that goes out alone.
        """
        plan = Plan([found for entry in self._plan.entries for found in self._resolved(entry)])
        for group in _by_place(plan.orders):
            self._list_earlier_syncs(group)
        with self._lock:
            if self._concluded:
                return
            self._plan = plan
        while not self._calls.proven and self._calls.ended is None:
            if not self._sync_next(plan.ledger):
                return

    def _drain(self) -> None:
        """Synchronise one vault after the other until none waits; a worker's whole life."""
        while self._sync_next(self._plan.ledger):
            pass

    def _sync_next(self, ledger: Ledger) -> bool:
        taken = ledger.take()
        if taken is None:
            return False
        number, order = taken
        outcome = self._sync.outcome_of(order, sending=lambda: ledger.mark_sent(number))
        ledger.record(number, outcome)
        return True

    def _resolved(self, entry: Entry) -> Sequence[Entry]:
        if not isinstance(entry, Selection):
            return [entry]
        try:
            return resolve(entry, self._services.cbr(entry.order.place), self._calls)
        except BadInput as bad:
            return [of_selection(entry, "rejected", bad.detail)]
        except CallFailed as failure:
            return [of_selection(entry, of_failure(failure), failure.detail)]

    def _list_earlier_syncs(self, orders: list[SyncOrder]) -> None:
        try:
            cbr = self._services.cbr(orders[0].place)
        except BadInput:
            return  # each of these orders is rejected for it when its turn comes
        self._logs.list_since(orders, cbr)


def _read(message: Message | Unreadable, defaults: Defaults) -> Sequence[Entry]:
    if isinstance(message, Unreadable):
        return [of_unreadable(message)]
    try:
        orders = orders_from(message, defaults)
    except BadInput as bad:
        detail = bad.detail
        placed = ErrorDetail(detail.code, f"{message.source}: {detail.message}")
        return [Outcome("rejected", message.source, error=placed)]
    return [orders] if isinstance(orders, ReportOrder) else orders


def _by_place(orders: list[SyncOrder]) -> list[list[SyncOrder]]:
    groups: dict[Place, list[SyncOrder]] = {}
    for order in orders:
        groups.setdefault(order.place, []).append(order)
    return list(groups.values())


def _key(outcome: Outcome) -> tuple[Place, str]:
    return Place(outcome.region or "", outcome.project_id or ""), outcome.vault_id or ""
