"""Events as FunctionGraph delivers them."""

from __future__ import annotations

from typing import Any


def kafka(*messages: Any, time: Any = None) -> dict[str, Any]:
    """Return a Kafka trigger's event; without a time it cannot be recognised when repeated."""
    event: dict[str, Any] = {
        "trigger_type": "KAFKA",
        "records": [{"messages": list(messages), "topic_id": "vaults"}],
    }
    return event | ({"event_time": time} if time is not None else {})


def timer(user_event: str, time: str = "2026-09-21T14:13:00Z") -> dict[str, Any]:
    """Return a timer's event with additional information."""
    return {
        "version": "v1.0",
        "trigger_type": "TIMER",
        "trigger_name": "nightly",
        "time": time,
        "user_event": user_event,
    }
