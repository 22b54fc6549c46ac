"""Which syncs ended within a window, and which vaults are behind.

CBR's operation logs are the only memory, so a report made again for the same event is the same
report. What CBR's time filters compare is not documented; they only bound what is listed, widely,
and everything that comes back is judged here by its own times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from vault_sync import times
from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import CbrService
from vault_sync.orders import Place, ReportOrder
from vault_sync.pages import read_all, read_each
from vault_sync.tasks import PlacedTask, StaleVault, SyncTask

LONGEST_TASK_DAYS = 7
"""How long before the window a task is expected to have begun that ended in it."""

LATE_TICK_SECONDS = 10
"""A timer's event that is dated some seconds after a whole minute is taken for that minute, so
that the windows of consecutive ticks touch and do not overlap."""


@dataclass(frozen=True)
class Window:
    """A stretch of time, with its beginning and without its end."""

    begin: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end

    def as_document(self) -> dict[str, str | None]:
        """Return the window as it stands in the result document."""
        return {"from": times.to_document(self.begin), "to": times.to_document(self.end)}


@dataclass(frozen=True)
class Report:
    """What a report found.

    Attributes:
        stale: None where it was not asked for.
    """

    window: Window
    tasks: tuple[PlacedTask, ...]
    stale: tuple[StaleVault, ...] | None


def window_of(order: ReportOrder, now: datetime) -> Window:
    """Return the window that ends with the event's own time, or now where it has none."""
    end = order.event_time or now
    if end.second < LATE_TICK_SECONDS:
        end = end.replace(second=0, microsecond=0)
    return Window(times.earlier(end, order.window_minutes * 60), end)


def review(
    order: ReportOrder, place: Place, window: Window, cbr: CbrService, calls: Calls
) -> Report:
    """Make the report of one project.

    Raises:
        CallFailed: The operation logs or the vaults could not be listed.
    """
    ended: dict[str, SyncTask] = {}
    last_success: dict[str, datetime] = {}
    for task in _tasks(order, place, window, cbr, calls):
        if task.running or task.ended is None:
            continue
        if task.ended in window:
            ended[task.operation_log_id] = task
        if task.status == "success" and task.ended < window.end:
            last_success[task.vault_id] = max(
                task.ended, last_success.get(task.vault_id, task.ended)
            )
    tasks = sorted(ended.values(), key=lambda task: (task.ended, task.operation_log_id))
    return Report(
        window,
        tuple(PlacedTask(place, task) for task in tasks),
        None
        if order.max_age_hours is None
        else tuple(_stale(order.max_age_hours, place, window, last_success, cbr, calls)),
    )


def merged(reports: list[Report]) -> Report:
    """Make one report of those of several projects, for the same window."""
    stale = [report.stale for report in reports if report.stale is not None]
    return Report(
        reports[0].window,
        tuple(task for report in reports for task in report.tasks),
        tuple(vault for vaults in stale for vault in vaults) if stale else None,
    )


def _tasks(
    order: ReportOrder, place: Place, window: Window, cbr: CbrService, calls: Calls
) -> Iterator[SyncTask]:
    """List every sync that may have ended in the window; all that CBR keeps, to judge freshness."""
    since = None
    if order.max_age_hours is None:
        since = times.earlier(window.begin, LONGEST_TASK_DAYS * 24 * 3600)
    return read_each(
        calls,
        Operation("ListOpLogs", place),
        lambda offset: cbr.list_sync_tasks(offset, since=since),
    )


def _stale(  # noqa: PLR0913, PLR0917 - what staleness follows from
    max_age_hours: int,
    place: Place,
    window: Window,
    last_success: dict[str, datetime],
    cbr: CbrService,
    calls: Calls,
) -> Iterator[StaleVault]:
    """Name every hybrid vault that had no successful sync for too long, as of the window's end."""
    oldest = times.earlier(window.end, max_age_hours * 3600)
    vaults = read_all(calls, Operation("ListVault", place), cbr.list_hybrid_vaults)
    for vault in sorted(vaults, key=lambda vault: (vault.name, vault.vault_id)):
        last = last_success.get(vault.vault_id)
        if vault.hybrid and (last is None or last < oldest):
            yield StaleVault(place, vault.vault_id, vault.name, last)
