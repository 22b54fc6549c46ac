"""What is to be done: a request becomes orders.

An order is one vault to synchronise, with everything decided. A request that selects vaults
becomes a `Selection` first; which vaults that is, `selection` finds out from CBR. A request for a
report becomes a `ReportOrder`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from vault_sync.errors import BadInput
from vault_sync.messages import Message
from vault_sync.request import PlaceName, SyncRequest, VaultSelection, request_from
from vault_sync.text import shown

if TYPE_CHECKING:
    from vault_sync.report_request import ReportRequest


class Place(NamedTuple):
    """Where the vaults of a request are."""

    region: str
    project_id: str


class Naming(NamedTuple):
    """One place in the event that named a vault, and what it wants to be recognised by."""

    source: str
    correlation_id: str | None


@dataclass(frozen=True)
class SyncOrder:
    """One vault to synchronise.

    Attributes:
        event_time: The event's own time; a sync that started since then is this one, repeated.
        wait_seconds: How long to stay for the task's end.
        also_named: Further places in the same event that named the vault.
    """

    vault_id: str
    place: Place
    auto_trigger: bool
    dry_run: bool
    event_time: datetime | None
    naming: Naming
    wait_seconds: int = 0
    also_named: tuple[Naming, ...] = ()


class Selection(NamedTuple):
    """Vaults still to be looked up; `order` is what each found vault becomes."""

    which: VaultSelection
    order: SyncOrder


class ReportOrder(NamedTuple):
    """A report to be made, of one project or several.

    Attributes:
        event_time: The event's own time, with which the window ends.
    """

    places: tuple[Place, ...]
    window_minutes: int
    max_age_hours: int | None
    event_time: datetime | None
    naming: Naming


@dataclass(frozen=True)
class Defaults:
    """What a request leaves open, as the settings and the trigger decide it."""

    place: Place
    allowed_projects: frozenset[str]
    auto_trigger: bool
    dry_run: bool
    request: SyncRequest | ReportRequest | None


def orders_from(
    message: Message, defaults: Defaults
) -> list[SyncOrder] | list[Selection] | ReportOrder:
    """Turn one message into the orders it asks for.

    Raises:
        BadInput: The message is no valid request, or names a project that is not allowed.
    """
    request, source = _request_of(message, defaults)
    places = _places(request, defaults)
    event_time = request.requested_at or message.time
    naming = Naming(source, request.correlation_id)
    if not isinstance(request, SyncRequest):
        return ReportOrder(
            places, request.window_minutes, request.max_age_hours, event_time, naming
        )
    order = SyncOrder(
        vault_id="",
        place=places[0],
        auto_trigger=(
            defaults.auto_trigger if request.auto_trigger is None else request.auto_trigger
        ),
        dry_run=request.dry_run or defaults.dry_run,
        event_time=event_time,
        naming=naming,
        wait_seconds=request.wait_seconds or 0,
    )
    if request.select is not None:
        return [Selection(request.select, replace(order, place=place)) for place in places]
    vault_ids = dict.fromkeys(request.vault_ids or [request.vault_id or ""])
    return [replace(order, vault_id=vault_id) for vault_id in vault_ids]


def _places(request: SyncRequest | ReportRequest, defaults: Defaults) -> tuple[Place, ...]:
    """Return where the request's vaults are; each project must be allowed."""
    here = defaults.place
    names = request.projects or (PlaceName(request.project_id or here.project_id, request.region),)
    places = tuple(
        dict.fromkeys(Place(name.region or here.region, name.project_id) for name in names)
    )
    for place in places:
        if place.project_id not in defaults.allowed_projects:
            raise BadInput(
                "ProjectNotAllowed",
                f"project_id: {shown(place.project_id)} is not among ALLOWED_PROJECTS",
            )
    return places


def _request_of(message: Message, defaults: Defaults) -> tuple[SyncRequest | ReportRequest, str]:
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
        wait_seconds=max(order.wait_seconds for order in group),
        also_named=tuple(order.naming for order in group[1:]),
    )
