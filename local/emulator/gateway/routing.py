"""Which operation a request is for, found by its method and path."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING
from urllib.parse import unquote

from local.emulator.operations import refusing_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.emulator.service import Route, Service


class RouteTable:
    """Finds the route of a request by method and path. Ambiguous routes are refused.

    An operation that a service does not carry out has a route too, which says so.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self._by_length: dict[tuple[str, int], list[tuple[Service, Route, list[str]]]] = {}
        for service in services:
            for route in (*service.routes, *refusing_routes(service)):
                self._add(service, route)

    def _add(self, service: Service, route: Route) -> None:
        segments = route.path.split("/")
        candidates = self._by_length.setdefault((route.method, len(segments)), [])
        for _, other, other_segments in candidates:
            if all(
                mine == theirs or mine.startswith("{") or theirs.startswith("{")
                for mine, theirs in zip(segments, other_segments, strict=True)
            ) and [s.startswith("{") for s in segments] == [
                s.startswith("{") for s in other_segments
            ]:
                raise ValueError(
                    f"{route.operation} and {other.operation} cannot be told apart: "
                    f"{route.method} {route.path} and {other.path}"
                )
        candidates.append((service, route, segments))
        candidates.sort(key=lambda candidate: candidate[1].path.count("{"))

    def find(
        self, method: str, path: str, service_host: str | None
    ) -> tuple[Service, Route, dict[str, str]] | None:
        """Return the service, the route and the path's parameters, unquoted; None for no route.

        Where two routes fit, the one with fewer parameters wins. `service_host` narrows the
        search to the services behind that host; None means one host serves all.
        """
        segments = path.split("/")
        for service, route, pattern in self._by_length.get((method, len(segments)), ()):
            if service_host is not None and service.host != service_host:
                continue
            parameters = match_path(pattern, segments)
            if parameters is not None:
                return service, route, parameters
        return None


@functools.cache
def route_table(services: tuple[Service, ...]) -> RouteTable:
    """Return the route table of services, the same one for every cloud that has these."""
    return RouteTable(services)


def match_path(pattern: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    """Compare a path with a pattern, both split at the slashes: the parameters, or None."""
    if len(pattern) != len(segments):
        return None
    parameters = {}
    for wanted, given in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            if not given:
                return None
            parameters[wanted[1:-1]] = unquote(given)
        elif wanted != given:
            return None
    return parameters
