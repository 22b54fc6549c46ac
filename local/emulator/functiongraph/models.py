"""FunctionGraph's state in one project."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.emulator.functiongraph import errors
from local.emulator.service import ServiceError

if TYPE_CHECKING:
    from local.emulator.service import Surroundings

LATEST = "latest"
STARTS_DISABLED = frozenset({"KAFKA", "DDS"})
"""Triggers that begin DISABLED, whatever status was asked for
(support.huaweicloud.com/eu/api-functiongraph/functiongraph_06_0122.html)."""

CAN_BE_DISABLED = frozenset({"TIMER", "DDS", "DMS", "KAFKA", "LTS"})
NEEDS_VPC = frozenset({"KAFKA", "RABBITMQ"})
DEFAULT_INSTANCES = 400


@dataclass(slots=True)
class Trigger:
    """A trigger of a function. ``event_data`` is what was sent, passwords included."""

    id: str
    type_code: str
    status: str
    event_data: dict[str, Any] = field(repr=False)
    created_at: float
    updated_at: float


@dataclass(slots=True)
class Code:
    """A function's code: its digest is the SHA-512 of the zip.

    data: the zip, or the one file of inline code; empty for code in OBS.
    """

    kind: str
    file_name: str
    url: str
    digest: str
    size: int
    data: bytes = field(default=b"", repr=False)


_revisions = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: code and settings as they were."""

    name: str
    description: str
    code: Code
    settings: dict[str, Any] = field(repr=False)
    published_at: float


@dataclass(slots=True)
class Function:
    """A function's version ``latest``, and the versions that were published.

    settings: what CreateFunction and UpdateFunctionConfig set, under the API's names.
    revision: another number after each change of code or settings; no two functions share one.
    """

    urn: str
    name: str
    package: str
    created_at: float
    updated_at: float
    code: Code
    settings: dict[str, Any] = field(repr=False)
    depend_version_list: list[str] = field(default_factory=list)
    max_instances: int = DEFAULT_INSTANCES
    async_policy: dict[str, Any] | None = None
    async_created_at: float = 0.0
    async_updated_at: float = 0.0
    triggers: dict[str, Trigger] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    revision: int = field(default_factory=_revisions.__next__)

    def change(self, now: float) -> None:
        """Note that code or settings have changed: running instances are of the past."""
        self.updated_at = now
        self.revision = next(_revisions)

    @property
    def latest_urn(self) -> str:
        """The URN with the version, which is how answers name the function."""
        return f"{self.urn}:{LATEST}"


@dataclass(slots=True)
class DependencyVersion:
    """One version of a private dependency package."""

    id: str
    dep_id: str
    version: int
    name: str
    runtime: str
    description: str
    digest: str
    size: int
    file_name: str
    created_at: float
    data: bytes = field(default=b"", repr=False)


class FunctionGraphBackend:
    """The functions and dependencies of one project."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.region = surroundings.region
        self.project_id = surroundings.project_id
        self.new_id = surroundings.identifiers.dashed
        self.engine = surroundings.engine
        self.functions: dict[str, Function] = {}
        self.dependencies: dict[str, DependencyVersion] = {}

    def urn_of(self, package: str, name: str) -> str:
        """Return a function's URN without a version."""
        return f"urn:fss:{self.region}:{self.project_id}:function:{package}:{name}"

    def find(self, urn: str) -> Function:
        """Return a function by its URN, with or without ``:latest``. Raises FSS.1051."""
        function = self.functions.get(urn.removesuffix(f":{LATEST}"))
        if function is None:
            raise ServiceError(errors.NO_SUCH_FUNCTION)
        return function

    def find_version(self, urn: str) -> tuple[Function, Version | None]:
        """Return a function and, where the URN ends in one, its published version.

        Raises FSS.1051, or FSS.1052 for an unknown version.
        """
        function_urn, _, name = urn.rpartition(":")
        if function_urn not in self.functions or name == LATEST:
            return self.find(urn), None
        version = self.functions[function_urn].versions.get(name)
        if version is None:
            raise ServiceError(errors.NO_SUCH_VERSION)
        return self.functions[function_urn], version

    def find_trigger(self, urn: str, type_code: str, trigger_id: str) -> Trigger:
        """Return a function's trigger. Raises FSS.1051 or FSS.0404."""
        trigger = self.find(urn).triggers.get(trigger_id)
        if trigger is None or trigger.type_code != type_code:
            raise ServiceError(errors.NO_SUCH_RESOURCE)
        return trigger
