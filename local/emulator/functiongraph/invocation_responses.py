"""FunctionGraph's invocations: synchronous and asynchronous.

API: support.huaweicloud.com/api-functiongraph/functiongraph_06_0125.html (synchronous) and
functiongraph_06_0126.html (asynchronous).
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from local.emulator.functiongraph import errors
from local.emulator.functiongraph.engine.records import Record, Source
from local.emulator.functiongraph.engine.requests import TooManyRequestsError
from local.emulator.functiongraph.models import backend_of, function_of
from local.emulator.functiongraph.runtime.results import billed
from local.emulator.service import MALFORMED, Call, Result, ServiceError
from local.emulator.transfer import JSON_CONTENT, Answer

if TYPE_CHECKING:
    from local.emulator.functiongraph.engine.engine import Engine
    from local.emulator.functiongraph.models import Function

MAX_SYNC_BYTES = 6 * 1024 * 1024
MAX_ASYNC_BYTES = 256 * 1024
"""Source: support.huaweicloud.com/productdesc-functiongraph/functiongraph_01_0150.html."""

TAIL_BYTES = 2000
FAILED_STATUS = 500
"""In a v1 body and in X-Func-Err-Code, of an invocation that failed; only 200 and 0, for success,
are documented. The answer's own status is 200 either way."""

API = Source("API")


def _engine(call: Call) -> Engine:
    engine: Engine | None = backend_of(call).cloud.engine
    if engine is None:
        raise ServiceError(errors.NOT_SERVED)
    return engine


def _event(call: Call, limit: int) -> str:
    if len(call.body) > limit:
        raise ServiceError(errors.BODY_TOO_LARGE)
    if call.document() is MALFORMED:
        raise ServiceError(errors.NOT_JSON)
    return call.body.decode() if call.body else "{}"


def invoke_function(call: Call) -> Result:
    """Run a function and wait for its end."""
    function = function_of(call)
    event = _event(call, MAX_SYNC_BYTES)
    engine = _engine(call)
    accepted = engine.accept(function, event, API)
    if accepted is None:
        raise ServiceError(errors.THROTTLED)
    record, slot = accepted
    wants_log = call.headers.get("x-cff-log-type") == "tail"
    is_v1 = call.headers.get("x-cff-request-version") == "v1"

    def finish() -> Answer:
        return _answer(engine.run(record, slot), function, wants_log=wants_log, is_v1=is_v1)

    return Result(None, later=finish)


def async_invoke_function(call: Call) -> Result:
    """Take an event; the function is run with it when its turn comes."""
    function = function_of(call)
    event = _event(call, MAX_ASYNC_BYTES)
    try:
        return Result({"request_id": _engine(call).submit(function, event, API)}, 202)
    except TooManyRequestsError as error:
        raise ServiceError(errors.THROTTLED) from error


def _answer(record: Record, function: Function, *, wants_log: bool, is_v1: bool) -> Answer:
    failed = record.error is not None
    result = json.dumps(record.error) if failed else record.result or ""
    log = "\n".join(record.log)
    milliseconds = record.duration_milliseconds or 0.0
    summary = {
        "duration": round(milliseconds, 3),
        "billingDuration": billed(milliseconds),
        "memorySize": function.settings["memory_size"],
        "memoryUsed": record.memory_mb,
    }
    headers = {
        "Content-Type": JSON_CONTENT if is_v1 or _is_json(result) else "text/plain; charset=utf-8",
        "X-Cff-Request-Id": record.request_id,
        "X-Cff-Invoke-Summary": json.dumps(summary),
        "X-CFF-Billing-Duration": str(billed(milliseconds)),
        "X-Cff-Response-Version": "v1" if is_v1 else "v0",
        "X-Func-Err-Code": str(FAILED_STATUS if failed else 0),
        "X-Is-Func-Err": str(failed).lower(),
    }
    if wants_log:
        tail = log.encode()[-TAIL_BYTES:]
        headers["X-Cff-Function-Log"] = base64.b64encode(tail).decode("ascii")
    if not is_v1:
        return Answer(200, result.encode(errors="surrogatepass"), headers)
    document = {
        "request_id": record.request_id,
        "result": result,
        "log": log if wants_log else "",
        "status": FAILED_STATUS if failed else 200,
    }
    return Answer(200, json.dumps(document).encode(), headers)


def _is_json(text: str) -> bool:
    return text.startswith(("{", "[", '"')) or text in ("null", "true", "false")
