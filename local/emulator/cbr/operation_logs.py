"""The operation logs of one project, found without looking at those that are not asked for."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from local.emulator.sync_tasks import UNFINISHED, SyncTask, TaskState

_BEGAN = attrgetter("created_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks are asked for. None, in each field, is all.

    since, until: bounds of the time they began, in seconds since 1970; `inclusive` says whether a
        task exactly there is meant.
    delay: for so many seconds after its beginning a task is not found.
    fits, fits_state: what else must hold of a task, or of how it stands now. These are asked about
        every task that the other fields leave; all else is found without.
    """

    vault_id: str | None = None
    operation_type: str | None = None
    status: str | None = None
    since: float | None = None
    until: float | None = None
    inclusive: bool = True
    delay: float = 0.0
    fits: Callable[[SyncTask], bool] | None = None
    fits_state: Callable[[TaskState], bool] | None = None

    def takes(self, task: SyncTask, now: float) -> bool:
        """Tell whether a task is as `fits` and `fits_state` want it."""
        return (self.fits is None or self.fits(task)) and (
            self.fits_state is None or self.fits_state(task.state(now))
        )


class Page(NamedTuple):
    """Some tasks, newest first, and how many there are of their kind in all."""

    tasks: list[SyncTask]
    total: int


class OperationLogs:
    """The tasks of a project, by vault, type, status of those that have ended, and time.

    on_end: is told of each task that has ended, in the order of their ends as far as the clock
        brings them.
    """

    def __init__(self, on_end: Callable[[SyncTask], None]) -> None:
        self._on_end = on_end
        self._by_id: dict[str, SyncTask] = {}
        self._filed: dict[tuple[str | None, str | None, str | None], list[SyncTask]] = {}
        self._unfinished: dict[str, dict[str, SyncTask]] = {}
        self._ends: list[tuple[float, int, SyncTask]] = []

    def __iter__(self) -> Iterator[SyncTask]:
        return iter(self._by_id.values())

    def find(self, task_id: str) -> SyncTask | None:
        """Return the task of an id, if there is one."""
        return self._by_id.get(task_id)

    def of_vault(self, vault_id: str) -> Sequence[SyncTask]:
        """Return the tasks of a vault in the order in which they began."""
        return self._filed.get((vault_id, None, None), ())

    def unfinished(self, vault_id: str, now: float) -> Iterable[SyncTask]:
        """Return the tasks of a vault that wait or run."""
        self.settle(now)
        return self._unfinished.get(vault_id, {}).values()

    def add(self, task: SyncTask, now: float) -> None:
        """Add a task that begins or began."""
        self.settle(now)
        self._by_id[task.id] = task
        self._file(task, None)
        self._unfinished.setdefault(task.vault_id, {})[task.id] = task
        if task.ends_at is not None:
            heapq.heappush(self._ends, (task.ends_at, len(self._by_id), task))
        self.settle(now)

    def look(self, task: SyncTask, now: float) -> None:
        """Count one look at a task, which may bring its end."""
        task.look(now)
        if task.ended_at is not None:
            self._end(task)

    def settle(self, now: float) -> None:
        """Let the tasks end whose time has come."""
        while self._ends and self._ends[0][0] <= now:
            ended_at, _, task = heapq.heappop(self._ends)
            task.ended_at = ended_at
            self._end(task)

    def page(self, wanted: Wanted, offset: int, limit: int, now: float) -> Page:
        """Return the tasks asked for from `offset` on, newest first, and how many there are."""
        self.settle(now)
        by_state = wanted.fits_state is not None or wanted.status is not None
        if by_state:
            for task in self._running(wanted):
                self.look(task, now)
        found, low, high = self._window(wanted, now)
        if wanted.fits is not None or wanted.fits_state is not None:
            found = [task for task in found[low:high] if wanted.takes(task, now)]
            low, high = 0, len(found)
        page = found[max(low, high - offset - limit) : max(low, high - offset)]
        page.reverse()
        if not by_state:
            for task in page:
                self.look(task, now)
        return Page(page, high - low)

    def _running(self, wanted: Wanted) -> list[SyncTask]:
        """Return the unfinished tasks of a vault or all, of a type or all, oldest first."""
        if wanted.vault_id is None:
            tasks = [task for each in self._unfinished.values() for task in each.values()]
        else:
            tasks = list(self._unfinished.get(wanted.vault_id, {}).values())
        wanted_type = wanted.operation_type
        return sorted((t for t in tasks if wanted_type in (None, t.operation_type)), key=_BEGAN)

    def _window(self, wanted: Wanted, now: float) -> tuple[list[SyncTask], int, int]:
        """Return tasks, oldest first, and which of them began within the bounds."""
        if wanted.status in UNFINISHED:
            tasks = [t for t in self._running(wanted) if t.state(now).status == wanted.status]
        else:
            key = (wanted.vault_id, wanted.operation_type, wanted.status)
            tasks = self._filed.get(key, [])
        delay = wanted.delay
        low, high = 0, bisect_right(tasks, now, key=lambda task: task.created_at + delay)
        first, last = (
            (bisect_left, bisect_right) if wanted.inclusive else (bisect_right, bisect_left)
        )
        if wanted.since is not None:
            low = first(tasks, wanted.since, key=_BEGAN)
        if wanted.until is not None:
            high = min(high, last(tasks, wanted.until, key=_BEGAN))
        return tasks, low, max(low, high)

    def _end(self, task: SyncTask) -> None:
        running = self._unfinished.get(task.vault_id, {})
        if running.pop(task.id, None) is None:
            return
        if not running:
            del self._unfinished[task.vault_id]
        self._file(task, task.course.ending.status)
        self._on_end(task)

    def _file(self, task: SyncTask, status: str | None) -> None:
        for vault_id in (None, task.vault_id):
            for operation_type in (None, task.operation_type):
                tasks = self._filed.setdefault((vault_id, operation_type, status), [])
                insort(tasks, task, key=_BEGAN)
