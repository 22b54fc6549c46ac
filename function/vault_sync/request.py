"""What a message may ask for: a payload becomes a request, or an error that a person can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)

from vault_sync import json_text, times
from vault_sync.errors import BadInput
from vault_sync.text import shown

if TYPE_CHECKING:
    from vault_sync.report_request import ReportRequest

MAX_MESSAGE_CHARACTERS = 512 * 1024
MAX_VAULTS = 20_000
"""Vaults that one request may name."""

MAX_PLACES = 100
"""Projects that one request may name."""

MAX_WAIT_SECONDS = 3600

MAX_ERRORS_SHOWN = 3

OWN_NOTIFICATION = "OwnNotification"
"""The code for what this function published itself; answering it would never end."""

_HAS_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_PROJECT_ID = r"^[A-Za-z0-9_-]{1,64}$"
_REGION = r"^[a-z]{2,12}(-[a-z0-9]{1,16}){1,3}$"


def moment(value: Any) -> datetime:
    """Validate a time that a request gives; a time without a zone could mean two things."""
    read = times.from_text(value)
    if read is None or not _HAS_ZONE.search(value.strip()):
        raise ValueError("should be a time with a zone, such as 2026-11-23T08:00:00+08:00")
    return read


class PlaceName(NamedTuple):
    """A project that a request names, and its region if it says so."""

    project_id: str
    region: str | None


def place_names(value: Any) -> tuple[PlaceName, ...]:
    """Validate `projects`: a list of objects with project_id and, if wanted, region."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_PLACES:
        raise ValueError(f"should be a list of 1 to {MAX_PLACES} objects with project_id, region")
    return tuple(_place_name(entry) for entry in value)


def _place_name(entry: Any) -> PlaceName:
    if not isinstance(entry, dict) or not {"project_id"} <= set(entry) <= {"project_id", "region"}:
        raise ValueError(f"{shown(entry)} should be an object with project_id and region")
    for name, pattern in (("project_id", _PROJECT_ID), ("region", _REGION)):
        value = entry.get(name)
        if value is not None and not (
            isinstance(value, str) and re.fullmatch(pattern.rstrip("$"), value)
        ):
            raise ValueError(f"{name} {shown(value)} is none")
    return PlaceName(entry["project_id"], entry.get("region"))


VaultId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""CBR's page gives no pattern; its ids are UUIDs. CBR itself judges what passes here."""

ProjectId = Annotated[str, StringConstraints(pattern=_PROJECT_ID)]
Region = Annotated[str, StringConstraints(pattern=_REGION)]
TagText = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class VaultSelection(BaseModel):
    """Which hybrid vaults of a project are meant: all, those of a name, or those with tags."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    all: Literal[True] | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    tags: (
        Annotated[
            dict[TagText, Annotated[list[TagText], Field(min_length=1, max_length=10)]],
            Field(min_length=1, max_length=10),
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _one_way(self) -> VaultSelection:
        _exactly_one(self, ("all", "name", "tags"))
        return self


class SyncRequest(BaseModel):
    """What a timer, a message or a person may ask for. Unknown fields are errors."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    action: Literal["sync"] = "sync"
    vault_id: VaultId | None = None
    vault_ids: (
        Annotated[list[VaultId], Field(min_length=1, max_length=MAX_VAULTS, fail_fast=True)] | None
    ) = None
    select: VaultSelection | None = None
    auto_trigger: bool | None = None
    project_id: ProjectId | None = None
    region: Region | None = None
    projects: Annotated[tuple[PlaceName, ...], PlainValidator(place_names)] | None = None
    wait_seconds: Annotated[int, Field(ge=1, le=MAX_WAIT_SECONDS)] | None = None
    requested_at: Annotated[datetime, PlainValidator(moment)] | None = None
    correlation_id: Annotated[str, StringConstraints(max_length=128)] | None = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _one_target(self) -> SyncRequest:
        _exactly_one(self, ("vault_id", "vault_ids", "select"))
        if self.projects is not None and self.select is None:
            raise ValueError("projects goes with select; an id belongs to one project")
        if self.projects is not None and (self.project_id or self.region):
            raise ValueError("projects stands instead of project_id and region")
        return self


def _exactly_one(model: BaseModel, names: tuple[str, ...]) -> None:
    given = [name for name in names if getattr(model, name) is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none"
        raise ValueError(f"exactly one of {', '.join(names)} is needed, found {found}")


def request_from(payload: Any) -> SyncRequest | ReportRequest:
    """Read a request from JSON text or an object.

    Raises:
        BadInput: With the field, the value and what is wrong about it.
    """
    if isinstance(payload, str):
        if len(payload) > MAX_MESSAGE_CHARACTERS:
            raise BadInput(
                "MessageTooLarge",
                f"{shown(payload)} is longer than {MAX_MESSAGE_CHARACTERS} characters",
            )
        if not payload.strip():
            raise BadInput("InvalidRequest", "the message is empty; a request is a JSON object")
        payload = json_text.load(payload)
    if not isinstance(payload, dict):
        raise BadInput("InvalidRequest", f"a request is a JSON object, found {shown(payload)}")
    if str(payload.get("schema")).startswith("vault-sync/"):
        raise BadInput(
            OWN_NOTIFICATION,
            "this is a notification of this function: take its subscription to its own topic away",
        )
    try:
        if payload.get("action") == "report":
            return _report_request(payload)
        return SyncRequest.model_validate(payload)
    except ValidationError as error:
        raise BadInput("InvalidRequest", _explained(error)) from None


def _report_request(payload: dict[str, Any]) -> ReportRequest:
    from vault_sync.report_request import ReportRequest  # noqa: PLC0415 - a plain sync starts faster without it

    return ReportRequest.model_validate(payload)


def _explained(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    told = [_problem(problem) for problem in problems[:MAX_ERRORS_SHOWN]]
    if len(problems) > MAX_ERRORS_SHOWN:
        told.append(f"and {len(problems) - MAX_ERRORS_SHOWN} more")
    return "; ".join(told)


def _problem(problem: Any) -> str:
    path = _path(problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{path}: unknown field (value {shown(problem['input'])})"
    reason = problem["msg"].removeprefix("Value error, ")
    return f"{path}: {shown(problem['input'])}: {reason}" if path else reason


def _path(location: tuple[int | str, ...]) -> str:
    return "".join(_steps(location)).removeprefix(".")


def _steps(location: tuple[int | str, ...]) -> Iterator[str]:
    for step in location:
        yield f"[{step}]" if isinstance(step, int) else f".{shown(step)[1:-1]}"
