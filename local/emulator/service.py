"""What a service brings to the cloud: routes, state, and its own way to word errors."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from local.emulator.account.account import Account, Project
    from local.emulator.clock import Clock
    from local.emulator.faults.rules import FaultRules
    from local.emulator.identifiers import Identifiers
    from local.emulator.journal import Journal
    from local.emulator.readings import Readings
    from local.emulator.sync_tasks import Course
    from local.emulator.transfer import Answer

MALFORMED = object()
"""What `Call.document()` returns for a body that is no JSON."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call is refused: HTTP status, code and text."""

    status: int
    code: str
    message: str


class ServiceError(Exception):
    """The gateway or a service refuses a call."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.status} {refusal.code}: {refusal.message}")
        self.refusal = refusal


class CloudState(Protocol):
    """One account of the emulated cloud, as services, gateway and FunctionGraph's engine share it.

    region, project_id: the project where none is named.
    course: how a sync goes where its vault says nothing else.
    engine: runs functions; None where the cloud is not served, so that none could call it.
    """

    region: str
    project_id: str
    account: Account
    clock: Clock
    identifiers: Identifiers
    lock: threading.RLock
    faults: FaultRules
    journal: Journal
    readings: Readings
    course: Course
    engine: Any

    def backend(self, service: str, project_id: str) -> Any:
        """Return the state of a service in a project. KeyError if there is no such project."""
        ...


@dataclass(slots=True)
class Call:
    """One request that found its route, as the service's operation sees it."""

    parameters: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes
    request_id: str
    now: float
    region: str = ""
    project_id: str = ""
    access_key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    backend: Any = None
    account: Account | None = None
    _document: Any = field(default=None, repr=False)
    _parsed: bool = False

    def document(self) -> Any:
        """Return the JSON of the body: None for no body, MALFORMED for a body that is no JSON."""
        if not self._parsed:
            self._parsed = True
            if self.body:
                try:
                    self._document = json.loads(self.body)
                except (ValueError, RecursionError):
                    self._document = MALFORMED
        return self._document

    def first(self, name: str) -> str | None:
        """Return a query parameter's value, the first one where it is repeated."""
        values = self.query.get(name)
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation answers, and what the journal should know of it.

    later: what remains to be done outside the cloud's lock, and gives the answer in place of
        `body`; the journal has `status` already.
    """

    body: object
    status: int = 200
    vault_id: str | None = None
    operation_log_id: str | None = None
    message_id: str | None = None
    later: Callable[[], Answer] | None = None


def no_vault(_call: Call) -> str | None:
    """Return None: the operation concerns no single vault."""
    return None


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: how it is reached, which permission it needs, who answers it.

    `path` holds parameters in braces, each one whole segment; `{project_id}` is special:
    the gateway compares it with the credential. `action` is the IAM action; None needs no
    permission. `vault_id` finds the vault a call is about, for the journal and for faults.
    """

    operation: str
    method: str
    path: str
    action: str | None
    respond: Callable[[Call], Result]
    vault_id: Callable[[Call], str | None] = no_vault


@dataclass(frozen=True, slots=True)
class Service:
    """A service: its name, its host name's first label, its routes, its state, its errors.

    `new_backend` makes the state of one project in one region. `render_error` words a
    refusal: (refusal, request id) to the JSON document of the answer. `denial` is the
    refusal of an action that the credential's policies do not allow.
    """

    name: str
    host: str
    routes: tuple[Route, ...]
    new_backend: Callable[[CloudState, Project], object]
    render_error: Callable[[Refusal, str], object]
    denial: Callable[[str], Refusal]
