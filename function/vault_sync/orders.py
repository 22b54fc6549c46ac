"""What is to be done: the messages of an event become orders.

An order is one vault to synchronise, with everything decided. A request that selects vaults
becomes a `Selection` first; which vaults that is, `selection` finds out from CBR. A request for a
report becomes a `ReportOrder`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from vault_sync import times
from vault_sync.envelopes import AnyMessage, Message, Unreadable
from vault_sync.errors import BadInput, ErrorDetail
from vault_sync.project import Project
from vault_sync.request import (
    KEPT_HOURS,
    MAX_VAULTS,
    VAULT_ID,
    NamedProject,
    ReportRequest,
    SyncRequest,
    VaultSelection,
    request_from,
)
from vault_sync.text import shown

MAX_MENTIONS_KEPT = 50
"""Of a vault that one event names again and again; the others are counted."""

CLOCK_SKEW_SECONDS = 300
"""By how much the time with which a report's window ends may lie in the future."""


class Mention(NamedTuple):
    """One place in the event that named a vault, and what it wants to be recognised by.

    Attributes:
        position: The number of the message in the event; outcomes are in this order.
    """

    source: str
    correlation_id: str | None = None
    position: int = 0


class Behind(NamedTuple):
    """Why a selection with `older_than_hours` found a vault.

    Attributes:
        last_success: When its last successful sync ended; None if CBR's operation logs have none.
        error: Why the last sync that ended since then did not succeed, if there was one.
    """

    last_success: datetime | None
    error: ErrorDetail | None


@dataclass(frozen=True)
class SyncOrder:
    """One vault to synchronise.

    Attributes:
        since: The moment the event speaks of; a sync that began at it or later is this one,
            repeated. None where the event has no time.
        wait_seconds: How long to stay for the task's end.
        also: Further places in the same event that named the vault, as many as are kept.
        more: How many further places are not in `also`.
        vault_name: Where it is known without a further call.
    """

    vault_id: str
    project: Project
    auto_trigger: bool
    dry_run: bool
    since: datetime | None
    mention: Mention
    wait_seconds: int = 0
    also: tuple[Mention, ...] = ()
    more: int = 0
    vault_name: str | None = None
    behind: Behind | None = None


class Selection(NamedTuple):
    """Vaults still to be looked up in one project; `order` is what each found vault becomes."""

    which: VaultSelection
    order: SyncOrder


class ReportOrder(NamedTuple):
    """A report to be made, of one project or several.

    Attributes:
        time: The time with which the window ends; None for now.
    """

    projects: tuple[Project, ...]
    window_minutes: int
    max_age_hours: int | None
    time: datetime | None
    mention: Mention


class Rejected(NamedTuple):
    """A message, or one id of it, that cannot become an order."""

    mention: Mention
    error: ErrorDetail


@dataclass(frozen=True)
class Defaults:
    """What a request leaves open, as the settings and the trigger decide it.

    Attributes:
        one_region: Whether there is one CBR, whatever region an event names (`CBR_ENDPOINT`).
        now: The beginning of the invocation.
    """

    project: Project
    allowed_projects: frozenset[str]
    one_region: bool
    auto_trigger: bool
    dry_run: bool
    request: SyncRequest | ReportRequest | None
    now: datetime


@dataclass
class Orders:
    """What an event asks for: one order a vault, however often it names the vault."""

    by_vault: dict[tuple[Project, str], SyncOrder] = field(default_factory=dict)
    selections: list[Selection] = field(default_factory=list)
    reports: list[ReportOrder] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def add(self, orders: Iterable[SyncOrder]) -> None:
        """Take orders; one for a vault that is there already is merged with it.

        A request that is no dry run wins over one that is. The latest event time counts, so that
        no sync from before any of them passes for it. Otherwise the first mention decides.
        """
        for order in orders:
            key = (order.project, order.vault_id)
            first = self.by_vault.get(key)
            self.by_vault[key] = order if first is None else _merged(first, order)

    @property
    def named(self) -> int:
        """How many vaults, and ids that are none, there are."""
        return len(self.by_vault) + len(self.rejected)


def _merged(first: SyncOrder, other: SyncOrder) -> SyncOrder:
    kept = len(first.also) < MAX_MENTIONS_KEPT
    timed = first.since is not None and other.since is not None
    return replace(
        first,
        dry_run=first.dry_run and other.dry_run,
        since=max(first.since, other.since) if timed else None,  # type: ignore[type-var] # both are there
        wait_seconds=max(first.wait_seconds, other.wait_seconds),
        also=(*first.also, other.mention) if kept else first.also,
        more=first.more + (not kept),
        vault_name=first.vault_name or other.vault_name,
        behind=first.behind or other.behind,
    )


def orders_from(messages: Iterable[AnyMessage], defaults: Defaults) -> Orders:
    """Turn the messages of an event into what they ask for.

    A message that cannot be used is in `rejected`, and the others are not affected. An event that
    names more than 20,000 vaults is rejected as a whole.
    """
    orders = Orders()
    for position, message in enumerate(messages):
        mention = Mention(message.source, None, position)
        if isinstance(message, Unreadable):
            orders.rejected.append(Rejected(mention, message.error))
            continue
        try:
            _read(message, mention, defaults, orders)
        except BadInput as bad:
            orders.rejected.append(Rejected(mention, _placed(mention.source, bad.detail)))
        if orders.named > MAX_VAULTS:
            too_many = ErrorDetail(
                "TooManyVaults",
                f"the event names more than {MAX_VAULTS} vaults: split the request, or select "
                "the vaults",
            )
            return Orders(rejected=[Rejected(Mention("event"), too_many)])
    return orders


def _placed(source: str, error: ErrorDetail) -> ErrorDetail:
    return error._replace(message=f"{source}: {error.message}")


def _read(message: Message, mention: Mention, defaults: Defaults, orders: Orders) -> None:
    """Add what one message asks for.

    Raises:
        BadInput: The message is not a valid request, or names a project that is not allowed.
    """
    request, source = _request_of(message, defaults)
    projects = _projects(request, defaults)
    mention = Mention(source, request.correlation_id, mention.position)
    if not isinstance(request, SyncRequest):
        orders.reports.append(_report_order(request, message, projects, mention, defaults))
        return
    given, time = request.requested_at, message.time
    since = given or (time.passed if time else None)
    order = SyncOrder(
        vault_id=request.vault_id or "",
        project=projects[0],
        auto_trigger=(
            defaults.auto_trigger if request.auto_trigger is None else request.auto_trigger
        ),
        dry_run=bool(request.dry_run) or defaults.dry_run,
        since=since,
        mention=mention,
        wait_seconds=request.wait_seconds or 0,
    )
    if request.select is not None:
        orders.selections += [
            Selection(request.select, replace(order, project=project)) for project in projects
        ]
    elif request.vault_ids is None:
        orders.add([order])
    else:
        _add_each(request.vault_ids, order, orders)


def _add_each(vault_ids: list[object], order: SyncOrder, orders: Orders) -> None:
    """Add an order for each id; a malformed one is rejected alone."""
    seen: set[str] = set()
    for index, vault_id in enumerate(vault_ids):
        if orders.named > MAX_VAULTS:
            return
        if not isinstance(vault_id, str) or not VAULT_ID.fullmatch(vault_id):
            mention = order.mention._replace(source=f"{order.mention.source}.vault_ids[{index}]")
            why = ErrorDetail("InvalidRequest", f"{mention.source}: {shown(vault_id)} is not an id")
            orders.rejected.append(Rejected(mention, why))
        elif vault_id not in seen:
            seen.add(vault_id)
            orders.add([replace(order, vault_id=vault_id)])


def _report_order(
    request: ReportRequest,
    message: Message,
    projects: tuple[Project, ...],
    mention: Mention,
    defaults: Defaults,
) -> ReportOrder:
    """Return the order of a report whose window ends within the time CBR's tasks are kept.

    A trigger's own time that does not is ignored: the window then ends now.
    """
    time = _end_of_window(request.requested_at, defaults.now)
    if request.requested_at is not None and time is None:
        raise BadInput(
            "InvalidRequest",
            "requested_at: a report ends with a time of the last 30 days, not in the future",
        )
    return ReportOrder(
        projects,
        request.window_minutes or 60,
        request.max_age_hours,
        time or _end_of_window(message.time and message.time.time, defaults.now),
        mention,
    )


def _end_of_window(time: datetime | None, now: datetime) -> datetime | None:
    if time is None:
        return None
    first, last = times.earlier(now, KEPT_HOURS * 3600), times.later(now, CLOCK_SKEW_SECONDS)
    return min(time, now) if first <= time <= last else None


def _request_of(message: Message, defaults: Defaults) -> tuple[SyncRequest | ReportRequest, str]:
    if not message.carries_none:
        return request_from(message.payload), message.source
    if defaults.request is None:
        raise BadInput(
            "InvalidRequest", "empty; give the trigger a request, or set DEFAULT_REQUEST"
        )
    return defaults.request, "DEFAULT_REQUEST"


def _projects(request: SyncRequest | ReportRequest, defaults: Defaults) -> tuple[Project, ...]:
    """Return where the request's vaults are; each project must be allowed."""
    here = defaults.project
    named = request.projects or (
        NamedProject(request.project_id or here.project_id, request.region),
    )
    for one in named:
        if one.project_id not in defaults.allowed_projects:
            raise BadInput(
                "ProjectNotAllowed",
                f"project_id: {shown(one.project_id)} is not among ALLOWED_PROJECTS",
            )
    regions = [here.region if defaults.one_region else one.region or here.region for one in named]
    return tuple(
        dict.fromkeys(
            Project(region, one.project_id) for region, one in zip(regions, named, strict=True)
        )
    )
