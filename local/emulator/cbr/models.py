"""CBR's state in one project: vaults, their restore points, and the tasks that ran on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from local.emulator.cbr import errors
from local.emulator.cbr.operation_logs import OperationLogs
from local.emulator.cbr.restore_points import RestorePoint, apply_sync
from local.emulator.cbr.vault_index import VaultIndex
from local.emulator.service import ServiceError
from local.emulator.sync_tasks import Course, SyncTask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator.account.account import Project
    from local.emulator.service import CloudState

CloudType = Literal["public", "hybrid"]
VaultStatus = Literal["available", "lock", "frozen", "deleting", "error"]

RESOURCE_TYPES: dict[str, frozenset[str]] = {
    "server": frozenset({"OS::Nova::Server", "OS::Ironic::BareMetalServer", "OS::Native::Server"}),
    "disk": frozenset({"OS::Cinder::Volume"}),
    "turbo": frozenset({"OS::Sfs::Turbo"}),
    "workspace": frozenset({"OS::Workspace::DesktopV2"}),
    "vmware": frozenset(),
    "rds": frozenset(),
    "file": frozenset(),
}
"""What a vault is for (`object_type`), and the types of the resources it can be bound to."""

_PROVIDERS = {
    "disk": "d1603440-187d-4516-af25-121250c7cc97",
    "turbo": "3f3c3220-245c-4805-b811-758870015881",
    "vmware": "a13639de-00be-4e94-af30-26912d75e4a2",
}
_PROVIDER = "0daac4c5-6707-4851-97ba-169e36266b66"
"""The fixed ids of the backup providers: huaweicloudsdkcbr's BackupResp.provider_id. That of the
servers also stands for kinds it does not name."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a vault backs up. Size in GB, size of its backups in MB.

    protect_status: None while CBR has not looked at it. extra_info: None where CBR sends none.
    """

    id: str
    type: str = "OS::Nova::Server"
    name: str = ""
    size: int = 0
    backup_size: int = 0
    backup_count: int = 0
    protect_status: str | None = "available"
    extra_info: Mapping[str, object] | None = field(default_factory=dict)


@dataclass(slots=True)
class Vault:
    """A vault, hybrid unless said otherwise. Its size is in GB, its threshold in percent.

    object_type: what it is for; by default `vmware` in a hybrid vault, `server` in another.
    `courses`: how its next syncs will go, one after the other; the last one stays.
    Empty means as the cloud says.
    """

    id: str
    name: str
    created_at: float
    cloud_type: CloudType = "hybrid"
    status: VaultStatus = "available"
    tags: Mapping[str, str] = field(default_factory=dict)
    object_type: str = ""
    protect_type: str = "backup"
    consistent_level: str = "crash_consistent"
    enterprise_project_id: str = "0"
    policy_id: str | None = None
    resources: Sequence[Resource] = ()
    size: int = 1000
    description: str | None = None
    backup_name_prefix: str | None = None
    auto_bind: bool = False
    bind_rules: Mapping[str, object] = field(default_factory=dict)
    auto_expand: bool = False
    smn_notify: bool = True
    threshold: int = 80
    locked: bool = False
    is_multi_az: bool = False
    availability_zone: str = ""
    sys_lock_source_service: str = ""
    courses: list[Course] = field(default_factory=list)
    restore_points: dict[str, RestorePoint] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.object_type = self.object_type or ("vmware" if self.is_hybrid else "server")

    @property
    def is_hybrid(self) -> bool:
        """Tell whether on-premises software fills the vault, so that CBR can synchronise it."""
        return self.cloud_type == "hybrid"

    @property
    def provider_id(self) -> str:
        """The id of the provider that backs up what the vault is for."""
        return _PROVIDERS.get(self.object_type, _PROVIDER)

    def next_course(self, default: Course) -> Course:
        """Take the course of the sync that begins now."""
        if not self.courses:
            return default
        return self.courses.pop(0) if len(self.courses) > 1 else self.courses[0]


class CbrBackend:
    """The vaults and tasks of one project.

    Operations are carried out with the cloud's lock held; what others call takes it.
    """

    def __init__(self, cloud: CloudState, project: Project) -> None:
        self.region = project.region
        self.project_id = project.id
        self.vaults: VaultIndex[Vault] = VaultIndex()
        self.cloud = cloud
        self._not_applied: dict[str, list[SyncTask]] = {}
        self.logs = OperationLogs(self._note_end)

    def add_vault(
        self,
        name: str | None = None,
        *,
        vault_id: str | None = None,
        course: Course | Sequence[Course] = (),
        **traits: Any,
    ) -> Vault:
        """Add a vault. `traits` are fields of Vault. ValueError if the id is taken."""
        with self.cloud.lock:
            identifier = vault_id or self.cloud.identifiers.dashed()
            if identifier in self.vaults:
                raise ValueError(f"project {self.project_id} has a vault {identifier} already")
            vault = Vault(
                identifier,
                name or f"vault-{identifier[:4]}",
                self.cloud.clock.now(),
                courses=[course] if isinstance(course, Course) else list(course),
                **traits,
            )
            self.vaults[identifier] = vault
            return vault

    def set_course(self, vault_id: str, *courses: Course) -> None:
        """Say how the next syncs of a vault will go; the last course stays. KeyError if unknown."""
        with self.cloud.lock:
            self.vaults[vault_id].courses = list(courses)

    def find_vault(self, vault_id: str) -> Vault:
        """Return a vault. Raises ServiceError 6105 if the project has none of this id."""
        vault = self.vaults.get(vault_id)
        if vault is None:
            raise ServiceError(errors.NO_SUCH_VAULT)
        return vault

    def delete_vault(self, vault_id: str, now: float) -> None:
        """Delete a vault with its restore points; its operation logs stay.

        Raises ServiceError: 6105 no such vault, 6111 a task of it has not ended.
        """
        self.find_vault(vault_id)
        if self.logs.unfinished(vault_id, now):
            raise ServiceError(errors.VAULT_IN_USE)
        del self.vaults[vault_id]
        self._not_applied.pop(vault_id, None)

    def restore_points(self, vault: Vault, now: float) -> dict[str, RestorePoint]:
        """Return a vault's restore points by id, oldest first, after all syncs that have ended."""
        self.logs.settle(now)
        for task in self._not_applied.pop(vault.id, ()):
            apply_sync(vault.restore_points, task)
        return vault.restore_points

    def start_sync(self, vault_id: str, *, auto_trigger: bool, now: float) -> SyncTask:
        """Start to synchronise a vault.

        Raises ServiceError: 6105 no such vault, 7300 not hybrid, 6112 not available,
        7302 a sync of it has not ended.
        """
        vault = self.find_vault(vault_id)
        if not vault.is_hybrid:
            raise ServiceError(errors.NOT_SYNCHRONISABLE)
        if vault.status != "available":
            raise ServiceError(errors.WRONG_VAULT_STATUS)
        if any(t.operation_type == "sync" for t in self.logs.unfinished(vault_id, now)):
            raise ServiceError(errors.BEING_SYNCHRONISED)
        course = vault.next_course(self.cloud.course)
        task = self._task(vault, course, now, auto_trigger=auto_trigger)
        self.logs.add(task, now)
        return task

    def add_task(
        self,
        vault_id: str,
        *,
        created_at: float | None = None,
        course: Course | None = None,
        operation_type: str = "sync",
    ) -> SyncTask:
        """Put a task into the log that somebody else started, now or in the past. KeyError."""
        with self.cloud.lock:
            now = self.cloud.clock.now()
            began = now if created_at is None else created_at
            task = self._task(self.vaults[vault_id], course or self.cloud.course, began)
            task.operation_type = operation_type
            self.logs.add(task, now)
            return task

    def tasks(self, vault_id: str | None = None) -> list[SyncTask]:
        """List the tasks of the project as they were added, or of one vault as they began."""
        with self.cloud.lock:
            return list(self.logs if vault_id is None else self.logs.of_vault(vault_id))

    def _task(
        self, vault: Vault, course: Course, began: float, *, auto_trigger: bool = False
    ) -> SyncTask:
        identifiers = self.cloud.identifiers
        return SyncTask(
            id=identifiers.dashed(),
            vault_id=vault.id,
            vault_name=vault.name,
            provider_id=vault.provider_id,
            enterprise_project_id=vault.enterprise_project_id,
            request_id=f"req-{identifiers.dashed()}",
            created_at=began,
            course=course,
            auto_trigger=auto_trigger,
        )

    def _note_end(self, task: SyncTask) -> None:
        """Keep a task until somebody asks for the restore points of its vault."""
        if task.vault_id in self.vaults:
            self._not_applied.setdefault(task.vault_id, []).append(task)
