"""Which syncs ended within a window, and which vaults are behind.

CBR's operation logs are the only memory, so a report made again for the same event is the same
report. What CBR's time filters compare is not documented; they only bound what is listed, widely,
and everything that comes back is judged here by its own times.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

from vault_sync import times
from vault_sync.cloud.cbr import Cbr, Vault
from vault_sync.errors import ErrorDetail
from vault_sync.orders import ReportOrder
from vault_sync.project import Project
from vault_sync.result import Report, Window
from vault_sync.selection import LONGEST_TASK_HOURS, UNREADABLE_VAULT
from vault_sync.tasks import ProjectTask, StaleVault, SyncTask

LATE_TICK_SECONDS = 10
"""A timer's event that is dated some seconds after a whole minute is taken for that minute, so
that the windows of consecutive ticks touch and do not overlap."""

UNREADABLE_TASK = ErrorDetail(
    "UnreadableAnswer",
    "the operation logs have an entry that could not be read, so that a sync may be missing here, "
    "and a vault be called behind that is not",
)


def window_of(order: ReportOrder, now: datetime) -> Window:
    """Return the window that ends with the event's own time, or now where it has none."""
    end = (order.time or now).astimezone(timezone.utc)
    if end.second < LATE_TICK_SECONDS:
        end = end.replace(second=0, microsecond=0)
    return Window(times.earlier(end, order.window_minutes * 60), end)


def review(order: ReportOrder, project: Project, window: Window, cbr: Cbr) -> Report:
    """Make the report of one project.

    Raises:
        CallFailed: The operation logs or the vaults could not be listed.
    """
    errors: list[ErrorDetail] = []
    ended: dict[str, SyncTask] = {}
    last_success: dict[str, datetime] = {}
    # To judge freshness, everything is looked at that CBR keeps.
    since = None
    if order.max_age_hours is None:
        since = times.earlier(window.begin, LONGEST_TASK_HOURS * 3600)
    for task in cbr.sync_tasks(since=since):
        if not isinstance(task, SyncTask):
            errors = [UNREADABLE_TASK]
            continue
        if task.running or task.ended is None:
            continue
        if task.ended in window:
            ended[task.operation_log_id] = task
        if task.status == "success" and task.ended < window.end:
            last = last_success.get(task.vault_id, task.ended)
            last_success[task.vault_id] = max(task.ended, last)
    stale: list[StaleVault] | None = None
    if order.max_age_hours is not None:
        vaults = list(cbr.hybrid_vaults())
        known = [vault for vault in vaults if isinstance(vault, Vault)]
        errors += [UNREADABLE_VAULT] if len(known) < len(vaults) else []
        oldest = times.earlier(window.end, order.max_age_hours * 3600)
        stale = _stale(known, project, last_success, oldest)
    tasks = sorted(ended.values(), key=lambda task: (task.ended, task.operation_log_id))
    return Report(
        window,
        tuple(ProjectTask(project, task) for task in tasks),
        None if stale is None else tuple(stale),
        tuple(errors),
    )


def _stale(
    vaults: Iterable[Vault], project: Project, last_success: dict[str, datetime], oldest: datetime
) -> list[StaleVault]:
    """Name every hybrid vault without a successful sync since a time."""
    stale: list[StaleVault] = []
    for vault in sorted(vaults, key=lambda vault: (vault.name, vault.vault_id)):
        last = last_success.get(vault.vault_id)
        if vault.hybrid and (last is None or last < oldest):
            stale.append(StaleVault(project, vault.vault_id, vault.name or None, last))
    return stale


def merged(reports: list[Report]) -> Report:
    """Make one report of those of several projects, for the same window."""
    stale = [report.stale for report in reports if report.stale is not None]
    return Report(
        reports[0].window,
        tuple(task for report in reports for task in report.tasks),
        tuple(vault for vaults in stale for vault in vaults) if stale else None,
    )
