"""APIG: HTTP requests that fire a function's APIG trigger, and what the function answers.

Source: Open Telekom Cloud's documentation of FunctionGraph, "Using an APIG trigger" and the FAQ on
error code 500; CreateFunctionTrigger. Not confirmed are APIG's words when it refuses a call of an
API of one's own: they are taken to be those of the cloud's own APIs, with codes that begin with
`APIG.`.
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from local.emulator.functiongraph import errors as functiongraph_errors
from local.emulator.functiongraph.engine.records import Source
from local.emulator.functiongraph.triggers import DEFAULT_API_MILLISECONDS
from local.emulator.gateway import errors
from local.emulator.gateway.errors import gateway_document
from local.emulator.service import Refusal, ServiceError
from local.emulator.transfer import Answer, Reply, Request, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.functiongraph.engine.engine import Engine
    from local.emulator.functiongraph.engine.records import Record
    from local.emulator.functiongraph.engine.triggered import ActiveTrigger
    from local.emulator.service import CloudState

PREFIX = "/_apig"
"""Stands for the host name of an API group: what follows is the path of an API."""

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Of a request that goes to a function."""

APP_CODE_HEADER = "x-apig-appcode"
NO_APP = Refusal(401, "APIG.0303", "Incorrect app authentication information: app not found")
TIMED_OUT = Refusal(504, "APIG.0201", "Backend timeout")
NO_STATUS = Refusal(500, "FSS.1202", "The function's response has no status code")
_LENGTHS = frozenset({"content-length", "transfer-encoding", "connection"})
"""Headers that whoever sends the response writes."""


def is_for_an_api(request: Request) -> bool:
    """Tell whether a request is for an API rather than for one of the cloud's services."""
    return request.target.startswith(f"{PREFIX}/")


def answer(cloud: CloudState, request: Request, authenticate: Callable[[Request], object]) -> Reply:
    """Answer a request for an API: with what its function says, or with APIG's refusal.

    authenticate: checks the signature of a request; raises ServiceError.
    """
    request_id = cloud.identifiers.hexadecimal()
    try:
        with cloud.lock:
            found = _api(cloud, request)
            authentication = found.trigger.event_data["auth"]
            if authentication == "IAM":
                authenticate(request)
            elif authentication == "APP":
                _check_app_code(cloud, request)
    except ServiceError as refused:
        return _refused(refused.refusal, request_id)
    event = json.dumps(_event(found, request, request_id))

    def work() -> Reply:
        return _response_in_time(cloud, found, event, request_id)

    return Reply(None, work=work)


def _api(cloud: CloudState, request: Request) -> ActiveTrigger:
    """Return the trigger for a path and a method, the longest path first."""
    path = request.target.partition("?")[0].removeprefix(PREFIX)
    engine: Engine | None = cloud.engine
    triggers = [] if engine is None else engine.active("APIG")
    for one in sorted(triggers, key=lambda one: -len(one.trigger.event_data["path"])):
        data = one.trigger.event_data
        under = data["match_mode"] == "SWA" and path.startswith(data["path"].rstrip("/") + "/")
        if (path == data["path"] or under) and data["req_method"] in ("ANY", request.method):
            if len(request.body) > MAX_BODY_BYTES:
                raise ServiceError(errors.BODY_TOO_LARGE)
            return one
    raise ServiceError(errors.NO_SUCH_API)


def _check_app_code(cloud: CloudState, request: Request) -> None:
    code = request.headers.get(APP_CODE_HEADER, "").encode()
    if not any(hmac.compare_digest(code, one.encode()) for one in cloud.account.app_codes):
        raise ServiceError(NO_APP)


def _event(found: ActiveTrigger, request: Request, request_id: str) -> dict[str, Any]:
    """Make the event: the body is in base64, as APIG sends it by default."""
    path, _, query = request.target.partition("?")
    return {
        "body": base64.b64encode(request.body).decode("ascii"),
        "requestContext": {
            "apiId": found.trigger.event_data["api_id"],
            "requestId": request_id,
            "stage": found.trigger.event_data["env_name"],
        },
        "queryStringParameters": dict(parse_qsl(query, keep_blank_values=True)),
        "httpMethod": request.method,
        "pathParameters": {},
        "headers": dict(request.headers),
        "path": path.removeprefix(PREFIX),
        "isBase64Encoded": True,
    }


def _response_in_time(
    cloud: CloudState, found: ActiveTrigger, event: str, request_id: str
) -> Reply:
    """Run the function; after the trigger's timeout it goes on, and nobody waits for it."""
    engine: Engine = cloud.engine
    accepted = engine.accept(found.function, event, Source("APIG", found.name))
    if accepted is None:
        return _refused(functiongraph_errors.THROTTLED, request_id)
    thread = threading.Thread(target=engine.run, args=accepted, daemon=True)
    thread.start()
    function = found.trigger.event_data.get("func_info") or {}
    thread.join(int(function.get("timeout") or DEFAULT_API_MILLISECONDS) / 1000)
    return _refused(TIMED_OUT, request_id) if thread.is_alive() else _response(accepted[0])


def _response(record: Record) -> Reply:
    """Turn what the function returned into a response."""
    if record.error is not None:
        return Reply(json_answer(500, record.error, record.request_id))
    try:
        given = json.loads(record.result or "")
        body = given["body"].encode()
        if given.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True)
        headers = {str(name): str(value) for name, value in (given.get("headers") or {}).items()}
        status = int(given["statusCode"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return _refused(NO_STATUS, record.request_id)
    kept = {name: value for name, value in headers.items() if name.lower() not in _LENGTHS}
    return Reply(Answer(status, body, {**kept, "X-Request-Id": record.request_id}))


def _refused(refusal: Refusal, request_id: str) -> Reply:
    own = replace(refusal, code=refusal.code.replace("APIGW.", "APIG."))
    return Reply(json_answer(refusal.status, gateway_document(own, request_id), request_id))
