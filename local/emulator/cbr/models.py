"""CBR's state in one project: vaults, and the tasks that ran on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from local.emulator.cbr import errors
from local.emulator.service import ServiceError
from local.emulator.sync_tasks import Course, SyncTask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator.service import Surroundings

CloudType = Literal["public", "hybrid"]
VaultStatus = Literal["available", "lock", "frozen", "deleting", "error"]
OBJECT_TYPES = ("server", "disk", "turbo", "workspace", "vmware", "rds", "file")


@dataclass(slots=True)
class Vault:
    """A vault, as far as a synchronisation and a search see it.

    `courses`: how its next syncs will go, one after the other; the last one stays.
    Empty means as the cloud says.
    """

    id: str
    name: str
    created_at: float
    cloud_type: CloudType = "hybrid"
    status: VaultStatus = "available"
    tags: dict[str, str] = field(default_factory=dict)
    object_type: str = "vmware"
    protect_type: str = "backup"
    enterprise_project_id: str = "0"
    policy_id: str | None = None
    resource_ids: tuple[str, ...] = ()
    size: int = 1000
    locked: bool = False
    courses: list[Course] = field(default_factory=list)

    @property
    def is_hybrid(self) -> bool:
        """Tell whether on-premises software fills the vault, so that CBR can synchronise it."""
        return self.cloud_type == "hybrid"

    def next_course(self, default: Course) -> Course:
        """Take the course of the sync that begins now."""
        if not self.courses:
            return default
        return self.courses.pop(0) if len(self.courses) > 1 else self.courses[0]


class CbrBackend:
    """The vaults and tasks of one project. Every method takes the cloud's lock."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.region = surroundings.region
        self.project_id = surroundings.project_id
        self.vaults: dict[str, Vault] = {}
        self._surroundings = surroundings
        self._tasks: dict[str, SyncTask] = {}
        self._tasks_of: dict[str, list[SyncTask]] = {}
        self._unfinished: dict[str, list[SyncTask]] = {}

    @property
    def surroundings(self) -> Surroundings:
        """What the backend shares with its cloud."""
        return self._surroundings

    def add_vault(  # noqa: PLR0913 - a vault has this many independent traits, all by keyword
        self,
        name: str | None = None,
        *,
        vault_id: str | None = None,
        cloud_type: CloudType = "hybrid",
        status: VaultStatus = "available",
        tags: Mapping[str, str] | None = None,
        object_type: str | None = None,
        protect_type: str = "backup",
        enterprise_project_id: str = "0",
        policy_id: str | None = None,
        resource_ids: Sequence[str] = (),
        locked: bool = False,
        course: Course | Sequence[Course] = (),
    ) -> Vault:
        """Add a vault, hybrid unless said otherwise. ValueError if the id is taken."""
        shared = self._surroundings
        with shared.lock:
            identifier = vault_id or shared.identifiers.dashed()
            if identifier in self.vaults:
                raise ValueError(f"project {self.project_id} has a vault {identifier} already")
            vault = Vault(
                id=identifier,
                name=name or f"vault-{identifier[:4]}",
                created_at=shared.clock.now(),
                cloud_type=cloud_type,
                status=status,
                tags=dict(tags or {}),
                object_type=object_type or ("vmware" if cloud_type == "hybrid" else "server"),
                protect_type=protect_type,
                enterprise_project_id=enterprise_project_id,
                policy_id=policy_id,
                resource_ids=tuple(resource_ids),
                locked=locked,
                courses=_as_list(course),
            )
            self.vaults[identifier] = vault
            return vault

    def set_course(self, vault_id: str, *courses: Course) -> None:
        """Say how the next syncs of a vault will go; the last course stays. KeyError if unknown."""
        with self._surroundings.lock:
            self.vaults[vault_id].courses = list(courses)

    def find_vault(self, vault_id: str) -> Vault:
        """Return a vault. Raises ServiceError 6105 if the project has none of this id."""
        vault = self.vaults.get(vault_id)
        if vault is None:
            raise ServiceError(errors.NO_SUCH_VAULT)
        return vault

    def start_sync(
        self, vault_id: str, *, auto_trigger: bool, request_id: str, now: float
    ) -> SyncTask:
        """Start to synchronise a vault.

        Raises ServiceError: 6105 no such vault, 7300 not hybrid, 6112 not available,
        7302 a sync of it has not ended.
        """
        vault = self.find_vault(vault_id)
        if not vault.is_hybrid:
            raise ServiceError(errors.NOT_SYNCHRONISABLE)
        if vault.status != "available":
            raise ServiceError(errors.WRONG_VAULT_STATUS)
        if self._is_being_synchronised(vault_id, now):
            raise ServiceError(errors.BEING_SYNCHRONISED)
        course = vault.next_course(self._surroundings.default_course())
        return self._start(vault, course, now, auto_trigger=auto_trigger, request_id=request_id)

    def add_task(
        self,
        vault_id: str,
        *,
        created_at: float | None = None,
        course: Course | None = None,
        operation_type: str = "sync",
    ) -> SyncTask:
        """Put a task into the log that somebody else started, now or in the past. KeyError."""
        shared = self._surroundings
        with shared.lock:
            now = shared.clock.now() if created_at is None else created_at
            task_course = course or shared.default_course()
            task = self._start(
                self.vaults[vault_id], task_course, now, auto_trigger=False, request_id=""
            )
            task.operation_type = operation_type
            return task

    def tasks(self, vault_id: str | None = None) -> list[SyncTask]:
        """List the tasks of the project or of one vault, oldest first."""
        with self._surroundings.lock:
            if vault_id is None:
                return list(self._tasks.values())
            return list(self._tasks_of.get(vault_id, ()))

    def find_task(self, operation_log_id: str) -> SyncTask:
        """Return a task. Raises ServiceError 6500 if there is none of this id."""
        task = self._tasks.get(operation_log_id)
        if task is None:
            raise ServiceError(errors.NO_SUCH_OPERATION_LOG)
        return task

    def _is_being_synchronised(self, vault_id: str, now: float) -> bool:
        unfinished = [t for t in self._unfinished.get(vault_id, ()) if t.is_unfinished(now)]
        self._unfinished[vault_id] = unfinished
        return any(task.operation_type == "sync" for task in unfinished)

    def _start(
        self, vault: Vault, course: Course, now: float, *, auto_trigger: bool, request_id: str
    ) -> SyncTask:
        identifiers = self._surroundings.identifiers
        task = SyncTask(
            id=identifiers.dashed(),
            vault_id=vault.id,
            vault_name=vault.name,
            request_id=f"req-{request_id or identifiers.hexadecimal()}",
            created_at=now,
            course=course,
            auto_trigger=auto_trigger,
        )
        self._tasks[task.id] = task
        self._tasks_of.setdefault(vault.id, []).append(task)
        self._unfinished.setdefault(vault.id, []).append(task)
        return task


def _as_list(course: Course | Sequence[Course]) -> list[Course]:
    return [course] if isinstance(course, Course) else list(course)
