"""Staying until tasks have ended, within the deadline: one listing for all of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vault_sync import times
from vault_sync.adoption import LOOK_BACK_SECONDS, WINDOW_MARGIN_SECONDS
from vault_sync.calls import Calls
from vault_sync.cloud.cbr import Cbr
from vault_sync.errors import CallFailed
from vault_sync.outcomes import Outcome
from vault_sync.project import Project
from vault_sync.system import System
from vault_sync.tasks import ProjectTask, SyncTask

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 30.0
GROWTH = 1.5


class Waiting:
    """Follows the tasks of outcomes by listing a project's syncs now and then, ever less often.

    Attributes:
        why: Why the operation logs could not be listed, if so; the wait ended then.
    """

    def __init__(
        self, system: System, calls: Calls, cbr_of: Callable[[Project], Cbr], seconds: float
    ) -> None:
        self.why: CallFailed | None = None
        self._awaited: dict[str, ProjectTask] = {}
        self._system = system
        self._calls = calls
        self._cbr_of = cbr_of
        self._until = system.monotonic() + seconds

    @property
    def tasks(self) -> tuple[ProjectTask, ...]:
        """Each task as it was last seen; one that was never seen is said to be running."""
        return tuple(self._awaited.values())

    def has_ended(self, operation_log_id: str | None) -> bool:
        """Tell whether a task that was waited for has been seen at its end."""
        one = self._awaited.get(operation_log_id or "")
        return one is not None and not one.task.running

    def until_ended(self, outcomes: Sequence[Outcome]) -> None:
        """Wait until the outcomes' tasks have ended, or the wait or the time for calls is over."""
        for outcome in outcomes:
            order, task_id = outcome.sync_order, outcome.operation_log_id
            if order is not None and task_id and task_id not in self._awaited:
                task = SyncTask(task_id, order.vault_id, outcome.began, "running", order.vault_name)
                self._awaited[task_id] = ProjectTask(order.project, task)
        pause = FIRST_PAUSE_SECONDS
        while any(one.task.running for one in self._awaited.values()):
            left = min(self._until - self._system.monotonic(), self._calls.seconds_left())
            if left <= 0 or not self._calls.sleep(min(pause, left)):
                break
            try:
                for project in {one.project for one in self.tasks if one.task.running}:
                    self._look(project)
            except CallFailed as failure:
                self.why = failure
                break
            pause = min(pause * GROWTH, LONGEST_PAUSE_SECONDS)

    def _look(self, project: Project) -> None:
        """List a project's syncs since the earliest awaited; a day ago, where one is unknown."""
        running = [one.task for one in self.tasks if one.project == project and one.task.running]
        began = [task.started for task in running if task.started is not None]
        bounds = [times.earlier(moment, WINDOW_MARGIN_SECONDS) for moment in began]
        if len(began) < len(running):
            bounds.append(times.from_seconds(self._system.now() - LOOK_BACK_SECONDS))
        for task in self._cbr_of(project).sync_tasks(since=min(bounds)):
            if isinstance(task, SyncTask) and task.operation_log_id in self._awaited:
                self._awaited[task.operation_log_id] = ProjectTask(project, task)
