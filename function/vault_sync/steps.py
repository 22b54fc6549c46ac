"""The steps of an invocation, each of which adds to its result.

Every step works within the time that is left for calls. What it could not do in time has an outcome
that says so, and what a worker that was left behind still does changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from vault_sync.adoption import OperationLogs
from vault_sync.calls import NO_TIME, Calls, Deadline
from vault_sync.cloud.services import Services
from vault_sync.envelopes import Incoming
from vault_sync.errors import BadInput, CallFailed, ErrorDetail, internal_error
from vault_sync.orders import Orders, ReportOrder, Selection, SyncOrder
from vault_sync.outcomes import Outcome, Status, of_failure, rejected
from vault_sync.project import Project, project_of
from vault_sync.request import MAX_VAULTS
from vault_sync.result import Report, Result
from vault_sync.selection import Selected, resolve, too_many
from vault_sync.settings import Settings
from vault_sync.sync import VaultSync
from vault_sync.system import Jobs, System

LONGEST_PAUSE_BEFORE_HAND_OVER_SECONDS = 30.0
"""Before a next invocation tries again what failed for a reason that may pass."""

ONE_REPORT = ErrorDetail(
    "InvalidRequest", "one event asks for one report; this one differs from the first"
)


class Steps:
    """What an invocation can do for its orders."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of an invocation, put together in one place
        self,
        settings: Settings,
        system: System,
        deadline: Deadline,
        calls: Calls,
        services: Services,
        now: datetime,
    ) -> None:
        self._settings = settings
        self._system = system
        self._deadline = deadline
        self._calls = calls
        self._services = services
        self._now = now
        self._logs = OperationLogs(system)
        self._sync = VaultSync(system, calls, services, self._logs)

    @property
    def missing_permissions(self) -> list[str]:
        """A note for each project in which earlier syncs could not be looked up."""
        return [
            f"operation logs may not be listed ({why.detail}): a repeated delivery and a lost "
            "answer cannot be recognised; allow cbr:tasks:list"
            for why in self._logs.forbidden
        ]

    def select(self, asked: Orders, result: Result) -> None:
        """Look up the vaults of selections, and add an order for each."""

        def look_up(selection: Selection) -> Selected | Outcome:
            try:
                return resolve(selection, self._services.cbr(selection.order.project), self._now)
            except BadInput as bad:
                return rejected(selection, bad.detail)
            except CallFailed as failure:
                return of_failure(selection, failure)

        waiting = list(asked.selections)
        found = self._work_through(waiting, look_up, _broken)
        for number, selection in enumerate(waiting):
            one = found.get(number) or Outcome(Status.DEFERRED, selection, error=NO_TIME)
            if isinstance(one, Selected) and asked.named + len(one.orders) > MAX_VAULTS:
                one = of_failure(selection, too_many(selection))
            if isinstance(one, Outcome):
                result.outcomes.append(one)
                continue
            asked.add(one.orders)
            asked.selections.remove(selection)
            if one.error is not None:
                result.outcomes.append(Outcome(Status.FAILED, selection, error=one.error))

    def synchronise(self, wanted: list[SyncOrder], result: Result) -> None:
        """Synchronise each vault; add one outcome for each, in the order of the event.

        Projects take turns, because CBR's quota of calls is a project's own: together they get more
        calls through than one after the other.
        """
        by_project: dict[Project, list[int]] = {}
        for number, order in enumerate(wanted):
            by_project.setdefault(order.project, []).append(number)
        listings = [[wanted[number] for number in numbers] for numbers in by_project.values()]
        self._work_through(listings, self._list_since_events, _raised)
        turns = [n for turn in zip_longest(*by_project.values()) for n in turn if n is not None]
        orders = [wanted[number] for number in turns]
        found = self._work_through(orders, self._sync.outcome_of, self._sync.broken)
        outcomes = {turns[place]: outcome for place, outcome in found.items()}
        result.outcomes += [
            outcomes.get(number) or self._sync.without_answer(order)
            for number, order in enumerate(wanted)
        ]

    def report(self, wanted: list[ReportOrder], result: Result) -> None:
        """Make the one report an event asks for; a project that fails does not hide the others."""
        if not wanted:
            return
        from vault_sync import report  # noqa: PLC0415 - a plain sync starts faster without it

        first, *others = wanted
        result.outcomes += [
            rejected(one, ONE_REPORT)
            for one in others
            if one._replace(mention=first.mention) != first
        ]
        window = report.window_of(first, self._now)

        def review(order: ReportOrder) -> Report | Outcome:
            project = order.projects[0]
            try:
                return report.review(order, project, window, self._services.cbr(project))
            except BadInput as bad:
                return rejected(order, bad.detail)
            except CallFailed as failure:
                return of_failure(order, failure)

        each = [first._replace(projects=(project,)) for project in first.projects]
        found = self._work_through(each, review, _broken)
        made: list[Report] = []
        for number, order in enumerate(each):
            one = found.get(number) or Outcome(Status.DEFERRED, order, error=NO_TIME)
            if isinstance(one, Outcome):
                result.outcomes.append(one)
                continue
            made.append(one)
            result.outcomes += [Outcome(Status.FAILED, order, error=why) for why in one.errors]
        if made:
            result.report = report.merged(made)

    def wait(self, result: Result) -> None:
        """Stay until tasks have ended, then start the syncs of vaults that were busy before.

        Only for those who asked for it (`wait_seconds`).
        """
        if not any(outcome.waits for outcome in result.outcomes):
            return
        from vault_sync.waiting import Waiting  # noqa: PLC0415 - a plain sync starts faster without it

        seconds = max(one.sync_order.wait_seconds for one in result.outcomes if one.sync_order)
        waiting = Waiting(self._system, self._calls, self._services.cbr, seconds)
        while True:
            awaited = [outcome for outcome in result.outcomes if outcome.waits]
            self._in_time(lambda: waiting.until_ended(awaited))  # noqa: B023 - it is run at once
            busy = {
                id(one.order): one
                for one in awaited
                if one.late and waiting.has_ended(one.operation_log_id)
            }
            if not busy:
                break
            wanted = [one.sync_order for one in busy.values() if one.sync_order]
            result.outcomes = [one for one in result.outcomes if id(one.order) not in busy]
            self.synchronise(wanted, result)
        result.followed = waiting.tasks
        if waiting.why is not None:
            why = waiting.why.detail
            result.notes.append(f"the tasks could not be followed to their end: {why}")

    def hand_over(self, incoming: Incoming, result: Result) -> None:
        """Hand what is left over to a next invocation, if that is set up (`CONTINUE_AS`)."""
        function_urn = self._settings.continue_as
        incomplete = any(one.status.incomplete for one in result.outcomes)
        if function_urn is None or not incomplete:
            return
        from vault_sync import continuation  # noqa: PLC0415 - a plain sync starts faster without it

        left = continuation.left_over(result.outcomes, incoming.continued)
        if not left:
            return
        try:
            functiongraph = self._services.functiongraph(project_of(function_urn))
        except BadInput as bad:
            result.notes.append(f"could not be handed to a next invocation: {bad.detail}")
            return
        if any(one.status is Status.FAILED for one in left):
            pause = min(LONGEST_PAUSE_BEFORE_HAND_OVER_SECONDS, self._deadline.for_calls())
            self._calls.sleep(max(0.0, pause))
        handing = continuation.HandOver(left, incoming, function_urn, self._now)
        seconds = max(0.0, self._deadline.for_notification() / 2)
        self._system.run_together([lambda: handing.to(functiongraph)], seconds)
        result.continued, gone = handing.close()
        handed = set(map(id, gone))
        result.outcomes = [one for one in result.outcomes if id(one) not in handed]
        if handing.why is not None:
            result.notes.append(f"could not be handed to a next invocation: {handing.why}")

    def _list_since_events(self, wanted: list[SyncOrder]) -> None:
        try:
            cbr = self._services.cbr(wanted[0].project)
        except BadInput:
            return  # each of these orders is rejected for it when its turn comes
        self._logs.list_since_events(wanted, cbr)

    def _in_time(self, step: Callable[[], None]) -> None:
        """Run a step that is left behind when the reserve begins."""
        self._system.run_together([step], max(0.0, self._deadline.for_calls()))

    def _work_through(
        self,
        jobs: Sequence[Any],
        do: Callable[[Any], Any],
        broken: Callable[[Any, Exception], Any],
    ) -> dict[int, Any]:
        """Do the jobs before the reserve begins: first alone, then together."""
        if not jobs or self._calls.seconds_left() <= 0:
            return {}
        return Jobs(jobs, do, broken).work_through(
            self._system,
            alone_until=lambda: self._calls.proven,
            workers=min(self._settings.max_concurrency, len(jobs)),
            seconds_left=self._deadline.for_calls,
        )


def _broken(order: Selection | ReportOrder, error: Exception) -> Outcome:
    return Outcome(Status.FAILED, order, error=internal_error(error))


def _raised(_: object, error: Exception) -> None:
    raise error
