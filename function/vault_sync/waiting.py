"""Staying until tasks have ended, within the deadline: one listing for all of them at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vault_sync import times
from vault_sync.adoption import LOOK_BACK_SECONDS, WINDOW_MARGIN_SECONDS
from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import CbrService
from vault_sync.errors import CallFailed
from vault_sync.orders import Place
from vault_sync.pages import read_all
from vault_sync.tasks import PlacedTask, SyncTask
from vault_sync.world import World

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 30.0
GROWTH = 1.5


class Awaited(NamedTuple):
    """A task whose end is waited for."""

    place: Place
    operation_log_id: str
    vault_id: str


class Waiting:
    """Follows tasks by listing a project's syncs now and then, ever less often."""

    def __init__(self, world: World, calls: Calls, cbr_of: Callable[[Place], CbrService]) -> None:
        self.why: CallFailed | None = None
        self._seen: dict[str, SyncTask] = {}
        self._world = world
        self._calls = calls
        self._cbr_of = cbr_of

    def until_ended(self, awaited: list[Awaited], seconds: float) -> None:
        """Wait until all tasks have ended, or `seconds` or the time for calls are over.

        When the operation logs cannot be listed, `why` has the reason, and the wait ends.
        """
        until = self._world.monotonic() + seconds
        pause = FIRST_PAUSE_SECONDS
        while any(self._runs(one) for one in awaited):
            left = min(until - self._world.monotonic(), self._calls.seconds_left())
            if left <= 0 or not self._calls.sleep(min(pause, left)):
                break
            try:
                self._look(awaited)
            except CallFailed as failure:
                self.why = failure
                break
            pause = min(pause * GROWTH, LONGEST_PAUSE_SECONDS)

    def last_seen(self, awaited: list[Awaited]) -> tuple[PlacedTask, ...]:
        """Return each task as it was last seen; one that was never seen is said to be running."""
        return tuple(
            PlacedTask(one.place, self._seen.get(one.operation_log_id, _unseen(one)))
            for one in awaited
        )

    def _look(self, awaited: list[Awaited]) -> None:
        places = {one.place for one in awaited if self._runs(one)}
        for place in places:
            wanted = {one.operation_log_id for one in awaited if one.place == place}
            for task in self._listed(place, wanted):
                if task.operation_log_id in wanted:
                    self._seen[task.operation_log_id] = task

    def _listed(self, place: Place, wanted: set[str]) -> list[SyncTask]:
        """List the syncs since the earliest of those wanted; the first time, since a day ago."""
        begun = [self._seen[one].started for one in wanted if one in self._seen]
        earliest = [moment for moment in begun if moment is not None]
        if len(earliest) == len(wanted):
            since = times.earlier(min(earliest), WINDOW_MARGIN_SECONDS)
        else:
            since = times.from_seconds(self._world.now() - LOOK_BACK_SECONDS)
        cbr = self._cbr_of(place)
        return read_all(
            self._calls,
            Operation("ListOpLogs", place),
            lambda offset: cbr.list_sync_tasks(offset, since=since),
        )

    def _runs(self, one: Awaited) -> bool:
        task = self._seen.get(one.operation_log_id)
        return task is None or task.running


def _unseen(one: Awaited) -> SyncTask:
    return SyncTask(one.operation_log_id, one.vault_id, None, "running")
