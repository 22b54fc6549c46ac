"""Which trigger fired, and which messages its event carries.

FunctionGraph wraps what a trigger delivers in an envelope of its own; each is read here, and here
only. Shapes: the trigger pages of FunctionGraph's user manual and the console's event templates.
A part of an event that does not have its shape becomes an `Unreadable`, and the rest is read on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from vault_sync import json_text, times
from vault_sync.errors import BadInput, ErrorDetail
from vault_sync.messages import Incoming, Message, Trigger, Unreadable
from vault_sync.text import clean, shown

MAX_MESSAGES = 10_000
"""Messages in one event. A Kafka trigger delivers at most 1,000 a topic."""

MAX_CHARACTERS = 2 * 1024 * 1024
"""Text in all messages of one event together; FunctionGraph delivers up to 6 MB, a request needs
some hundred bytes."""

QUEUE_TRIGGERS = frozenset({"KAFKA", "RABBITMQ", "ROCKETMQ"})


def read(event: Any) -> Incoming:
    """Take any event apart. Never raises for its content: what does not fit is in the result."""
    try:
        event = _decoded(event)
        incoming = _reader(event)(event)
        _check_characters(incoming)
    except BadInput as bad:
        return Incoming(Trigger(_type_of(event)), [Unreadable("event", bad.detail)])
    if not incoming.messages:
        nothing = ErrorDetail("EmptyEvent", f"the {incoming.trigger.type} event has no messages")
        return Incoming(incoming.trigger, [Unreadable("event", nothing)])
    return incoming


def _decoded(event: Any) -> Any:
    """Return the event as an object; some callers of the invoke API send its JSON as text."""
    if isinstance(event, (bytes, bytearray)):
        event = bytes(event).decode("utf-8", "replace")
    if not isinstance(event, str) or not event.lstrip().startswith(("{", "[")):
        return event
    if len(event) > MAX_CHARACTERS:
        raise _too_large(f"{len(event)} characters")
    return json_text.load(event)


def _too_large(what: str) -> BadInput:
    return BadInput(
        "EventTooLarge",
        f"the event has {what}; at most {MAX_MESSAGES} messages and {MAX_CHARACTERS} characters "
        "are taken at once: lower the trigger's batch size, or split the request",
    )


def _check_characters(incoming: Incoming) -> None:
    """Refuse the whole of an event that is too large to be handled within one invocation."""
    characters = sum(
        len(message.payload)
        for message in incoming.messages
        if isinstance(message, Message) and isinstance(message.payload, str)
    )
    if characters > MAX_CHARACTERS:
        raise _too_large(f"messages of {characters} characters")


def _type_of(event: Any) -> str:
    kind = event.get("trigger_type") if isinstance(event, dict) else None
    known = kind == "TIMER" or (isinstance(kind, str) and kind in QUEUE_TRIGGERS)
    return str(kind) if known else "DIRECT"


def _reader(event: Any) -> Callable[[Any], Incoming]:
    """Choose by what only one envelope has; a bare request is what remains."""
    if isinstance(event, list):
        return _batch
    if not isinstance(event, dict):
        return _bare
    kind = event.get("trigger_type")
    readers: list[tuple[bool, Callable[[Any], Incoming]]] = [
        (kind == "TIMER", _timer),
        (isinstance(kind, str) and kind in QUEUE_TRIGGERS, _queue),
        (_is_smn(event), _smn),
        ("specversion" in event, _cloud_event),
        ("queue_id" in event and "messages" in event, _legacy_dms),
        ("continued" in event and "requests" in event, _continued),
    ]
    return next((reader for is_its, reader in readers if is_its), _bare)


def _timer(event: dict[str, Any]) -> Incoming:
    time = times.from_text(event.get("time"))
    payload = event.get("user_event")
    message = Message("user_event", payload, time, carries_none=_is_blank(payload))
    return Incoming(Trigger("TIMER", _name(event.get("trigger_name")), time), [message])


def _queue(event: dict[str, Any]) -> Incoming:
    """KAFKA (of DMS and open source), RABBITMQ and ROCKETMQ differ in names only."""
    time = times.from_epoch(event.get("event_time")) or times.from_text(event.get("event_time"))
    records = event.get("records")
    names: list[str] = []
    messages: list[Message | Unreadable] = []
    for place, record in _each(records, "records", messages):
        if not isinstance(record, dict):
            messages.append(_unreadable(place, "an object with `messages`", record))
            continue
        name = _name(record.get("topic_id") or record.get("exchange"))
        if name and name not in names:
            names.append(name)
        for source, payload in _each(record.get("messages"), f"{place}.messages", messages):
            messages.append(Message(source, _unwrapped(payload), time))
    trigger = Trigger(str(event["trigger_type"]), clean(", ".join(names), 256) or None, time)
    return Incoming(trigger, messages)


def _legacy_dms(event: dict[str, Any]) -> Incoming:
    """Read the only queue whose message bodies may be objects; it carries no time."""
    messages: list[Message | Unreadable] = []
    for place, message in _each(event.get("messages"), "messages", messages):
        if isinstance(message, dict) and "body" in message:
            messages.append(Message(f"{place}.body", message["body"]))
        else:
            messages.append(_unreadable(place, "an object with `body`", message))
    return Incoming(Trigger("DMS", _name(event.get("queue_id"))), messages)


def _is_smn(event: dict[str, Any]) -> bool:
    records = event.get("record")
    first = records[0] if isinstance(records, list) and records else None
    return isinstance(first, dict) and (first.get("event_source") == "smn" or "smn" in first)


def _smn(event: dict[str, Any]) -> Incoming:
    """Read what a topic pushed; the key is `record`, singular, unlike the queues' `records`."""
    messages: list[Message | Unreadable] = []
    name: str | None = None
    first: datetime | None = None
    for place, record in _each(event["record"], "record", messages):
        smn = record.get("smn") if isinstance(record, dict) else None
        if not isinstance(smn, dict):
            messages.append(_unreadable(f"{place}.smn", "an object with `message`", smn))
            continue
        time = times.from_text(smn.get("timestamp"))
        name, first = name or _name(smn.get("topic_urn")), first or time
        messages.append(Message(f"{place}.smn.message", smn.get("message"), time))
    return Incoming(Trigger("SMN", name, first), messages)


def _cloud_event(event: dict[str, Any], place: str = "") -> Incoming:
    """Read EventGrid's CloudEvents 1.0 in structured JSON."""
    time = times.from_text(event.get("time"))
    message = Message(f"{place}data", _unwrapped(event.get("data")), time)
    return Incoming(Trigger("EVENTGRID", _name(event.get("source")), time), [message])


def _continued(event: dict[str, Any]) -> Incoming:
    """Read what the invocation before handed over; the trigger is that of the first."""
    messages: list[Message | Unreadable] = [
        Message(source, request) for source, request in _each(event["requests"], "requests", [])
    ]
    first, number = event.get("trigger"), event["continued"]
    if not isinstance(first, dict) or not isinstance(number, int) or number < 1:
        return Incoming(Trigger("DIRECT"), [_unreadable("continued", "a chain's event", number)])
    known = first.get("type") in {*QUEUE_TRIGGERS, "TIMER", "DMS", "SMN", "EVENTGRID"}
    trigger = Trigger(
        str(first["type"]) if known else "DIRECT",
        _name(first.get("name")),
        times.from_text(first.get("time")),
    )
    return Incoming(trigger, messages, number)


def _batch(event: list[Any]) -> Incoming:
    """Read a list: EventGrid streams may batch. Each element is a CloudEvent or a request."""
    messages: list[Message | Unreadable] = []
    trigger = Trigger("DIRECT")
    if len(event) > MAX_MESSAGES:
        raise _too_large(f"{len(event)} messages")
    for index, element in enumerate(event):
        if isinstance(element, dict) and "specversion" in element:
            one = _cloud_event(element, f"[{index}].")
            trigger = one.trigger if trigger.type == "DIRECT" else trigger
            messages += one.messages
        else:
            messages.append(Message(f"[{index}]", element))
    return Incoming(trigger, messages)


def _bare(event: Any) -> Incoming:
    """Read a request as the console, the invoke API or an EventGrid transform hands it over."""
    return Incoming(
        Trigger("DIRECT"), [Message("event", event, carries_none=_is_blank(event) or event == {})]
    )


def _each(
    values: Any, place: str, messages: list[Message | Unreadable]
) -> Iterator[tuple[str, Any]]:
    """Yield what a list holds with the place of each; what is no list is unreadable."""
    if not isinstance(values, list):
        messages.append(_unreadable(place, "a list", values))
        return
    if len(messages) + len(values) > MAX_MESSAGES:
        raise _too_large(f"{len(messages) + len(values)} messages")
    for index, value in enumerate(values):
        yield f"{place}[{index}]", value


def _unreadable(place: str, wanted: str, found: Any) -> Unreadable:
    return Unreadable(
        place, ErrorDetail("InvalidEvent", f"{place}: expected {wanted}, found {shown(found)}")
    )


def _unwrapped(payload: Any) -> Any:
    """Open the object that some producers put around the text of a message."""
    if isinstance(payload, dict) and len(payload) == 1:
        for key in ("message", "context"):
            if key in payload:
                return payload[key]
    return payload


def _is_blank(payload: Any) -> bool:
    return payload is None or (isinstance(payload, str) and not payload.strip())


def _name(value: Any) -> str | None:
    return clean(value, 256) or None if isinstance(value, str) else None
