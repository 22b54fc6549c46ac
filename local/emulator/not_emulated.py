"""Operations that clients know and the emulated cloud does not carry out: each is told so.

An answer of its own, 501 with `Local.NotEmulated`, keeps a client's author from looking for the
mistake in the region, the path or the permissions.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from local.emulator.service import Refusal, Route, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.service import Call, Service

LIST = "docs/emulated-operations.md"
_KNOWN = Path(__file__).with_name("sdk_operations.txt")


class KnownOperation(NamedTuple):
    """An operation of the official SDK: its service, its name, and how it is reached."""

    service: str
    name: str
    method: str
    path: str


@functools.cache
def known_operations() -> tuple[KnownOperation, ...]:
    """Return every operation that the SDKs of CBR, SMN and FunctionGraph know, in the list's order.

    `sdk_operations.txt` holds them, so that nothing here imports an SDK; a test compares it with
    the SDKs that are installed.
    """
    return tuple(KnownOperation(*line.split()) for line in _KNOWN.read_text().splitlines())


def not_emulated(what: str) -> ServiceError:
    """Refuse an operation, or a part of one, that the emulated cloud does not carry out."""
    text = f"{what} is not emulated. What is emulated: {LIST}, or GET /_local/operations."
    return ServiceError(Refusal(501, "Local.NotEmulated", text))


def refusing_routes(service: Service) -> list[Route]:
    """Make a route for each known operation of a service that has none of its own."""
    served = {route.operation for route in service.routes}
    return [
        Route(known.name, known.method, known.path, None, _refusal_of(known.name))
        for known in known_operations()
        if known.service == service.name and known.name not in served
    ]


def _refusal_of(operation: str) -> Callable[[Call], NoReturn]:
    def refuse(_call: Call) -> NoReturn:
        raise not_emulated(operation)

    return refuse
