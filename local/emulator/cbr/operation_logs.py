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

TRAITS = ("vault_id", "vault_name", "provider_id", "enterprise_project_id")
"""What a list can be narrowed by, besides type, status and time, and each has an index of."""

_Index = tuple[str | None, str | None, str | None, str | None]
"""Trait and its value, type, status of tasks that have ended; None is any."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks are asked for. None, in each field, is all.

    since, until: bounds of the time they began, in seconds since 1970; `inclusive` says whether a
        task exactly there is meant.
    delay: for so many seconds after its beginning a task is not found.
    fits_state: what must hold of how a task stands now. It is asked about every task that the other
        fields leave; so are all but one of several traits. All else is found without.
    """

    vault_id: str | None = None
    vault_name: str | None = None
    provider_id: str | None = None
    enterprise_project_id: str | None = None
    operation_type: str | None = None
    status: str | None = None
    since: float | None = None
    until: float | None = None
    inclusive: bool = True
    delay: float = 0.0
    fits_state: Callable[[TaskState], bool] | None = None

    @property
    def traits(self) -> dict[str, str]:
        """The traits that are asked for, with their values."""
        given = {name: getattr(self, name) for name in TRAITS}
        return {name: value for name, value in given.items() if value is not None}

    def means(self, task: SyncTask) -> bool:
        """Tell whether a task has the type and the traits that are asked for."""
        return self.operation_type in (None, task.operation_type) and all(
            getattr(task, name) == value for name, value in self.traits.items()
        )


class Page(NamedTuple):
    """Some tasks, newest first, and how many there are of their kind in all."""

    tasks: list[SyncTask]
    total: int


class OperationLogs:
    """The tasks of a project, by a trait, type, status of those that have ended, and time.

    on_end: is told of each task that has ended, in the order of their ends as far as the clock
        brings them.
    """

    def __init__(self, on_end: Callable[[SyncTask], None]) -> None:
        self._on_end = on_end
        self._by_id: dict[str, SyncTask] = {}
        self._filed: dict[_Index, list[SyncTask]] = {}
        self._unfinished: dict[str, dict[str, SyncTask]] = {}
        self._ends: list[tuple[float, int, SyncTask]] = []

    def __iter__(self) -> Iterator[SyncTask]:
        return iter(self._by_id.values())

    def find(self, task_id: str) -> SyncTask | None:
        """Return the task of an id, if there is one."""
        return self._by_id.get(task_id)

    def of_vault(self, vault_id: str) -> Sequence[SyncTask]:
        """Return the tasks of a vault in the order in which they began."""
        return self._filed.get(("vault_id", vault_id, None, None), ())

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
        if wanted.fits_state is not None or len(wanted.traits) > 1:
            fits = wanted.fits_state or (lambda _state: True)
            found = [t for t in found[low:high] if wanted.means(t) and fits(t.state(now))]
            low, high = 0, len(found)
        page = found[max(low, high - offset - limit) : max(low, high - offset)]
        page.reverse()
        if not by_state:
            for task in page:
                self.look(task, now)
        return Page(page, high - low)

    def _running(self, wanted: Wanted) -> list[SyncTask]:
        """Return the unfinished tasks that may be among those asked for, oldest first."""
        vaults = [wanted.vault_id] if wanted.vault_id else list(self._unfinished)
        tasks = [t for vault_id in vaults for t in self._unfinished.get(vault_id, {}).values()]
        return sorted(filter(wanted.means, tasks), key=_BEGAN)

    def _window(self, wanted: Wanted, now: float) -> tuple[list[SyncTask], int, int]:
        """Return tasks, oldest first, and which of them began within the bounds."""
        if wanted.status in UNFINISHED:
            tasks = [t for t in self._running(wanted) if t.state(now).status == wanted.status]
        else:
            rest = (wanted.operation_type, wanted.status)
            indexes: list[_Index] = [(name, value, *rest) for name, value in wanted.traits.items()]
            found = [self._filed.get(index, []) for index in indexes or [(None, None, *rest)]]
            tasks = min(found, key=len)
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
        for name in (None, *TRAITS):
            value = None if name is None else getattr(task, name)
            for operation_type in (None, task.operation_type):
                tasks = self._filed.setdefault((name, value, operation_type, status), [])
                insort(tasks, task, key=_BEGAN)
