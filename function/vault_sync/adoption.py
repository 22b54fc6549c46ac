"""Which syncs CBR knows of already, so that none is asked for twice.

CBR's operation logs are the only memory: they tell a repeated delivery from a first one, and
what became of a request whose answer was lost.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from vault_sync import times
from vault_sync.cloud.cbr import Cbr
from vault_sync.errors import CallFailed, Kind
from vault_sync.orders import SyncOrder
from vault_sync.project import Project
from vault_sync.request import KEPT_HOURS
from vault_sync.system import System
from vault_sync.tasks import History, SyncTask

WINDOW_MARGIN_SECONDS = 60.0
"""How far before a time the logs are listed; whether CBR's filter includes its bound, and to which
of a task's times it applies, is not documented. What comes back is filtered again."""

LOOK_BACK_SECONDS = 24 * 3600.0
"""How far back a task is looked for whose answer was lost: by whatever time CBR filters, it is
there."""

CLOCK_TOLERANCE_SECONDS = 5.0
"""By how much CBR's clock may be behind ours when the task just asked for is recognised."""


class OperationLogs:
    """The syncs in the operation logs, listed once for each project and then vault by vault."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._known: dict[Project, History] = {}
        self._unreadable: dict[Project, CallFailed] = {}
        self._lock = threading.Lock()

    @property
    def forbidden(self) -> list[CallFailed]:
        """What refused the permission to list operation logs, one for each project."""
        with self._lock:
            return [why for why in self._unreadable.values() if why.kind is Kind.FORBIDDEN]

    def list_since_events(self, orders: Sequence[SyncOrder], cbr: Cbr) -> None:
        """Learn, in one listing, every sync of a project since the earliest event of its orders.

        A listing that fails is remembered: `repeated` raises it for the orders that needed it.
        """
        project = orders[0].project
        moments = [order.since for order in orders if order.since is not None]
        if not moments:
            return
        oldest = times.from_seconds(self._system.now() - KEPT_HOURS * 3600)
        since = max(oldest, times.earlier(min(moments), WINDOW_MARGIN_SECONDS))
        try:
            self._known[project] = History(
                cbr.sync_tasks(since=since), {order.vault_id for order in orders}
            )
        except CallFailed as failure:
            with self._lock:
                self._unreadable[project] = failure

    def repeated(self, order: SyncOrder) -> SyncTask | None:
        """Return a sync of the vault that began with the event or later, and did not end badly.

        Raises:
            CallFailed: Whether there is one could not be found out, for another reason than a
                missing permission. Starting a sync could then be starting it twice.
        """
        if order.since is None:
            return None
        why = self._unreadable.get(order.project)
        if why is not None:
            if why.kind is Kind.FORBIDDEN:
                return None
            raise CallFailed(why.kind, why.detail)
        history = self._known.get(order.project)
        if history is None:
            return None
        began = _began(_not_ended_badly(history.of(order.vault_id)), order.since)
        if not began:
            history.require_known(order.vault_id)
            return None
        return began[0]

    def begun_by(
        self, order: SyncOrder, asked_at: float, cbr: Cbr, *, running: bool
    ) -> SyncTask | None:
        """Look for the task of a vault that may be ours: one that runs, or that began since.

        Args:
            order: What was asked for.
            asked_at: When it was first asked for, on the system's clock.
            cbr: CBR in the order's project.
            running: Whether CBR says that a task runs; it is found however long it has run.

        Raises:
            CallFailed: The operation logs could not be read, or not entirely.
        """
        asked = times.from_seconds(asked_at)
        listed_since = None if running else times.earlier(asked, LOOK_BACK_SECONDS)
        try:
            history = History(
                cbr.sync_tasks(since=listed_since, vault_id=order.vault_id), {order.vault_id}
            )
        except CallFailed as failure:
            if failure.kind is Kind.FORBIDDEN:
                with self._lock:
                    self._unreadable.setdefault(order.project, failure)
            raise
        found = _most_likely(history.of(order.vault_id), asked, order.since)
        if found is None:
            history.require_known(order.vault_id)
        return found


def _not_ended_badly(tasks: list[SyncTask]) -> list[SyncTask]:
    return [task for task in tasks if task.running or task.status == "success"]


def _began(tasks: list[SyncTask], since: datetime) -> list[SyncTask]:
    """Return the tasks that began at a time or later, in the order of their beginnings."""
    began = [(task.started, task) for task in tasks if task.started and task.started >= since]
    return [task for _, task in sorted(began, key=lambda pair: pair[0])]


def _most_likely(tasks: list[SyncTask], asked: datetime, since: datetime | None) -> SyncTask | None:
    """Return the task that runs; else the first that began after we asked.

    By clocks that differ, our task may seem to have begun up to five seconds earlier; then it is
    the last of those. The last choice is a task that began with the event or later, by another
    delivery of it, and did not end badly.
    """
    running = [task for task in tasks if task.running]
    if running:
        return running[0]
    began = _began(tasks, times.earlier(asked, CLOCK_TOLERANCE_SECONDS))
    after = [task for task in began if task.started and task.started >= asked]
    repeated = [] if since is None else _began(_not_ended_badly(tasks), since)
    return next(iter(after or began[-1:] or repeated[-1:]), None)
