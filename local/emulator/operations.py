"""The operations that clients know: those that are carried out, and those that are not.

`sdk_operations.txt` has every operation of the official SDKs of CBR, SMN and FunctionGraph, with
its method and path. So nothing here imports an SDK; a test compares it with the installed ones.

What is not carried out gets an answer of its own, 501 with `Local.NotEmulated`, so that nobody
looks for the mistake in the region, the path or the permissions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from local.emulator.service import Refusal, Route, ServiceError, no_vault

if TYPE_CHECKING:
    from local.emulator.service import Call, Result, Service

LIST = "docs/emulated-operations.md"
_FILE = Path(__file__).with_name("sdk_operations.txt")


class KnownOperation(NamedTuple):
    """An operation of the official SDK: its service, its name, and how it is reached."""

    service: str
    name: str
    method: str
    path: str


KNOWN = tuple(KnownOperation(*line.split()) for line in _FILE.read_text().splitlines())
_BY_NAME = {(known.service, known.name): known for known in KNOWN}


def route(
    service: str,
    operation: str,
    action: str | None,
    respond: Callable[[Call], Result],
    vault_id: Callable[[Call], str | None] = no_vault,
) -> Route:
    """Make the route of an operation that is carried out. KeyError if no SDK knows it."""
    known = _BY_NAME[service, operation]
    return Route(operation, known.method, known.path, action, respond, vault_id)


def refusing_routes(service: Service) -> list[Route]:
    """Make a route for each known operation of a service that has none of its own."""
    served = {each.operation for each in service.routes}
    return [
        route(service.name, known.name, None, functools.partial(_refuse, known.name))
        for known in KNOWN
        if known.service == service.name and known.name not in served
    ]


def not_emulated(what: str) -> ServiceError:
    """Refuse an operation, or a part of one, that the emulated cloud does not carry out."""
    text = f"{what} is not emulated. What is emulated: {LIST}, or GET /_local/operations."
    return ServiceError(Refusal(501, "Local.NotEmulated", text))


def _refuse(operation: str, _call: Call) -> NoReturn:
    raise not_emulated(operation)
