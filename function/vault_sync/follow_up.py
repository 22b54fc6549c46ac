"""What comes after the syncs were asked for: reports, and the ends of tasks that are waited for."""

from __future__ import annotations

from vault_sync.calls import Calls
from vault_sync.cloud.services import Services
from vault_sync.errors import BadInput, CallFailed, ErrorDetail
from vault_sync.orders import Place, ReportOrder
from vault_sync.outcomes import Outcome, of_failure, of_report, wait_seconds, waits
from vault_sync.report import Report, Window, merged, review, window_of
from vault_sync.tasks import PlacedTask
from vault_sync.times import from_seconds
from vault_sync.waiting import Awaited, Waiting
from vault_sync.world import World

ONE_REPORT = ErrorDetail(
    "InvalidRequest", "one event asks for one report; this one differs from the first"
)


class FollowUp:
    """The reports and the waiting of one event.

    Attributes:
        report: What was found, for all its projects; None if no report was asked for or possible.
        outcomes: Of reports that could not be made.
    """

    def __init__(self, world: World, calls: Calls, services: Services, done: list[Outcome]) -> None:
        self.report: Report | None = None
        self.outcomes: list[Outcome] = []
        self._waiting = Waiting(world, calls, services.cbr)
        self._awaited = [_awaited(one) for one in done if waits(one)]
        self._seconds = max(map(wait_seconds, done), default=0)
        self._world = world
        self._calls = calls
        self._services = services

    def make_report(self, orders: list[ReportOrder]) -> None:
        """Make the one report an event asks for; a project that fails does not hide the others."""
        window = window_of(orders[0], from_seconds(self._world.now()))
        for order in orders[1:]:
            if _asks_for(order) != _asks_for(orders[0]):
                self.outcomes.append(of_report(order, order.places[0], "rejected", ONE_REPORT))
        found = [self._review(orders[0], place, window) for place in orders[0].places]
        reports = [report for report in found if report is not None]
        if reports:
            self.report = merged(reports)

    def _review(self, order: ReportOrder, place: Place, window: Window) -> Report | None:
        try:
            return review(order, place, window, self._services.cbr(place), self._calls)
        except BadInput as bad:
            self.outcomes.append(of_report(order, place, "rejected", bad.detail))
        except CallFailed as failure:
            outcome = of_report(order, place, of_failure(failure), failure.detail)
            self.outcomes.append(outcome)
        return None

    def wait(self) -> None:
        """Stay until the tasks of those who asked for it have ended, or time is up."""
        self._waiting.until_ended(self._awaited, self._seconds)

    @property
    def followed(self) -> tuple[PlacedTask, ...] | None:
        """The tasks that somebody waits for, as last seen; None if nobody waits."""
        return self._waiting.last_seen(self._awaited) if self._awaited else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know besides."""
        if self._waiting.why is None:
            return ()
        return (f"the tasks could not be followed to their end: {self._waiting.why.detail}",)


def _asks_for(order: ReportOrder) -> tuple[object, ...]:
    return (order.places, order.window_minutes, order.max_age_hours, order.event_time)


def _awaited(outcome: Outcome) -> Awaited:
    place = Place(outcome.region or "", outcome.project_id or "")
    return Awaited(place, outcome.operation_log_id or "", outcome.vault_id or "")
