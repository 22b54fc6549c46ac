"""Who calls, and may they enter: what API Gateway checks before a service is asked."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from local.emulator.gateway import errors, signature
from local.emulator.service import ServiceError

if TYPE_CHECKING:
    from local.emulator.account.account import Account
    from local.emulator.account.credentials import Credential
    from local.emulator.clock import Clock
    from local.emulator.transfer import Request

SIGNATURE_WINDOW_SECONDS = 900
"""X-Sdk-Date may differ from the gateway's clock by so much (API signing guide)."""


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
                errors.TOKEN_UNREADABLE if "x-auth-token" in request.headers else errors.NOT_SIGNED
            )
        authorization = signature.parse_authorization(header)
        if authorization is None:
            raise ServiceError(errors.WRONG_FORM)
        credential = self._account.credentials.get(authorization.access_key)
        if credential is None:
            raise ServiceError(errors.KEY_UNKNOWN)
        now = self._clock.now()
        if credential.is_locked(now):
            raise ServiceError(errors.KEY_LOCKED)
        self._check_date(request)
        if not signature.is_valid(request, authorization, credential.secret_key):
            credential.count_bad_signature(now)
            raise ServiceError(errors.BAD_SIGNATURE)
        credential.bad_signatures = 0
        _check_token(request, credential)
        return credential

    def admit(self, request: Request, credential: Credential, project_id: str) -> None:
        """Check that the credential reaches the project, and the project is of this region."""
        project = self._account.projects.get(project_id)
        if project is None or not credential.may_enter(project_id):
            raise ServiceError(errors.PROJECT_UNAVAILABLE)
        if request.headers.get("x-project-id", project_id) != project_id:
            raise ServiceError(errors.PROJECT_UNAVAILABLE)
        if request.region is not None and request.region != project.region:
            raise ServiceError(errors.PROJECT_OF_OTHER_REGION)

    def _check_date(self, request: Request) -> None:
        signed_at = signature.signing_time(request.headers.get("x-sdk-date", ""))
        if signed_at is None:
            raise ServiceError(errors.WRONG_FORM)
        if abs(self._signing_clock.now() - signed_at) > SIGNATURE_WINDOW_SECONDS:
            raise ServiceError(errors.CLOCK_SKEWED)


def _check_token(request: Request, credential: Credential) -> None:
    token = request.headers.get("x-security-token")
    if credential.expired:
        raise ServiceError(errors.TOKEN_EXPIRED)
    if credential.security_token is not None and token is None:
        raise ServiceError(errors.TOKEN_MISSING)
    if token != credential.security_token:
        raise ServiceError(errors.TOKEN_WRONG)
