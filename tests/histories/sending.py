"""What a plan's events look like when they are sent, and which vaults they mean."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from local.emulator.sample import REGION
from tests.histories.plan import BROKEN, EventPlan, History, MessagePlan, vault_id
from tests.support.function import CATCH_UP
from tests.support.virtual_time import START

SELECTIONS: dict[str, dict[str, Any]] = {
    "all": {"all": True},
    "even": {"name": "vault-even-*"},
    "tagged": {"tags": {"sync": ["nightly"]}},
}

TAGGED_EVERY = 3
"""Each so-manieth vault has the tag."""


def vault_name(number: int) -> str:
    """Return the name of a vault."""
    return f"vault-{'odd' if number % 2 else 'even'}-{number}"


def sent_at(event: EventPlan) -> float | None:
    """Return when the event says it was sent; a queue says it in whole seconds."""
    if event.trigger == "TIMER":
        return START - event.age
    if not event.dated:
        return None
    moment = START - event.age
    return float(int(moment)) if event.trigger == "KAFKA" else moment


def repeats_from(event: EventPlan) -> float | None:
    """Return from when on a sync may have been caused by this event; None for one without a date.

    The second that a queue gives has a part before the sending and one after it, so that only a
    sync of a later second counts.
    """
    moment = sent_at(event)
    return moment + 1 if moment is not None and event.trigger == "KAFKA" else moment


def carried(event: EventPlan) -> tuple[MessagePlan, ...]:
    """Return the messages that the event really carries."""
    return event.messages if event.trigger == "KAFKA" else event.messages[:1]


def source(event: EventPlan, number: int) -> str:
    """Return how an outcome names a message of the event."""
    places = {"KAFKA": f"records[0].messages[{number}]", "TIMER": "user_event", "DIRECT": "event"}
    return places[event.trigger]


def selected(history: History, message: MessagePlan) -> set[str]:
    """Return the vaults that a message means: those it names, or those that its selection finds."""
    if message.broken is not None or message.report:
        return set()
    if message.select is None:
        return {vault_id(number) for number in message.vaults}
    return {
        vault_id(number)
        for number, vault in enumerate(history.vaults)
        if vault.kind == "hybrid"
        and (message.select != "even" or number % 2 == 0)
        and (message.select != "tagged" or number % TAGGED_EVERY == 0)
    }


def envelope(event: EventPlan) -> Any:
    """Return the event as FunctionGraph delivers it."""
    moment = sent_at(event)
    payloads = [_payload(message) for message in carried(event)]
    if event.trigger == "TIMER":
        return timer(json.dumps(payloads[0]), START - event.age, of_text=payloads[0])
    if event.trigger == "DIRECT":
        request = payloads[0]
        if moment is not None and isinstance(request, dict) and "action" not in request:
            request = request | {"requested_at": _text(moment)}
        return request
    queue: dict[str, Any] = {
        "event_version": "v1.0",
        "trigger_type": "KAFKA",
        "region": REGION,
        "instance_id": "81335d56-b9fe-4679-ba95-7030949cc76b",
        "records": [
            {
                "messages": [one if isinstance(one, str) else json.dumps(one) for one in payloads],
                "topic_id": "vaults",
            }
        ],
    }
    return queue if moment is None else queue | {"event_time": int(moment)}


def timer(user_event: str, moment: float, of_text: Any = None) -> dict[str, Any]:
    """Return a timer's event; `of_text`, if it is a text, stands as it is."""
    return {
        "version": "v1.0",
        "trigger_type": "TIMER",
        "trigger_name": "histories",
        "time": _text(moment),
        "user_event": of_text if isinstance(of_text, str) else user_event,
    }


def tick(moment: float) -> dict[str, Any]:
    """Return a tick of the timer that catches up with what was missed."""
    return timer(json.dumps(CATCH_UP), moment)


def _payload(message: MessagePlan) -> Any:
    if message.broken is not None:
        return BROKEN[message.broken]
    if message.report:
        return {"action": "report", "window_minutes": 60, "max_age_hours": 26}
    request: dict[str, Any] = (
        {"select": SELECTIONS[message.select]}
        if message.select
        else {"vault_ids": [vault_id(number) for number in message.vaults]}
    )
    if message.wait_seconds:
        request["wait_seconds"] = message.wait_seconds
    if message.dry_run:
        request["dry_run"] = True
    return request


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).isoformat()
