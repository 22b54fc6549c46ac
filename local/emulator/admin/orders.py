"""What the admin path is told to add or change. JSON in, checked by pydantic."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from local.emulator.admin import views
from local.emulator.admin.problems import AdminError
from local.emulator.cbr.models import CloudType, VaultStatus
from local.emulator.cbr.render import vault_document
from local.emulator.faults.conditions import Conditions
from local.emulator.faults.effects import Effect
from local.emulator.readings import Readings
from local.emulator.sync_tasks import AfterReads, AfterSeconds, Course, Ending, Immediately

if TYPE_CHECKING:
    from local.emulator.cloud import Cloud

Model = TypeVar("Model", bound="BaseModel")


class Order(BaseModel):
    """Something to add or change. A misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class CourseOrder(Order):
    """How a sync will go. `{"progression": {"kind": "after_reads", "reads": 3}, "ending": ...}`."""

    progression: Annotated[Immediately | AfterReads | AfterSeconds, Field(discriminator="kind")] = (
        Immediately()
    )
    ending: Annotated[Ending, Field(discriminator="status")] | None = None

    def course(self) -> Course:
        """Return what the cloud works with."""
        return (
            Course(self.progression)
            if self.ending is None
            else Course(self.progression, self.ending)
        )


class VaultOrder(Order):
    """A vault to add."""

    name: str | None = Field(None, min_length=1, max_length=64)
    vault_id: str | None = None
    project_id: str | None = None
    cloud_type: CloudType = "hybrid"
    status: VaultStatus = "available"
    tags: dict[str, str] = Field(default_factory=dict)
    courses: list[CourseOrder] = Field(default_factory=list)


class VaultChange(Order):
    """What to change of a vault; what is left out stays."""

    status: VaultStatus | None = None
    tags: dict[str, str] | None = None
    courses: list[CourseOrder] | None = None


class SubscriptionOrder(Order):
    """A subscription to add with its topic."""

    protocol: str
    endpoint: str
    confirmed: bool = True
    filters: dict[str, list[str]] = Field(default_factory=dict)


class TopicOrder(Order):
    """A topic to add."""

    name: str
    project_id: str | None = None
    display_name: str = ""
    subscriptions: list[SubscriptionOrder] = Field(default_factory=list)


class CredentialsOrder(Order):
    """An access key to add."""

    access_key: str = Field(min_length=1)
    secret_key: str = Field(min_length=1, repr=False)
    security_token: str | None = Field(None, repr=False)
    projects: list[str] | None = None
    actions: list[str] | None = None


class FaultOrder(Order):
    """A fault rule: its effect and its name. The conditions stand beside them."""

    model_config = ConfigDict(extra="allow")
    effect: Annotated[Effect, Field(discriminator="kind")]
    name: str | None = None


_CONDITIONS = TypeAdapter(Conditions)
_OBJECT = TypeAdapter(dict[str, Any])
_READINGS = TypeAdapter(Readings)


class Orders:
    """The orders of one request to the admin path. Every method raises AdminError for bad ones."""

    def __init__(self, cloud: Cloud, body: bytes) -> None:
        self._cloud = cloud
        self._body = body

    def add_fault(self) -> object:
        """`{"effect": {"kind": "answer_lost"}, "operation": "ImportCheckpoint", "nth": 3}`."""
        order = self._read(FaultOrder)
        try:
            conditions = _CONDITIONS.validate_python(order.model_extra or {})
            rule = self._cloud.faults.put(order.effect, conditions, name=order.name)
        except ValidationError as error:
            raise AdminError(400, problems_of(error)) from None
        except ValueError as error:
            raise AdminError(400, str(error)) from None
        return views.rule(rule)

    def add_vault(self) -> object:
        """Add a vault to a project."""
        order = self._read(VaultOrder)
        project_id = self._project(order.project_id)
        try:
            vault = self._cloud.cbr(project_id).add_vault(
                order.name,
                vault_id=order.vault_id,
                cloud_type=order.cloud_type,
                status=order.status,
                tags=order.tags,
                course=[course.course() for course in order.courses],
            )
        except ValueError as error:
            raise AdminError(400, str(error)) from None
        return {"vault": vault_document(vault, project_id)}

    def change_vault(self, vault_id: str) -> object:
        """Change a vault, whichever project it is in."""
        change = self._read(VaultChange)
        for project_id in self._cloud.account.projects:
            vault = self._cloud.cbr(project_id).vaults.get(vault_id)
            if vault is None:
                continue
            if change.status is not None:
                vault.status = change.status
            if change.tags is not None:
                vault.tags = dict(change.tags)
            if change.courses is not None:
                vault.courses = [course.course() for course in change.courses]
            return {"vault": vault_document(vault, project_id)}
        raise AdminError(404, f"there is no vault {vault_id}")

    def add_topic(self) -> object:
        """Add a topic to a project."""
        order = self._read(TopicOrder)
        try:
            backend = self._cloud.smn(self._project(order.project_id))
            topic = backend.add_topic(order.name, display_name=order.display_name)
        except ValueError as error:
            raise AdminError(400, str(error)) from None
        for wanted in order.subscriptions:
            topic.subscribe(
                wanted.protocol,
                wanted.endpoint,
                confirmed=wanted.confirmed,
                filters=wanted.filters,
            )
        return {"topic_urn": topic.urn}

    def add_credentials(self) -> object:
        """Let an access key in."""
        order = self._read(CredentialsOrder)
        self._cloud.add_credentials(
            order.access_key,
            order.secret_key,
            order.security_token,
            projects=order.projects,
            actions=order.actions,
        )
        return {"access_key": order.access_key}

    def change_readings(self) -> object:
        """`{"log_delay_seconds": 2}`. What is left out stays."""
        try:
            given = _OBJECT.validate_json(self._body)
            changed = _READINGS.validate_python(asdict(self._cloud.readings) | given)
        except ValidationError as error:
            raise AdminError(400, problems_of(error)) from None
        self._cloud.readings = changed
        return views.readings(self._cloud)

    def _project(self, project_id: str | None) -> str:
        if project_id is not None and project_id not in self._cloud.account.projects:
            raise AdminError(400, f"project_id: there is no project {project_id}")
        return project_id or self._cloud.project_id

    def _read(self, model: type[Model]) -> Model:
        return read(model, self._body)


def read(model: type[Model], body: bytes) -> Model:
    """Read an order. Raises AdminError."""
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise AdminError(400, problems_of(error)) from None


def problems_of(error: ValidationError) -> str:
    """Word what pydantic found, each finding with its place."""
    problems: list[str] = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        place = ".".join(str(part) for part in problem["loc"]) or "the body"
        problems.append(f"{place}: {problem['msg']}")
    return "; ".join(problems)
