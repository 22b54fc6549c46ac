"""What a failed call means: the SDK's exceptions and the services' codes become `CallFailed`.

CBR is judged by its error code rather than the HTTP status, because its documentation gives
different statuses for the same code. Codes: support.huaweicloud.com/api-cbr/ErrorCode.html,
support.huaweicloud.com/devg-apisign/api-sign-errorcode.html,
support.huaweicloud.com/api-smn/ErrorCode.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar

from huaweicloudsdkcore.exceptions.exceptions import (
    ConnectionException,
    SdkException,
    ServiceResponseException,
)
from requests.exceptions import RequestException, Timeout
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from vault_sync.errors import CallFailed, ErrorDetail, Kind
from vault_sync.text import clean

T = TypeVar("T")

MAX_MESSAGE_CHARACTERS = 300
LONGEST_RETRY_AFTER_SECONDS = 3600.0

_BY_CODE: dict[str, Kind] = {
    "BackupService.7302": Kind.RUNNING,
    "BackupService.9998": Kind.UNAUTHENTICATED,  # "Authentication failed", filed under 500
    "APIGW.0301": Kind.UNAUTHENTICATED,
    "APIGW.0303": Kind.UNAUTHENTICATED,
    "APIGW.0305": Kind.UNAUTHENTICATED,
    "APIGW.0307": Kind.UNAUTHENTICATED,
    "BackupService.8600": Kind.FORBIDDEN,
    "APIGW.0302": Kind.FORBIDDEN,
    "APIGW.0304": Kind.FORBIDDEN,
    "APIGW.0306": Kind.FORBIDDEN,
    "APIGW.0310": Kind.FORBIDDEN,
    "APIGW.0802": Kind.FORBIDDEN,
    "APIGW.0308": Kind.THROTTLED,
    "BackupService.0002": Kind.TRANSIENT,
    "BackupService.9910": Kind.TRANSIENT,
    "APIGW.0601": Kind.TRANSIENT,
    "APIGW.0605": Kind.TRANSIENT,
    "APIGW.0606": Kind.TRANSIENT,
    "APIGW.0608": Kind.TRANSIENT,
    "APIGW.0609": Kind.TRANSIENT,
    "APIGW.0610": Kind.UNKNOWN,
    "APIGW.0611": Kind.TRANSIENT,
    "APIGW.0613": Kind.TRANSIENT,
    "APIGW.0705": Kind.TRANSIENT,
    "SMN.0008": Kind.REFUSED,  # subject, message or a value invalid: filed under 403
    "SMN.0009": Kind.REFUSED,
    "SMN.0047": Kind.REFUSED,
    "SMN.0016": Kind.TRANSIENT,
    "SMN.0018": Kind.TRANSIENT,
    "SMN.0019": Kind.TRANSIENT,
}

_BY_STATUS: dict[int, Kind] = {
    HTTPStatus.UNAUTHORIZED: Kind.UNAUTHENTICATED,
    HTTPStatus.FORBIDDEN: Kind.FORBIDDEN,
    HTTPStatus.REQUEST_TIMEOUT: Kind.UNKNOWN,
    HTTPStatus.TOO_MANY_REQUESTS: Kind.THROTTLED,
    HTTPStatus.BAD_GATEWAY: Kind.UNKNOWN,
    HTTPStatus.SERVICE_UNAVAILABLE: Kind.TRANSIENT,
    HTTPStatus.GATEWAY_TIMEOUT: Kind.UNKNOWN,
}


def guarded(send: Callable[[], T], redact: Callable[[str], str]) -> T:
    """Make one call through the SDK.

    Args:
        send: The SDK call, and nothing else.
        redact: Takes credentials out of text that services and libraries wrote.

    Raises:
        CallFailed: Whatever went wrong, with what it means.
    """
    try:
        return send()
    except ServiceResponseException as error:
        failure = _answered(error, redact)
    except (SdkException, RequestException) as error:
        failure = _unanswered(error)
    except Exception as error:  # noqa: BLE001 - the SDK fails in any way on an answer it cannot read
        failure = unreadable(f"the answer could not be read ({type(error).__name__})")
    raise failure from None


def body_of(send: Callable[[], Any], redact: Callable[[str], str]) -> dict[str, Any]:
    """Make one call through the SDK; return the answer's JSON object.

    Raises:
        CallFailed: As `guarded`; UNKNOWN if the answer is not a JSON object.
    """
    response = guarded(send, redact)
    try:
        body = response.to_json_object()
    except (ValueError, RecursionError):
        raise unreadable("the answer is not JSON") from None
    if not isinstance(body, dict):
        raise unreadable("the answer is not a JSON object")
    return body


def unreadable(what: str, request_id: str | None = None) -> CallFailed:
    """Return the failure for a 200 that does not say what it should: the effect is unknown."""
    return CallFailed(Kind.UNKNOWN, ErrorDetail("UnreadableAnswer", what, request_id))


def kind_of(status: int, code: str) -> Kind:
    """Classify an answer by status and code; see the tables above."""
    if status == HTTPStatus.UNAUTHORIZED:
        return Kind.UNAUTHENTICATED
    by_code = _BY_CODE.get(code.replace("APIG.", "APIGW.", 1))
    if by_code is not None:
        return by_code
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status < HTTPStatus.BAD_REQUEST:
        return Kind.REFUSED  # a redirect: whoever answered is not the service
    return Kind.UNKNOWN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Kind.REFUSED


def _answered(error: Any, redact: Callable[[str], str]) -> CallFailed:
    response = getattr(error, "response", None)
    headers = {} if response is None else response.headers
    status, code = int(error.status_code), clean(redact(str(error.error_code)), 64)
    detail = ErrorDetail(
        code if code != str(status) else f"HTTP {status}",
        clean(redact(str(error.error_msg or "no message")), MAX_MESSAGE_CHARACTERS),
        _text(error.request_id) or _request_id_in(response),
    )
    kind = kind_of(status, code)
    if kind is Kind.REFUSED and not isinstance(error.error_code, str):
        kind = Kind.UNKNOWN  # a refusal that cannot be read need not mean that nothing was done
    return CallFailed(kind, detail, retry_after=_retry_after(headers.get("Retry-After")))


def _unanswered(error: Exception) -> CallFailed:
    """Tell a request that never left from one whose answer was lost, in words of our own."""
    cause = error.__context__ if isinstance(error, ConnectionException) else error
    reason = _reason(cause or error)
    if isinstance(reason, (NewConnectionError, ConnectTimeoutError, ProxyError)):
        what = "the connection was refused or timed out; no request was sent"
        if "resolve" in str(reason) or "Name or service" in str(reason):
            what = "the host name could not be resolved; no request was sent"
        return CallFailed(Kind.NOT_SENT, ErrorDetail("ConnectionFailed", what))
    if type(reason).__name__ == "SSLError" and "CERTIFICATE_VERIFY_FAILED" in str(reason):
        what = "the endpoint's certificate could not be verified; no request was sent"
        return CallFailed(Kind.NOT_SENT, ErrorDetail("ConnectionFailed", what))
    what = "the connection broke before the answer"
    if isinstance(cause, Timeout):
        what = "no answer came in time"
    return CallFailed(Kind.UNKNOWN, ErrorDetail("AnswerLost", what))


def _reason(error: BaseException) -> BaseException:
    """Return the innermost reason that urllib3 gave for a connection error."""
    for argument in error.args:
        reason = getattr(argument, "reason", argument)
        if isinstance(reason, BaseException):
            return reason
    return error


def _request_id_in(response: Any) -> str | None:
    """SMN and the gateway also say it in the body, which the SDK drops."""
    try:
        body = json.loads(response.content)
    except (ValueError, TypeError, AttributeError):
        return None
    return _text(body.get("request_id")) if isinstance(body, dict) else None


def _text(value: Any) -> str | None:
    return clean(value, 128) if isinstance(value, str) and value else None


def _retry_after(value: str | None) -> float | None:
    """Read seconds, or a date as HTTP allows it."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_SECONDS)
    try:
        seconds = (parsedate_to_datetime(text) - datetime.now(timezone.utc)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)
