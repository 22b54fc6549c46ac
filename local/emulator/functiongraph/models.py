"""FunctionGraph's state in one project."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from local.emulator.functiongraph import errors
from local.emulator.service import ServiceError

if TYPE_CHECKING:
    from local.emulator.account.account import Project
    from local.emulator.service import Call, CloudState

LATEST = "latest"
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


@dataclass(slots=True)
class Function:
    """A function in one version: ``latest``, which has the others, or a published one.

    settings: what CreateFunction and UpdateFunctionConfig set, under the API's names.
    depend_version_list: the ids of dependencies. There are none here, so with any it cannot run.
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
    id: str = ""
    version: str = LATEST
    version_description: str = ""
    max_instances: int = DEFAULT_INSTANCES
    async_policy: dict[str, Any] | None = None
    async_created_at: float = 0.0
    async_updated_at: float = 0.0
    triggers: dict[str, Trigger] = field(default_factory=dict)
    versions: dict[str, Function] = field(default_factory=dict)
    revision: int = field(default_factory=_revisions.__next__)

    def change(self, now: float) -> None:
        """Note that code or settings have changed: running instances are of the past."""
        self.updated_at = now
        self.revision = next(_revisions)

    def publish(self, version: str, description: str, now: float) -> Function:
        """Keep the function as it is now; a version has no triggers and no policy."""
        self.versions[version] = replace(
            self,
            version=version,
            version_description=description,
            updated_at=now,
            async_policy=None,
            triggers={},
            versions={},
            revision=next(_revisions),
        )
        return self.versions[version]

    @property
    def versioned_urn(self) -> str:
        """The URN with the version, which is how answers name the function."""
        return f"{self.urn}:{self.version}"


class FunctionGraphBackend:
    """The functions of one project."""

    def __init__(self, cloud: CloudState, project: Project) -> None:
        self.region = project.region
        self.project_id = project.id
        self.cloud = cloud
        self.new_id = cloud.identifiers.dashed
        self.functions: dict[str, Function] = {}

    def urn_of(self, package: str, name: str) -> str:
        """Return a function's URN without a version."""
        return f"urn:fss:{self.region}:{self.project_id}:function:{package}:{name}"

    def find(self, urn: str) -> Function:
        """Return a function by its URN, in the version that it ends in or in ``latest``.

        Raises FSS.1051, or FSS.1052 for an unknown version.
        """
        if urn in self.functions:
            return self.functions[urn]
        function = self.functions.get(urn.rpartition(":")[0])
        if function is None:
            raise ServiceError(errors.NO_SUCH_FUNCTION)
        version = urn.rpartition(":")[2]
        found = function if version == LATEST else function.versions.get(version)
        if found is None:
            raise ServiceError(errors.NO_SUCH_VERSION)
        return found

    def find_latest(self, urn: str) -> Function:
        """Return a function's version ``latest``, the one that can be changed.

        Raises as `find`, and FSS.0400 for the URN of a published version.
        """
        function = self.find(urn)
        if function.version != LATEST:
            raise errors.invalid("function_urn: this is done with the version latest alone.")
        return function


def backend_of(call: Call) -> FunctionGraphBackend:
    """Return the functions of the project that a call is for."""
    backend: FunctionGraphBackend = call.backend
    return backend


def function_of(call: Call) -> Function:
    """Return the function that a call names, in the version it names. Raises as `find`."""
    return backend_of(call).find(call.parameters["function_urn"])


def latest_of(call: Call) -> Function:
    """Return the function that a call names, to change it. Raises as `find_latest`."""
    return backend_of(call).find_latest(call.parameters["function_urn"])
