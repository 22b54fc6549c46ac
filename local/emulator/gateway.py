"""What API Gateway does in front of the services: find the operation, check who calls."""

from __future__ import annotations

import functools
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import unquote

from local.emulator import gateway_errors, signature
from local.emulator.operations import refusing_routes
from local.emulator.service import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.emulator.account import Account, Credential
    from local.emulator.clock import Clock
    from local.emulator.service import Route, Service
    from local.emulator.transfer import Request

SIGNATURE_WINDOW_SECONDS = 900
"""X-Sdk-Date may differ from the gateway's clock by so much (API signing guide)."""

MAX_BODY_BYTES = 12 * 1024 * 1024
"""API Gateway's limit: APIGW.0201 with status 413 above it."""


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


class Gatekeeper:
    """Checks signature, token, time and project of a request."""

    def __init__(self, account: Account, clock: Clock, signing_clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._signing_clock = signing_clock

    def date(self) -> str:
        """Return the gateway's time as an answer's `Date` header has it."""
        return formatdate(self._signing_clock.now(), usegmt=True)

    def authenticate(self, request: Request) -> Credential:
        """Return whose request it is. Raises ServiceError in the gateway's words."""
        header = request.headers.get("authorization")
        if header is None:
            raise ServiceError(
                gateway_errors.TOKEN_UNREADABLE
                if "x-auth-token" in request.headers
                else gateway_errors.NOT_SIGNED
            )
        authorization = signature.parse_authorization(header)
        if authorization is None:
            raise ServiceError(gateway_errors.WRONG_FORM)
        credential = self._account.credentials.get(authorization.access_key)
        if credential is None:
            raise ServiceError(gateway_errors.KEY_UNKNOWN)
        now = self._clock.now()
        if credential.is_locked(now):
            raise ServiceError(gateway_errors.KEY_LOCKED)
        self._check_date(request)
        if not signature.is_valid(request, authorization, credential.secret_key):
            credential.count_bad_signature(now)
            raise ServiceError(gateway_errors.BAD_SIGNATURE)
        credential.bad_signatures = 0
        _check_token(request, credential)
        return credential

    def admit(self, request: Request, credential: Credential, project_id: str) -> None:
        """Check that the credential reaches the project, and the project is of this region."""
        project = self._account.projects.get(project_id)
        if project is None or not credential.may_enter(project_id):
            raise ServiceError(gateway_errors.PROJECT_UNAVAILABLE)
        if request.headers.get("x-project-id", project_id) != project_id:
            raise ServiceError(gateway_errors.PROJECT_UNAVAILABLE)
        if request.region is not None and request.region != project.region:
            raise ServiceError(gateway_errors.PROJECT_OF_OTHER_REGION)

    def _check_date(self, request: Request) -> None:
        signed_at = signature.signing_time(request.headers.get("x-sdk-date", ""))
        if signed_at is None:
            raise ServiceError(gateway_errors.WRONG_FORM)
        if abs(self._signing_clock.now() - signed_at) > SIGNATURE_WINDOW_SECONDS:
            raise ServiceError(gateway_errors.CLOCK_SKEWED)


def _check_token(request: Request, credential: Credential) -> None:
    token = request.headers.get("x-security-token")
    if credential.expired:
        raise ServiceError(gateway_errors.TOKEN_EXPIRED)
    if credential.security_token is not None and token is None:
        raise ServiceError(gateway_errors.TOKEN_MISSING)
    if token != credential.security_token:
        raise ServiceError(gateway_errors.TOKEN_WRONG)
