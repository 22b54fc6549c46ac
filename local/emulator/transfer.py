"""What goes in and out of the cloud, whichever way it travels."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NO_CONTENT = 204
JSON_CONTENT = "application/json"
MAX_BODY_BYTES = 12 * 1024 * 1024
"""API Gateway's limit: APIGW.0201 with status 413 above it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it was on the wire.

    `target` is path and query, still percent-encoded. `headers` has lower-case names.
    `service_host` and `region` come from the host name (`cbr`, `cn-north-4`) where that
    tells them, and are None where one host serves all.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    service_host: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Disconnect(Enum):
    """How a connection ends when no whole answer comes."""

    CLOSED = "closed before the request was read"
    RESET = "reset after the request was carried out"
    CUT_SHORT = "closed in the middle of the answer's body"
    REFUSED = "refused"
    UNRESOLVABLE = "the host name could not be resolved"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the transport has to do: wait `latency` seconds, then answer or disconnect.

    Where there is `work`, that comes in between and gives the reply to send: it takes its time and
    calls the cloud itself, so it must be run in a thread that holds no lock and that no other
    request waits for.
    """

    answer: Answer | None
    latency: float = 0.0
    disconnect: Disconnect | None = None
    work: Callable[[], Reply] | None = None


def json_answer(status: int, document: object, request_id: str | None = None) -> Answer:
    """Render a JSON document with the headers the services send; a 204 has no body.

    In ASCII, because what a caller sent may come back, and need not be valid Unicode.
    """
    headers = {"Content-Type": JSON_CONTENT}
    if request_id is not None:
        headers["X-Request-Id"] = request_id
    body = b"" if status == NO_CONTENT else json.dumps(document).encode()
    return Answer(status, body, headers)
