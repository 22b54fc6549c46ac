"""The answer to an HTTP request that APIG handed over: what happened, instead of an exception.

APIG takes `statusCode`, `headers`, `body` and `isBase64Encoded`; anything else is a 500 for the
caller (docs.otc.t-systems.com, FunctionGraph FAQ on error code 500).
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from vault_sync.envelopes import NO_METHOD
from vault_sync.errors import IncompleteSync, VaultSyncError

RETRY_AFTER_SECONDS = "60"
"""When the caller may send the same request again, after a 503."""


def response_to(document: dict[str, Any]) -> dict[str, Any]:
    """Return the response of an invocation that ended in a result.

    200, or 400 where everything was rejected, with the reason first; 405 for anything but a POST.
    """
    outcomes = document["outcomes"]
    errors = [one["error"] for one in outcomes if one["status"] == "rejected"]
    if not errors or len(errors) < len(outcomes):
        return _response(HTTPStatus.OK, document)
    if errors[0]["code"] == NO_METHOD:
        return _response(HTTPStatus.METHOD_NOT_ALLOWED, _reason(errors[0], document), Allow="POST")
    return _response(HTTPStatus.BAD_REQUEST, _reason(errors[0], document))


def response_to_error(error: VaultSyncError) -> dict[str, Any]:
    """Return the response of an invocation that ended in an error.

    503 with the document, so that the caller sends the same request again; 500 for wrong settings,
    which are in the function's log and not for strangers.
    """
    if not isinstance(error, IncompleteSync):
        said = {"reason": "the function is not set up rightly; its log says what is wrong"}
        return _response(HTTPStatus.INTERNAL_SERVER_ERROR, said)
    said = {"reason": "not everything could be done; send the same request again"}
    headers = {"Retry-After": RETRY_AFTER_SECONDS}
    return _response(HTTPStatus.SERVICE_UNAVAILABLE, said | (error.document or {}), **headers)


def _reason(error: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    return {"reason": f"{error['code']}: {error['message']}", **document}


def _response(status: HTTPStatus, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    return {
        "statusCode": int(status),
        "headers": {"Content-Type": "application/json", **headers},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
