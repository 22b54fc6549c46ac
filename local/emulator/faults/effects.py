"""What a fault does to a call. Each effect is plain data, in Python as in JSON (by its `kind`).

`applied` says whether the operation is carried out behind the fault. It has an effect only
where the service itself would not have refused the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

_STRICT = {"extra": "forbid"}
"""How pydantic reads these classes from JSON: a misspelt field is an error."""

Shape = Literal["service", "gateway", "openstack"]
"""Who worded the error's body: the service in its own form; API Gateway
(`error_code`, `error_msg`, `request_id`); or the nested form of IAM and EPS."""


@dataclass(frozen=True, slots=True)
class Error:
    """An error answer. Without `shape`, codes that begin with `APIGW.` are the gateway's."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
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
class Throttle:
    """429 `APIGW.0308`; `retry_after` (seconds, or the text of the header) adds Retry-After."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    retry_after: float | str | None = None
    kind: Literal["throttle"] = "throttle"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Latency:
    """The answer comes so many seconds late; the operation is carried out at once.

    Adds to every other fault that meets the same call. In process a latency beyond the
    caller's read timeout is a ReadTimeout.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    seconds: float
    kind: Literal["latency"] = "latency"
    applied: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.seconds < 0:
            raise ValueError(f"seconds must not be negative: {self.seconds!r}")


@dataclass(frozen=True, slots=True)
class ConnectionClosed:
    """The connection is closed before the request is read: nothing happened."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    kind: Literal["connection_closed"] = "connection_closed"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class ConnectionRefused:
    """Nobody listens. Over HTTP, where somebody did: reset before anything is answered."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    kind: Literal["connection_refused"] = "connection_refused"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class HostUnresolvable:
    """The host name has no address. Over HTTP as ConnectionRefused."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    kind: Literal["host_unresolvable"] = "host_unresolvable"
    applied: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The operation is carried out, then the connection is reset: the answer is lost."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    kind: Literal["answer_lost"] = "answer_lost"
    applied: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class CutShort:
    """The operation is carried out; the connection ends in the middle of the answer's body."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    kind: Literal["cut_short"] = "cut_short"
    applied: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TruncatedJson:
    """A complete answer that holds the first half of its JSON."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    applied: bool = True
    kind: Literal["truncated_json"] = "truncated_json"


@dataclass(frozen=True, slots=True)
class HtmlAnswer:
    """An HTML page, as a proxy in between would send, by default with status 200."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    status: int = 200
    applied: bool = True
    kind: Literal["html"] = "html"


@dataclass(frozen=True, slots=True)
class MissingResult:
    """200 with `{}`: for a sync, an answer without `sync`."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    applied: bool = True
    kind: Literal["missing_result"] = "missing_result"


@dataclass(frozen=True, slots=True)
class EmptyBody:
    """200 with no body."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
    applied: bool = True
    kind: Literal["empty_body"] = "empty_body"


@dataclass(frozen=True, slots=True)
class WrongTypes:
    """The right field names, every value of another JSON type than it should have."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT
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
