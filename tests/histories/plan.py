"""A history as plain data: written by a strategy, printed as a story, replayed from JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from local.emulator.effects import (
    AnswerLost,
    ConnectionClosed,
    ConnectionRefused,
    CutShort,
    EmptyBody,
    Error,
    HtmlAnswer,
    Latency,
    MissingResult,
    Throttle,
    TruncatedJson,
    WrongTypes,
)
from tests.support.virtual_time import START

Effect = (
    AnswerLost
    | ConnectionClosed
    | ConnectionRefused
    | CutShort
    | EmptyBody
    | Error
    | HtmlAnswer
    | Latency
    | MissingResult
    | Throttle
    | TruncatedJson
    | WrongTypes
)

BROKEN = (
    "not json",
    "{",
    '{"vault_id": 5}',
    '{"vault_ids": []}',
    '{"vault_id": "a", "vualt": 1}',
    '{"select": {"all": false}}',
    "[" * 2000,
    '{"vault_id": "a", "vault_id": "b"}',
    '{"vault_id": "a", "project_id": "another-project"}',
    "",
)
"""Messages that no vault can be read from."""


@dataclass(frozen=True)
class VaultPlan:
    """A vault: what it is, and how each of its syncs goes."""

    kind: Literal["hybrid", "public", "missing"] = "hybrid"
    seconds: float = 0.0
    ending: Literal["success", "failed", "timeout"] = "success"


@dataclass(frozen=True)
class MessagePlan:
    """One message: the vaults it names, by number; or a broken one."""

    vaults: tuple[int, ...] = ()
    broken: int | None = None


@dataclass(frozen=True)
class EventPlan:
    """An event of a queue (with its own time), or a bare request (without one)."""

    messages: tuple[MessagePlan, ...]
    dated: bool = True


@dataclass(frozen=True)
class DeliveryPlan:
    """One delivery of an event: when, and what the invocation is given."""

    event: int
    after: float
    timeout: float = 60.0
    concurrency: int = 4
    together: bool = False
    """At the same moment as the delivery before it."""


@dataclass(frozen=True)
class FaultPlan:
    """An effect, and the calls that it meets."""

    effect: Effect = field(metadata={"discriminator": "kind"})
    operation: str | None = None
    vault: int | None = None
    nth: int | None = None
    every: int | None = None
    probability: float | None = None
    between: tuple[float, float] | None = None
    """Seconds after the history's beginning."""

    def conditions(self) -> dict[str, Any]:
        """Return the conditions of the local cloud's rule."""
        found: dict[str, Any] = {
            "operation": self.operation,
            "vault_id": None if self.vault is None else vault_id(self.vault),
            "nth": self.nth,
            "every": self.every,
            "probability": self.probability,
        }
        if self.between is not None:
            found["between"] = (START + self.between[0], START + self.between[1])
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class History:
    """Everything that decides what will happen."""

    vaults: tuple[VaultPlan, ...]
    events: tuple[EventPlan, ...]
    deliveries: tuple[DeliveryPlan, ...]
    faults: tuple[FaultPlan, ...] = ()
    max_attempts: int = 5
    seed: int = 0


_JSON = TypeAdapter(History)


def to_json(history: History) -> str:
    """Return a history as one line, for `replay`."""
    return _JSON.dump_json(history).decode()


def from_json(text: str) -> History:
    """Read a history that `to_json` wrote."""
    return _JSON.validate_json(text)


def vault_id(number: int) -> str:
    """Return the id of a vault by its number in the history."""
    return f"00000000-0000-4000-8000-{number:012d}"


def payload(event: EventPlan, message: MessagePlan) -> str:
    """Return a message's text."""
    del event
    if message.broken is not None:
        return BROKEN[message.broken]
    ids = ", ".join(f'"{vault_id(number)}"' for number in message.vaults)
    return f'{{"vault_ids": [{ids}]}}'
