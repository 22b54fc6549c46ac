"""The life of a sync: waiting, running, then success, failed, skipped or timeout."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from local.emulator.strict import Strict

Status = Literal["waiting", "running", "success", "failed", "skipped", "timeout"]
UNFINISHED = frozenset({"waiting", "running"})


@dataclass(frozen=True, slots=True)
class Immediately(Strict):
    """The task has ended before the answer to the request that starts it is out."""

    kind: Literal["immediately"] = "immediately"


@dataclass(frozen=True, slots=True)
class AfterReads(Strict):
    """The `reads`-th time the task is looked at, it has ended.

    A task is looked at when it is shown, when it is on a page that is listed, and when a list is
    narrowed by how tasks stand. Before that the first look finds it waiting (if there are more than
    two), the others running.
    """

    reads: int
    kind: Literal["after_reads"] = "after_reads"

    def __post_init__(self) -> None:
        if self.reads < 1:
            raise ValueError(f"reads must be at least 1, not {self.reads!r}")


@dataclass(frozen=True, slots=True)
class AfterSeconds(Strict):
    """The task waits `waiting` seconds, and has ended `seconds` after its start.

    The seconds are those of the cloud's clock. `math.inf` is a task that never ends.
    """

    seconds: float
    waiting: float = 0.0
    kind: Literal["after_seconds"] = "after_seconds"

    def __post_init__(self) -> None:
        if not 0 <= self.waiting <= self.seconds:
            raise ValueError(
                "waiting must be between 0 and seconds, "
                f"not {self.waiting!r} with seconds {self.seconds!r}"
            )


Progression = Immediately | AfterReads | AfterSeconds


@dataclass(frozen=True, slots=True)
class Success(Strict):
    """The sync ended well: so many restore points added, removed, and not readable."""

    sync_backup_num: int = 3
    delete_backup_num: int = 0
    err_sync_backup_num: int = 0
    status: Literal["success"] = "success"


@dataclass(frozen=True, slots=True)
class Failed(Strict):
    """The sync failed, for the reason in the operation log's `error_info`."""

    code: str = "BackupService.6406"
    message: str = "Failed to list bucket objects"
    status: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class Skipped(Strict):
    """The pre-check failed; the task was never started."""

    code: str = "BackupService.6112"
    message: str = "Invalid vault status"
    status: Literal["skipped"] = "skipped"


@dataclass(frozen=True, slots=True)
class TimedOut(Strict):
    """A step took longer than the service allows."""

    code: str = "BackupService.9910"
    message: str = "Unknown error"
    status: Literal["timeout"] = "timeout"


Ending = Success | Failed | Skipped | TimedOut


@dataclass(frozen=True, slots=True)
class Course(Strict):
    """How a sync will go: when it ends, and how."""

    progression: Progression = field(default_factory=Immediately)
    ending: Ending = field(default_factory=Success)


@dataclass(frozen=True, slots=True)
class TaskState:
    """Where a task stands. `ended_at` is None while it has not ended; progress in percent."""

    status: Status
    ended_at: float | None
    progress: int


@dataclass(slots=True)
class SyncTask:
    """A task that CBR runs and logs. Its state follows from its course, its looks and the time.

    ended_at: set once it has ended.
    """

    id: str
    vault_id: str
    vault_name: str
    provider_id: str
    enterprise_project_id: str
    request_id: str
    created_at: float
    course: Course
    auto_trigger: bool = False
    operation_type: str = "sync"
    reads: int = 0
    ended_at: float | None = None

    def look(self, now: float) -> TaskState:
        """Count one look at the task, as an API that shows it does, and return its state."""
        self.reads += 1
        progression = self.course.progression
        if isinstance(progression, AfterReads) and self.reads >= progression.reads:
            self.ended_at = now if self.ended_at is None else self.ended_at
        return self.state(now)

    def state(self, now: float) -> TaskState:
        """Return the state at a time, without counting a look."""
        ended_at = self.ends_at if self.ended_at is None else self.ended_at
        if ended_at is not None and now >= ended_at:
            return TaskState(self.course.ending.status, ended_at, 100)
        if self._is_waiting(now) or isinstance(self.course.ending, Skipped):
            return TaskState("waiting", None, 0)
        return TaskState("running", None, self._progress(now))

    @property
    def ends_at(self) -> float | None:
        """When its end comes by the clock; None if looks bring it, or if it never comes."""
        progression = self.course.progression
        if isinstance(progression, AfterReads):
            return None
        seconds = progression.seconds if isinstance(progression, AfterSeconds) else 0.0
        return None if math.isinf(seconds) else self.created_at + seconds

    def _is_waiting(self, now: float) -> bool:
        progression = self.course.progression
        if isinstance(progression, AfterSeconds):
            return now < self.created_at + progression.waiting
        return (
            isinstance(progression, AfterReads)
            and self.reads <= 1
            and progression.reads > self.reads + 1
        )

    def _progress(self, now: float) -> int:
        progression = self.course.progression
        if isinstance(progression, AfterReads):
            return 100 * self.reads // progression.reads
        if isinstance(progression, AfterSeconds) and not math.isinf(progression.seconds):
            return int(100 * (now - self.created_at) / progression.seconds)
        return 1
