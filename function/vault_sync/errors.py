"""What can go wrong, as the project's own types.

Raised to FunctionGraph, so that its failure destination hears of it::

    VaultSyncError
    +-- ConfigurationError       the settings or the agency are unusable; nothing was called
    +-- IncompleteSync           a vault is `failed` or `deferred`; the notification was sent
        +-- NotificationFailed   SMN did not accept the notification; the message has the task ids

Inside the function a call without a result raises `CallFailed`; its `kind` says what may be done
next. `BadInput` is about a value in the event; it becomes an outcome and never leaves the handler.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple


class VaultSyncError(Exception):
    """Every error that the handler raises on purpose."""


class ConfigurationError(VaultSyncError):
    """The invocation cannot begin; the message lists every setting that is wrong."""


class IncompleteSync(VaultSyncError):  # noqa: N818 - reads as what happened
    """At least one vault is `failed` or `deferred`. Running the same event again is safe.

    Attributes:
        document: The result document, if the invocation came that far.
    """

    def __init__(self, message: str, document: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.document = document


class NotificationFailed(IncompleteSync):
    """SMN did not accept every notification; the message has the ids of the started tasks."""


class ErrorDetail(NamedTuple):
    """An error as the result document shows it.

    Attributes:
        code: The service's own code (`BackupService.6105`), or one of ours (`InvalidRequest`).
        message: What happened, in the service's words where it spoke; bounded in length.
        request_id: The service's id of the call, if one was answered.
    """

    code: str
    message: str
    request_id: str | None = None

    def as_document(self) -> dict[str, str | None]:
        """Return the error as it stands in the result document."""
        return {"code": self.code, "message": self.message, "request_id": self.request_id}

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class BadInput(Exception):  # noqa: N818 - a value judged, not a failure of the program
    """A value in the event or in a setting cannot be used; asking again with it cannot help."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.detail = ErrorDetail(code, message)


class Kind(Enum):
    """What a failed call means for what may be done next."""

    NOT_SENT = "the request never left"
    THROTTLED = "refused for its rate; nothing took effect"
    TRANSIENT = "the service had a fault of its own that may pass"
    UNKNOWN = "no usable answer; it may or may not have taken effect"
    RUNNING = "the vault is being synchronised already"
    REFUSED = "refused for what was asked; asking again cannot help"
    FORBIDDEN = "no permission for this operation"
    UNAUTHENTICATED = "the credentials were refused"
    OUT_OF_TIME = "no time left before the deadline; nothing was sent"


MAY_PASS = frozenset({Kind.NOT_SENT, Kind.THROTTLED, Kind.TRANSIENT, Kind.UNKNOWN})
"""The kinds for which repeating a call that changes nothing can help."""

HAD_NO_EFFECT = frozenset({Kind.NOT_SENT, Kind.THROTTLED})
"""The kinds after which a call that changes something may be repeated without looking first."""


def internal_error(error: BaseException) -> ErrorDetail:
    """Return the error of something unforeseen: its type and place, never its text.

    The text of an exception may quote whatever the function was working on.
    """
    place, trace = "", error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if "vault_sync" in path:
            place = f" in {path.rsplit('vault_sync', 1)[-1].lstrip('/')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return ErrorDetail("InternalError", f"{type(error).__name__}{place}")


class CallFailed(Exception):  # noqa: N818 - reads as what happened
    """A call to a service that brought no result.

    Attributes:
        kind: What may be done next.
        detail: The error for the outcome.
        retry_after: Seconds the service asked us to stay away, if it did.
    """

    def __init__(
        self,
        kind: Kind,
        detail: ErrorDetail,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(str(detail))
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after
