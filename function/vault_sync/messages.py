"""What an event is once its envelope is taken off: a trigger, and messages with their places."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from vault_sync.errors import ErrorDetail


class Trigger(NamedTuple):
    """What fired the function.

    Attributes:
        type: TIMER, KAFKA, RABBITMQ, ROCKETMQ, DMS, SMN, EVENTGRID, or DIRECT for a bare request.
        name: The trigger's, topic's, exchange's, queue's or source's name, where the event has it.
        time: The event's own time, where it has one.
    """

    type: str
    name: str | None = None
    time: datetime | None = None

    def as_document(self) -> dict[str, str | None]:
        """Return the trigger as it stands in the result document."""
        return {
            "type": self.type,
            "name": self.name,
            "time": self.time.isoformat().replace("+00:00", "Z") if self.time else None,
        }


class Message(NamedTuple):
    """One message of an event: its payload (JSON text or an object already), and where it stood.

    Attributes:
        carries_none: Whether the event left the place of a request empty (`DEFAULT_REQUEST`).
    """

    source: str
    payload: Any
    time: datetime | None = None
    carries_none: bool = False


class Unreadable(NamedTuple):
    """A part of an event that is not what its envelope promises."""

    source: str
    error: ErrorDetail


class Incoming(NamedTuple):
    """An event taken apart: its trigger, and its messages in their order.

    Attributes:
        continued: How many invocations came before in a chain (see `continuation`).
    """

    trigger: Trigger
    messages: list[Message | Unreadable]
    continued: int = 0
