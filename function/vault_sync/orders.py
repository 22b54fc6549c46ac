"""What a message asks for: its payload becomes a request, the request becomes orders.

An order is one vault to synchronise, with everything decided. A request that selects vaults
becomes a `Selection` first; which vaults that is, `selection` finds out from CBR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal

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
from vault_sync.events import Message
from vault_sync.text import shown

MAX_MESSAGE_CHARACTERS = 512 * 1024
MAX_VAULTS = 20_000
"""Vaults that one request may name."""

MAX_ERRORS_SHOWN = 3

_HAS_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)


def _moment(value: Any) -> datetime:
    read = times.from_text(value)
    if read is None or not _HAS_ZONE.search(value.strip()):
        raise ValueError("should be a time with a zone, such as 2026-11-23T08:00:00+08:00")
    return read


VaultId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""CBR's page gives no pattern; its ids are UUIDs. CBR itself judges what passes here."""

ProjectId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,12}(-[a-z0-9]{1,16}){1,3}$")]
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

    vault_id: VaultId | None = None
    vault_ids: (
        Annotated[list[VaultId], Field(min_length=1, max_length=MAX_VAULTS, fail_fast=True)] | None
    ) = None
    select: VaultSelection | None = None
    auto_trigger: bool | None = None
    project_id: ProjectId | None = None
    region: Region | None = None
    requested_at: Annotated[datetime, PlainValidator(_moment)] | None = None
    correlation_id: Annotated[str, StringConstraints(max_length=128)] | None = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _one_target(self) -> SyncRequest:
        _exactly_one(self, ("vault_id", "vault_ids", "select"))
        return self


def _exactly_one(model: BaseModel, names: tuple[str, ...]) -> None:
    given = [name for name in names if getattr(model, name) is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none"
        raise ValueError(f"exactly one of {', '.join(names)} is needed, found {found}")


@dataclass(frozen=True)
class Place:
    """Where the vaults of a request are."""

    region: str
    project_id: str


@dataclass(frozen=True)
class Naming:
    """One place in the event that named a vault, and what it wants to be recognised by."""

    source: str
    correlation_id: str | None


@dataclass(frozen=True)
class SyncOrder:
    """One vault to synchronise.

    Attributes:
        event_time: The event's own time; a sync that started since then is this one, repeated.
        also_named: Further places in the same event that named the vault.
    """

    vault_id: str
    place: Place
    auto_trigger: bool
    dry_run: bool
    event_time: datetime | None
    naming: Naming
    also_named: tuple[Naming, ...] = ()


@dataclass(frozen=True)
class Selection:
    """Vaults still to be looked up; `order` is what each found vault becomes."""

    which: VaultSelection
    order: SyncOrder


@dataclass(frozen=True)
class Defaults:
    """What a request leaves open, as the settings and the trigger decide it."""

    place: Place
    allowed_projects: frozenset[str]
    auto_trigger: bool
    dry_run: bool
    request: SyncRequest | None


def request_from(payload: Any) -> SyncRequest:
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
    try:
        return SyncRequest.model_validate(payload)
    except ValidationError as error:
        raise BadInput("InvalidRequest", _explained(error)) from None


def orders_from(message: Message, defaults: Defaults) -> list[SyncOrder] | Selection:
    """Turn one message into the orders it asks for.

    Raises:
        BadInput: The message is no valid request, or names a project that is not allowed.
    """
    request, source = _request_of(message, defaults)
    place = Place(
        request.region or defaults.place.region, request.project_id or defaults.place.project_id
    )
    if place.project_id not in defaults.allowed_projects:
        raise BadInput(
            "ProjectNotAllowed",
            f"project_id: {shown(place.project_id)} is not among ALLOWED_PROJECTS",
        )
    order = SyncOrder(
        vault_id="",
        place=place,
        auto_trigger=(
            defaults.auto_trigger if request.auto_trigger is None else request.auto_trigger
        ),
        dry_run=request.dry_run or defaults.dry_run,
        event_time=request.requested_at or message.time,
        naming=Naming(source, request.correlation_id),
    )
    if request.select is not None:
        return Selection(request.select, order)
    vault_ids = dict.fromkeys(request.vault_ids or [request.vault_id or ""])
    return [replace(order, vault_id=vault_id) for vault_id in vault_ids]


def _request_of(message: Message, defaults: Defaults) -> tuple[SyncRequest, str]:
    if not message.carries_none:
        return request_from(message.payload), message.source
    if defaults.request is None:
        raise BadInput(
            "InvalidRequest",
            f"{message.source} is empty; give the trigger a request, or set DEFAULT_REQUEST",
        )
    return defaults.request, "DEFAULT_REQUEST"


def without_duplicates(orders: list[SyncOrder]) -> list[SyncOrder]:
    """Make one order of all that name the same vault, in the order of their first naming.

    A request that is no dry run wins over one that is; the latest event time counts, so that no
    sync from before any of them passes for it. Otherwise the first naming decides.
    """
    same: dict[tuple[Place, str], list[SyncOrder]] = {}
    for order in orders:
        same.setdefault((order.place, order.vault_id), []).append(order)
    return [_merged(group) if len(group) > 1 else group[0] for group in same.values()]


def _merged(group: list[SyncOrder]) -> SyncOrder:
    times_named = [order.event_time for order in group if order.event_time is not None]
    return replace(
        group[0],
        dry_run=all(order.dry_run for order in group),
        event_time=max(times_named) if len(times_named) == len(group) else None,
        also_named=tuple(order.naming for order in group[1:]),
    )


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
