"""What a fault does to a call. Each effect is plain data, in Python as in JSON (by its `kind`).

`applied` says whether the operation is carried out behind the fault. It has an effect only
where the service itself would not have refused the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from local.emulator.strict import Strict

Shape = Literal["service", "gateway", "openstack"]
"""Who worded the error's body: the service in its own form; API Gateway
(`error_code`, `error_msg`, `request_id`); or the nested form of IAM and EPS."""


@dataclass(frozen=True, slots=True)
class Error(Strict):
    """An error answer. Without `shape`, codes that begin with `APIGW.` are the gateway's."""

    status: int
    code: str
    message: str = "The local cloud was told to answer this."
    shape: Shape | None = None
    retry_after: float | str | None = None
    applied: bool = False
    kind: Literal["error"] = "error"

    def __post_init__(self) -> None:
        if not 300 <= self.status <= 599:  # noqa: PLR2004 - redirects and HTTP error statuses
            raise ValueError(f"status must be from 300 to 599, not {self.status!r}")


@dataclass(frozen=True, slots=True)
class Throttle(Strict):
    """429 `APIGW.0308`; `retry_after` (seconds, or the text of the header) adds Retry-After."""

    retry_after: float | str | None = None
    kind: Literal["throttle"] = "throttle"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Latency(Strict):
    """The answer comes so many seconds late; the operation is carried out at once.

    Adds to every other fault that meets the same call. In process a latency beyond the
    caller's read timeout is a ReadTimeout.
    """

    seconds: float
    kind: Literal["latency"] = "latency"
    applied: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.seconds < 0:
            raise ValueError(f"seconds must not be negative: {self.seconds!r}")


@dataclass(frozen=True, slots=True)
class ConnectionClosed(Strict):
    """The connection is closed before the request is read: nothing happened."""

    kind: Literal["connection_closed"] = "connection_closed"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class ConnectionRefused(Strict):
    """Nobody listens. Over HTTP, where somebody did: reset before anything is answered."""

    kind: Literal["connection_refused"] = "connection_refused"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class HostUnresolvable(Strict):
    """The host name has no address. Over HTTP as ConnectionRefused."""

    kind: Literal["host_unresolvable"] = "host_unresolvable"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class AnswerLost(Strict):
    """The operation is carried out, then the connection is reset: the answer is lost."""

    kind: Literal["answer_lost"] = "answer_lost"
    applied: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class CutShort(Strict):
    """The operation is carried out; the connection ends in the middle of the answer's body."""

    kind: Literal["cut_short"] = "cut_short"
    applied: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TruncatedJson(Strict):
    """A complete answer that holds the first half of its JSON."""

    applied: bool = True
    kind: Literal["truncated_json"] = "truncated_json"


@dataclass(frozen=True, slots=True)
class HtmlAnswer(Strict):
    """An HTML page, as a proxy in between would send, by default with status 200."""

    status: int = 200
    applied: bool = True
    kind: Literal["html"] = "html"


@dataclass(frozen=True, slots=True)
class MissingResult(Strict):
    """200 with `{}`: for a sync, an answer without `sync`."""

    applied: bool = True
    kind: Literal["missing_result"] = "missing_result"


@dataclass(frozen=True, slots=True)
class EmptyBody(Strict):
    """200 with no body."""

    applied: bool = True
    kind: Literal["empty_body"] = "empty_body"


@dataclass(frozen=True, slots=True)
class WrongTypes(Strict):
    """The right field names, every value of another JSON type than it should have."""

    applied: bool = True
    kind: Literal["wrong_types"] = "wrong_types"


Effect = (
    Error
    | Throttle
    | Latency
    | ConnectionClosed
    | ConnectionRefused
    | HostUnresolvable
    | AnswerLost
    | CutShort
    | TruncatedJson
    | HtmlAnswer
    | MissingResult
    | EmptyBody
    | WrongTypes
)

BeforeReading = ConnectionClosed | ConnectionRefused | HostUnresolvable
"""Effects that come before anybody has looked at the request."""
