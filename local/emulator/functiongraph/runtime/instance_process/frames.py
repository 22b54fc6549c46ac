"""What the runtime and an instance's process tell each other: one JSON document a frame.

A frame is its length in four bytes, big-endian, and so many bytes of JSON: the name of the frame's
class as `kind`, and its fields. The process answers every `Start` and every `Handle` with one
`Returned` or one `Raised`, in their order.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

HEADER = struct.Struct(">I")


@dataclass(frozen=True)
class Credentials:
    """The temporary credentials of the function's agency; empty texts where it has none."""

    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Invocation:
    """What is new with each event: its id, the seconds it may take, the credentials to use.

    clock_shift: by how many seconds the process's wall clock is ahead of this machine's.
    """

    request_id: str
    seconds: float
    credentials: Credentials
    clock_shift: float = 0.0


@dataclass(frozen=True)
class Start:
    """Load the function and call its initializer, if it has one."""

    invocation: Invocation


@dataclass(frozen=True)
class Handle:
    """Call the handler with an event, given as JSON text."""

    event: str
    invocation: Invocation


@dataclass(frozen=True)
class Returned:
    """The call came back. `body` is what FunctionGraph answers: None where it is empty."""

    body: str | None = None
    is_json: bool = False


@dataclass(frozen=True)
class Raised:
    """The call raised, or its result could not be encoded."""

    message: str
    type: str
    stack_trace: list[str]


Question = Start | Handle
Answer = Returned | Raised


def encoded(frame: Question | Answer) -> bytes:
    """Return a frame as it goes through the pipe."""
    body = json.dumps({"kind": type(frame).__name__, **asdict(frame)}).encode()
    return HEADER.pack(len(body)) + body


def question(body: bytes) -> Question:
    """Read the JSON of a frame that the runtime sent."""
    fields = json.loads(body)
    invocation = _invocation(fields["invocation"])
    if fields["kind"] == "Start":
        return Start(invocation)
    return Handle(fields["event"], invocation)


def answer(body: bytes) -> Answer:
    """Read the JSON of a frame that an instance's process sent."""
    fields = json.loads(body)
    if fields["kind"] == "Returned":
        return Returned(fields["body"], fields["is_json"])
    return Raised(fields["message"], fields["type"], fields["stack_trace"])


def read_body(stream: BinaryIO) -> bytes | None:
    """Block for the next frame and return its JSON; None when the other side has closed."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    length = HEADER.unpack(header)[0]
    body = stream.read(length)
    return body if len(body) == length else None


def _invocation(fields: dict[str, Any]) -> Invocation:
    credentials = Credentials(**fields["credentials"])
    return Invocation(fields["request_id"], fields["seconds"], credentials, fields["clock_shift"])
