"""Which syncs CBR knows of already, so that none is asked for twice.

CBR's operation logs are the only memory: they tell a repeated delivery from a first one, and
what became of a request whose answer was lost.
"""

from __future__ import annotations

import threading
from datetime import datetime

from vault_sync import times
from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import CbrService
from vault_sync.errors import CallFailed, Kind
from vault_sync.orders import Place, SyncOrder
from vault_sync.pages import read_all
from vault_sync.tasks import SyncTask
from vault_sync.world import World

WINDOW_MARGIN_SECONDS = 60.0
"""How far before a time the logs are listed; whether CBR's filter includes its bound, and to which
of a task's times it applies, is not documented. What comes back is filtered again."""

KEPT_SECONDS = 30 * 24 * 3600.0
"""For how long CBR keeps its tasks; an event from before asks for no more."""

LOOK_BACK_SECONDS = 24 * 3600.0
"""How far back a running task is looked for. Nothing is published about how long a sync takes;
Huawei's own Terraform provider waits 30 minutes for one."""

CLOCK_TOLERANCE_SECONDS = 5.0
"""By how much CBR's clock may be behind ours when the task just asked for is recognised."""


class OperationLogs:
    """The syncs in the operation logs, listed once for each project and then vault by vault."""

    def __init__(self, world: World, calls: Calls) -> None:
        self._world = world
        self._calls = calls
        self._since: dict[Place, datetime] = {}
        self._known: dict[tuple[Place, str], list[SyncTask]] = {}
        self._unreadable: dict[Place, CallFailed] = {}
        self._lock = threading.Lock()

    @property
    def forbidden(self) -> list[CallFailed]:
        """What refused the permission to list operation logs, one for each project."""
        with self._lock:
            return [why for why in self._unreadable.values() if why.kind is Kind.FORBIDDEN]

    def list_since(self, orders: list[SyncOrder], cbr: CbrService) -> None:
        """Learn, in one listing, every sync of a project since the earliest event of its orders.

        A listing that fails is remembered: `repeated` tells the orders that needed it.
        """
        place = orders[0].place
        moments = [order.event_time for order in orders if order.event_time is not None]
        if not moments:
            return
        oldest = times.from_seconds(self._world.now() - KEPT_SECONDS)
        since = max(oldest, times.earlier(min(moments), WINDOW_MARGIN_SECONDS))
        try:
            tasks = read_all(
                self._calls,
                Operation("ListOpLogs", place),
                lambda offset: cbr.list_sync_tasks(offset, since=since),
            )
        except CallFailed as failure:
            with self._lock:
                self._unreadable[place] = failure
            return
        for task in tasks:
            self._known.setdefault((place, task.vault_id), []).append(task)

    def repeated(self, order: SyncOrder) -> SyncTask | None:
        """Return a sync of the vault that started after the event's own time, if there is one.

        Raises:
            CallFailed: Whether there is one could not be found out, for another reason than a
                missing permission. Starting a sync could then be starting it twice.
        """
        if order.event_time is None:
            return None
        why = self._unreadable.get(order.place)
        if why is not None and why.kind is not Kind.FORBIDDEN:
            raise why
        return _first(self._known.get((order.place, order.vault_id), []), order.event_time)

    def begun_by(self, order: SyncOrder, asked_at: float, cbr: CbrService) -> SyncTask | None:
        """Look for the task of a vault that may be ours: one that runs, or that began since.

        Args:
            order: What was asked for.
            asked_at: When it was first asked for, on the world's clock.
            cbr: CBR in the order's project.

        Raises:
            CallFailed: The operation logs could not be read.
        """
        asked = times.from_seconds(asked_at)
        since = times.earlier(asked, CLOCK_TOLERANCE_SECONDS)
        if order.event_time is not None:
            since = min(since, order.event_time)
        listed_since = times.earlier(asked, LOOK_BACK_SECONDS)
        try:
            tasks = read_all(
                self._calls,
                Operation("ListOpLogs", order.place),
                lambda offset: cbr.list_sync_tasks(
                    offset, since=listed_since, vault_id=order.vault_id
                ),
            )
        except CallFailed as failure:
            if failure.kind is Kind.FORBIDDEN:
                with self._lock:
                    self._unreadable.setdefault(order.place, failure)
            raise
        mine = [task for task in tasks if task.vault_id == order.vault_id]
        running = [task for task in mine if task.running]
        return running[0] if running else _most_likely(mine, since, asked)


def _began(tasks: list[SyncTask], since: datetime) -> list[tuple[datetime, SyncTask]]:
    began = [(task.started, task) for task in tasks if task.started and task.started >= since]
    return sorted(began, key=lambda pair: pair[0])


def _first(tasks: list[SyncTask], since: datetime) -> SyncTask | None:
    began = _began(tasks, since)
    return began[0][1] if began else None


def _most_likely(tasks: list[SyncTask], since: datetime, asked: datetime) -> SyncTask | None:
    """Return the first task after the question; by clocks that differ, the last one before it."""
    began = _began(tasks, since)
    after = [task for started, task in began if started >= asked]
    return after[0] if after else began[-1][1] if began else None
