"""Which trigger fired, and which messages its event carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vault_sync import envelopes
from vault_sync.envelopes import QUEUE_TRIGGERS, TRIGGERS, Incoming, Trigger, Unreadable, has
from vault_sync.errors import BadInput, ErrorDetail
from vault_sync.text import load_json

MAX_EVENT_BYTES = 6 * 1024 * 1024
"""Of one event; FunctionGraph delivers no more."""


def read(event: Any) -> Incoming:
    """Take any event apart. Never raises for its content: what does not fit is in the result."""
    try:
        _check_size(event)
        event = _decoded(event)
        incoming = _reader(event)(event)
    except BadInput as bad:
        return Incoming(Trigger(_type_of(event)), [Unreadable("event", bad.detail)])
    if not incoming.messages and not incoming.deleted_keys:
        nothing = ErrorDetail("EmptyEvent", f"the {incoming.trigger.type} event has no messages")
        return incoming._replace(messages=[Unreadable("event", nothing)])
    return incoming


def _check_size(event: Any) -> None:
    """Refuse an event of more bytes than FunctionGraph delivers, whatever its shape."""
    size, waiting = 0, [event]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            size += len(value) if value.isascii() else len(value.encode("utf-8", "replace"))
        elif isinstance(value, (bytes, bytearray)):
            size += len(value)
        elif isinstance(value, dict):
            waiting += value.keys()
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            waiting += value
        size += 1  # at least a bracket, a comma, a digit or a quotation mark
        if size > MAX_EVENT_BYTES or len(waiting) > MAX_EVENT_BYTES:
            raise BadInput(
                "EventTooLarge",
                f"the event has more than {MAX_EVENT_BYTES} bytes: lower the trigger's batch size, "
                "or split the request",
            )


def _decoded(event: Any) -> Any:
    """Return the event as an object; some callers of the invoke API send its JSON as text."""
    if isinstance(event, (bytes, bytearray)):
        event = bytes(event).decode("utf-8", "replace")
    if not isinstance(event, str) or not event.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return event
    return load_json(event.strip())


def _kind(event: dict[str, Any]) -> str:
    kind = event.get("trigger_type")
    return kind if isinstance(kind, str) else ""


def _type_of(event: Any) -> str:
    kind = _kind(event) if isinstance(event, dict) else ""
    return kind if kind in TRIGGERS else "DIRECT"


def _reader(event: Any) -> Callable[[Any], Incoming]:
    """Choose by what only one envelope has; a bare request is what remains."""
    if isinstance(event, list):
        return envelopes.batch
    if not isinstance(event, dict):
        return envelopes.bare
    kind = _kind(event)
    readers: list[tuple[bool, Callable[[Any], Incoming]]] = [
        (kind == "TIMER", envelopes.timer),
        (kind in QUEUE_TRIGGERS, envelopes.queue),
        (_first(event, "record", "smn"), envelopes.smn),
        ("specversion" in event, envelopes.cloud_event),
        ("queue_id" in event and "messages" in event, envelopes.legacy_dms),
        (envelopes.is_http(event), envelopes.api_gateway),
        ("continued" in event and "requests" in event, envelopes.continued),
        (_without_request(event) is not None, _carries_no_request),
    ]
    return next((reader for is_its, reader in readers if is_its), envelopes.bare)


def _first(event: dict[str, Any], records: str, key: str) -> bool:
    """Tell whether the first of an event's records has a key."""
    listed = event.get(records)
    return isinstance(listed, list) and bool(listed) and has(listed[0], key)


def _without_request(event: dict[str, Any]) -> str | None:
    """Name the trigger of an event that has no place for a request."""
    signs = {
        "LTS": has(event.get("lts"), "data"),
        "CTS": isinstance(event.get("cts"), dict) or {"trace_id", "trace_type"} <= event.keys(),
        "OBS": _first(event, "Records", "s3") or _first(event, "Records", "obs"),
        "DDS": _first(event, "records", "dds"),
        "DIS": {"StreamName", "ShardID"} <= event.keys(),
    }
    return next((name for name, found in signs.items() if found), None)


def _carries_no_request(event: dict[str, Any]) -> Incoming:
    raise BadInput(
        "InvalidEvent",
        f"this is an event of {_without_request(event)}, which cannot carry a request: take that "
        "trigger away, and use a timer, a queue, SMN, EventGrid or APIG",
    )
