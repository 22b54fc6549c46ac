"""The envelopes that FunctionGraph puts around what a trigger delivers, each read here alone.

Shapes: the trigger pages of FunctionGraph's user manual and the console's event templates. A part
that does not have its shape becomes an `Unreadable`, and the rest is read on.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any, NamedTuple

from vault_sync import times
from vault_sync.errors import BadInput, ErrorDetail
from vault_sync.text import clean, shown
from vault_sync.times import Moment

MAX_MESSAGES = 10_000
"""In one event. A Kafka trigger delivers at most 1,000 a topic."""

QUEUE_TRIGGERS = ("KAFKA", "RABBITMQ", "ROCKETMQ")
TRIGGERS = ("TIMER", *QUEUE_TRIGGERS, "DMS", "SMN", "EVENTGRID", "APIG", "DIRECT")

NO_METHOD = "MethodNotAllowed"
"""The code of an HTTP request that is not a POST: what only looks must not start a sync."""


class Trigger(NamedTuple):
    """What fired the function.

    Attributes:
        type: One of TRIGGERS; DIRECT is a bare request.
        name: The trigger's, topic's, exchange's, queue's, source's or API's name or id, where the
            event has it.
        time: The event's own time, where it has one.
    """

    type: str
    name: str | None = None
    time: Moment | None = None

    def as_document(self) -> dict[str, str | None]:
        """Return the trigger as it stands in the result document."""
        time = self.time.time.isoformat().replace("+00:00", "Z") if self.time else None
        return {"type": self.type, "name": self.name, "time": time}


class Message(NamedTuple):
    """One message of an event: its payload (JSON text or an object already), and where it stood.

    Attributes:
        carries_none: Whether the event left the place of a request empty (`DEFAULT_REQUEST`).
    """

    source: str
    payload: Any
    time: Moment | None = None
    carries_none: bool = False


class Unreadable(NamedTuple):
    """A part of an event that is not what its envelope promises."""

    source: str
    error: ErrorDetail


AnyMessage = Message | Unreadable


class Incoming(NamedTuple):
    """An event taken apart: its trigger, and its messages in their order.

    Attributes:
        continued: How many invocations came before in a chain (see `continuation`).
        deleted_keys: How many of Kafka's messages were null, which marks a deleted key and asks
            for nothing.
    """

    trigger: Trigger
    messages: list[AnyMessage]
    continued: int = 0
    deleted_keys: int = 0


def timer(event: dict[str, Any]) -> Incoming:
    """Read a timer's tick; its time is exact, because each tick has one of its own."""
    time = times.moment_from(event.get("time"))
    time = Moment(time.time, exact=True) if time else None
    payload = event.get("user_event")
    message = Message("user_event", payload, time, carries_none=is_blank(payload))
    return Incoming(Trigger("TIMER", _name(event.get("trigger_name")), time), [message])


def queue(event: dict[str, Any]) -> Incoming:
    """Read KAFKA (of DMS and open source), RABBITMQ or ROCKETMQ; they differ in names only.

    Older guides have `messages` at the top level.
    """
    time = times.moment_from(event.get("event_time"))
    deleted_keys = 0
    names: list[str] = []
    parts: list[AnyMessage] = []
    at_the_top = "records" not in event and "messages" in event
    records = [("", event)] if at_the_top else _each(event.get("records"), "records", parts)
    for place, record in records:
        if not isinstance(record, dict):
            parts.append(_unreadable(place, "an object with `messages`", record))
            continue
        name = _name(record.get("topic_id") or record.get("exchange"))
        if name and name not in names:
            names.append(name)
        source = f"{place}.messages".removeprefix(".")
        for where, payload in _each(record.get("messages"), source, parts):
            if payload is None:
                deleted_keys += 1
            else:
                parts.append(Message(where, _unwrapped(payload), time))
    trigger = Trigger(event["trigger_type"], clean(", ".join(names), 256) or None, time)
    return Incoming(trigger, parts, deleted_keys=deleted_keys)


def legacy_dms(event: dict[str, Any]) -> Incoming:
    """Read the only queue whose message bodies may be objects; it carries no time."""
    parts: list[AnyMessage] = []
    for place, message in _each(event.get("messages"), "messages", parts):
        if has(message, "body"):
            parts.append(Message(f"{place}.body", message["body"]))
        else:
            parts.append(_unreadable(place, "an object with `body`", message))
    return Incoming(Trigger("DMS", _name(event.get("queue_id"))), parts)


def smn(event: dict[str, Any]) -> Incoming:
    """Read what a topic pushed; the key is `record`, singular, unlike the queues' `records`."""
    parts: list[AnyMessage] = []
    name: str | None = None
    first: Moment | None = None
    for place, record in _each(event["record"], "record", parts):
        smn = record.get("smn") if isinstance(record, dict) else None
        if not isinstance(smn, dict):
            parts.append(_unreadable(f"{place}.smn", "an object with `message`", smn))
            continue
        time = times.moment_from(smn.get("timestamp"))
        name, first = name or _name(smn.get("topic_urn")), first or time
        parts.append(Message(f"{place}.smn.message", smn.get("message"), time))
    return Incoming(Trigger("SMN", name, first), parts)


def cloud_event(event: dict[str, Any], place: str = "") -> Incoming:
    """Read EventGrid's CloudEvents 1.0 in structured JSON."""
    time = times.moment_from(event.get("time"))
    if "data" in event or "data_base64" not in event:
        part: AnyMessage = Message(f"{place}data", _unwrapped(event.get("data")), time)
    else:
        part = _from_base64(f"{place}data_base64", event["data_base64"], time)
    return Incoming(Trigger("EVENTGRID", _name(event.get("source")), time), [part])


def is_http(event: Any) -> bool:
    """Tell whether an event is an HTTP request that APIG handed over."""
    return has(event, "httpMethod") and has(event, "requestContext")


def api_gateway(event: dict[str, Any]) -> Incoming:
    """Read the body of a POST; headers, query and authoriser data are not looked at."""
    context = event["requestContext"]
    trigger = Trigger("APIG", _name(context.get("apiId")) if isinstance(context, dict) else None)
    if event["httpMethod"] != "POST":
        why = ErrorDetail(NO_METHOD, "send a POST; no other method starts a sync")
        return Incoming(trigger, [Unreadable("httpMethod", why)])
    body = event.get("body")
    if is_blank(body):
        return Incoming(trigger, [Message("body", None, carries_none=True)])
    if event.get("isBase64Encoded") is True:
        return Incoming(trigger, [_from_base64("body", body, None)])
    return Incoming(trigger, [Message("body", body)])


def continued(event: dict[str, Any]) -> Incoming:
    """Read what the invocation before handed over; the trigger is that of the first."""
    parts: list[AnyMessage] = []
    first, number = event.get("trigger"), event["continued"]
    if not isinstance(first, dict) or not isinstance(number, int) or number < 1:
        return Incoming(Trigger("DIRECT"), [_unreadable("continued", "a chain's event", number)])
    for source, request in _each(event["requests"], "requests", parts):
        parts.append(Message(source, request))
    kind = first.get("type")
    trigger = Trigger(
        kind if isinstance(kind, str) and kind in TRIGGERS else "DIRECT",
        _name(first.get("name")),
        times.moment_from(first.get("time")),
    )
    return Incoming(trigger, parts, number)


def batch(event: list[Any]) -> Incoming:
    """Read a list: EventGrid streams may batch. Each element is a CloudEvent or a request."""
    parts: list[AnyMessage] = []
    trigger = Trigger("DIRECT")
    _check_number(len(event))
    for index, element in enumerate(event):
        if has(element, "specversion"):
            one = cloud_event(element, f"[{index}].")
            trigger = one.trigger if trigger.type == "DIRECT" else trigger
            parts += one.messages
        else:
            parts.append(Message(f"[{index}]", element))
    return Incoming(trigger, parts)


def bare(event: Any) -> Incoming:
    """Read a request as the console, the invoke API or an EventGrid transform hands it over."""
    carries_none = is_blank(event) or event == {}
    return Incoming(Trigger("DIRECT"), [Message("event", event, carries_none=carries_none)])


def has(value: Any, key: str) -> bool:
    """Tell whether a value is an object with a field of that name."""
    return isinstance(value, dict) and key in value


def _each(values: Any, place: str, parts: list[AnyMessage]) -> Iterator[tuple[str, Any]]:
    """Yield what a list holds with the place of each; anything but a list is unreadable."""
    if not isinstance(values, list):
        parts.append(_unreadable(place, "a list", values))
        return
    _check_number(len(parts) + len(values))
    for index, value in enumerate(values):
        yield f"{place}[{index}]", value


def _check_number(messages: int) -> None:
    if messages > MAX_MESSAGES:
        raise BadInput(
            "EventTooLarge",
            f"the event has {messages} messages; at most {MAX_MESSAGES} are taken at once: lower "
            "the trigger's batch size",
        )


def _unreadable(place: str, wanted: str, found: Any) -> Unreadable:
    """Say what was expected; of what was found only the kind, because it may hold anything."""
    kind = "text" if isinstance(found, str) else shown(found)
    return Unreadable(
        place, ErrorDetail("InvalidEvent", f"{place}: expected {wanted}, found {kind}")
    )


def _from_base64(place: str, value: Any, time: Moment | None) -> AnyMessage:
    try:
        return Message(place, base64.b64decode(value, validate=True).decode("utf-8"), time)
    except (binascii.Error, UnicodeDecodeError, TypeError, ValueError):
        return Unreadable(place, ErrorDetail("InvalidEvent", f"{place}: not base64 of UTF-8 text"))


def _unwrapped(payload: Any) -> Any:
    """Open the object that some producers put around the text of a message."""
    if isinstance(payload, dict) and len(payload) == 1:
        for key in ("message", "context"):
            if key in payload:
                return payload[key]
    return payload


def is_blank(payload: Any) -> bool:
    """Tell whether the place of a request was left empty."""
    return payload is None or (isinstance(payload, str) and not payload.strip("\ufeff \t\r\n"))


def _name(value: Any) -> str | None:
    return clean(value, 256).strip() or None if isinstance(value, str) else None
