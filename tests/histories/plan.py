"""A history as plain data: written by a strategy, printed as a story, replayed from JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from local.emulator.faults.effects import (
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
from tests.support.distant_cloud import EntryDamage
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

Ending = Literal["success", "failed", "timeout", "skipped"]


@dataclass(frozen=True)
class ForeignTask:
    """A sync that somebody else started, so many seconds before the beginning."""

    seconds_before: float
    seconds: float
    ending: Ending = "success"


@dataclass(frozen=True)
class VaultPlan:
    """A vault: what it is, how each of its syncs goes, and what ran before the beginning."""

    kind: Literal["hybrid", "public", "missing"] = "hybrid"
    seconds: float = 0.0
    ending: Ending = "success"
    foreign: tuple[ForeignTask, ...] = ()


@dataclass(frozen=True)
class MessagePlan:
    """One message: the vaults it names, by number; a selection, a report, or a broken one."""

    vaults: tuple[int, ...] = ()
    broken: int | None = None
    select: Literal["all", "even", "tagged"] | None = None
    report: bool = False
    wait_seconds: int | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class EventPlan:
    """An event: of a queue with all its messages, of a timer or a person with the first.

    Attributes:
        dated: Whether it says when it was sent; a timer's always does.
        age: Seconds from then to the beginning of the history.
    """

    messages: tuple[MessagePlan, ...]
    dated: bool = True
    trigger: Literal["KAFKA", "TIMER", "DIRECT"] = "KAFKA"
    age: float = 5.0


@dataclass(frozen=True)
class DeliveryPlan:
    """One delivery of an event: when, and what the invocation is given."""

    event: int
    after: float
    timeout: float = 60.0
    concurrency: int = 4
    together: bool = False
    """At the same moment as the delivery before it."""
    expires: float | None = None
    """Seconds after which the credentials are accepted no more."""
    message_each: bool = False


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
    """Everything that decides what will happen.

    Attributes:
        latency: Of a call, in seconds, on average.
        log_delay: Seconds until a task is in the operation logs.
        seconds_ahead: By how much the function's clock is ahead of CBR's.
        old_tasks: Syncs of the first vault, long ended, that fill pages.
        page_size: The most entries that CBR lists at once, if it is less than it promises.
        endless: Whether lists begin again with each page, and never end.
        repeats: Whether every event is delivered once more when all faults are over; else two
            ticks of a catching-up timer come.
        continues: Whether what was left over goes to a next invocation.
    """

    vaults: tuple[VaultPlan, ...]
    events: tuple[EventPlan, ...]
    deliveries: tuple[DeliveryPlan, ...]
    faults: tuple[FaultPlan, ...] = ()
    damages: tuple[EntryDamage, ...] = ()
    max_attempts: int = 5
    latency: float = 0.05
    log_delay: float = 0.0
    seconds_ahead: float = 0.0
    old_tasks: int = 0
    page_size: int | None = None
    endless: bool = False
    repeats: bool = True
    continues: bool = False
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
