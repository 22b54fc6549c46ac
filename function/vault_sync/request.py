"""What a message may ask for: a payload becomes a request, or an error that a person can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)

from vault_sync import times
from vault_sync.errors import BadInput
from vault_sync.project import PROJECT_ID, REGION
from vault_sync.text import clean, load_json, shown

MAX_VAULTS = 20_000
"""Vaults that one event may name, over all its messages."""

MAX_PROJECTS = 100
"""Projects that one request may name."""

MAX_WAIT_SECONDS = 3600
KEPT_HOURS = 30 * 24
"""CBR keeps its tasks for 30 days (support.huaweicloud.com/usermanual-cbr)."""

MAX_ERRORS_SHOWN = 3

OWN_NOTIFICATION = "OwnNotification"
"""The code for what this function published itself; answering it would never end."""

VAULT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
"""CBR's page gives no pattern; its ids are UUIDs. CBR itself judges what passes here."""

_HAS_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)


def _time(value: Any) -> datetime | None:
    """Validate a time that a request gives; a time without a zone could mean two things."""
    if value is None:
        return None
    zoned = isinstance(value, str) and _HAS_ZONE.search(value.strip())
    read = times.from_text(value) if zoned else None
    if read is None:
        raise ValueError("should be a time with a zone, such as 2026-11-23T08:00:00+08:00")
    return read


class NamedProject(NamedTuple):
    """A project that a request names, and its region if it says so."""

    project_id: str
    region: str | None


def _projects(value: Any) -> tuple[NamedProject, ...] | None:
    """Validate `projects`: a list of objects with project_id and, if wanted, region."""
    if value is None:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_PROJECTS:
        raise ValueError(f"should be a list of 1 to {MAX_PROJECTS} objects with project_id, region")
    return tuple(_named_project(index, entry) for index, entry in enumerate(value))


def _named_project(index: int, entry: Any) -> NamedProject:
    names = entry.keys() if isinstance(entry, dict) else set()
    if not {"project_id"} <= names <= {"project_id", "region"}:
        raise ValueError(f"[{index}] should be an object with project_id and, if wanted, region")
    project_id, region = entry["project_id"], entry.get("region")
    if not isinstance(project_id, str) or not re.fullmatch(PROJECT_ID, project_id):
        raise ValueError(f"[{index}].project_id: {shown(project_id)} is not a project id")
    if region is not None and not (isinstance(region, str) and re.fullmatch(REGION, region)):
        raise ValueError(f"[{index}].region: {shown(region)} is not a region")
    return NamedProject(project_id, region)


def _cleaned(value: Any) -> str | None:
    if value is not None and not (isinstance(value, str) and len(value) <= 128):  # noqa: PLR2004 - said below
        raise ValueError("should be text of at most 128 characters")
    return None if value is None else clean(value, 128)


CONFIG = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)
"""Of every model. A model is built when it is first needed: most events need one of them."""

Tag = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Hours = Annotated[int, Field(ge=1, le=KEPT_HOURS)]


class VaultSelection(BaseModel):
    """Which hybrid vaults of a project are meant: all, those of a name, or those with tags."""

    model_config = CONFIG

    all: Literal[True] | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    tags: (
        Annotated[
            dict[Tag, Annotated[list[Tag], Field(min_length=1, max_length=10)]],
            Field(min_length=1, max_length=10),
        ]
        | None
    ) = None
    older_than_hours: Hours | None = None

    @model_validator(mode="after")
    def _one_way(self) -> VaultSelection:
        _exactly_one(self, ("all", "name", "tags"))
        return self


class _Request(BaseModel):
    """What both kinds of request may say. Unknown fields are errors; null is "left out"."""

    model_config = CONFIG

    project_id: Annotated[str, StringConstraints(pattern=f"^{PROJECT_ID}$")] | None = None
    region: Annotated[str, StringConstraints(pattern=f"^{REGION}$")] | None = None
    projects: Annotated[tuple[NamedProject, ...] | None, PlainValidator(_projects)] = None
    requested_at: Annotated[datetime | None, PlainValidator(_time)] = None
    correlation_id: Annotated[str | None, PlainValidator(_cleaned)] = None

    @model_validator(mode="after")
    def _one_place(self) -> _Request:
        if self.projects is not None and (self.project_id or self.region):
            raise ValueError("projects stands instead of project_id and region")
        return self


class SyncRequest(_Request):
    """What a timer, a message or a person may ask for.

    Attributes:
        vault_ids: Not yet checked one by one: a malformed id costs that id only.
    """

    action: Literal["sync"] | None = None
    vault_id: Annotated[str, StringConstraints(pattern=f"^{VAULT_ID.pattern}$")] | None = None
    vault_ids: Annotated[list[Any], Field(min_length=1)] | None = None
    select: VaultSelection | None = None
    auto_trigger: bool | None = None
    wait_seconds: Annotated[int, Field(ge=1, le=MAX_WAIT_SECONDS)] | None = None
    dry_run: bool | None = None

    @model_validator(mode="after")
    def _one_target(self) -> SyncRequest:
        _exactly_one(self, ("vault_id", "vault_ids", "select"))
        if self.projects is not None and self.select is None:
            raise ValueError("projects goes with select; an id belongs to one project")
        return self


class ReportRequest(_Request):
    """Which syncs ended, and how; and which vaults are behind."""

    action: Literal["report"]
    window_minutes: Annotated[int, Field(ge=1, le=KEPT_HOURS * 60)] | None = None
    max_age_hours: Hours | None = None


def _exactly_one(model: BaseModel, names: tuple[str, ...]) -> None:
    given = [name for name in names if getattr(model, name) is not None]
    if len(given) != 1:
        found = " and ".join(given) if given else "none"
        raise ValueError(f"exactly one of {', '.join(names)} is needed, found {found}")


def request_from(payload: Any) -> SyncRequest | ReportRequest:
    """Read a request from JSON text or an object.

    Raises:
        BadInput: With the field, what is wrong about it, and the value of a field that is known.
    """
    if isinstance(payload, (bytes, bytearray)):
        payload = bytes(payload).decode("utf-8", "replace")
    if isinstance(payload, str):
        if not payload.strip():
            raise BadInput("InvalidRequest", "the message is empty; a request is a JSON object")
        payload = load_json(payload)
    if not isinstance(payload, dict):
        kind = "text" if isinstance(payload, str) else shown(payload)
        raise BadInput("InvalidRequest", f"a request is a JSON object, found {kind}")
    schema = payload.get("schema")
    if isinstance(schema, str) and schema.startswith("vault-sync/"):
        raise BadInput(
            OWN_NOTIFICATION,
            "this is a notification of this function: take its subscription to its own topic away",
        )
    model = ReportRequest if payload.get("action") == "report" else SyncRequest
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        raise BadInput("InvalidRequest", _explained(error)) from None


def _explained(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    told = [_problem(problem) for problem in problems[:MAX_ERRORS_SHOWN]]
    if len(problems) > MAX_ERRORS_SHOWN:
        told.append(f"and {len(problems) - MAX_ERRORS_SHOWN} more")
    return "; ".join(told)


def _problem(problem: Any) -> str:
    path = "".join(_steps(problem["loc"])).removeprefix(".")
    if problem["type"] == "extra_forbidden":
        return f"{path}: unknown field"
    reason = problem["msg"].removeprefix("Value error, ")
    return f"{path}: {shown(problem['input'])}: {reason}" if path else reason


def _steps(location: tuple[int | str, ...]) -> Iterator[str]:
    for step in location:
        yield f"[{step}]" if isinstance(step, int) else f".{shown(step)[1:-1]}"
