"""The admin path's part about functions: what is deployed, what ran, and how to set it going."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from pydantic import Field

from local.emulator.account.policies import PolicyError
from local.emulator.admin.orders import Order, read
from local.emulator.admin.problems import AdminError
from local.emulator.functiongraph.engine.interpreters import interpreter_for
from local.emulator.functiongraph.engine.queues import QueueFullError, channels_of
from local.emulator.functiongraph.engine.records import KEPT, Source
from local.emulator.functiongraph.engine.requests import TooManyRequestsError
from local.emulator.functiongraph.invocation_responses import MAX_ASYNC_BYTES
from local.emulator.functiongraph.models import LATEST
from local.emulator.functiongraph.render import trigger_document
from local.emulator.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.cloud import Cloud
    from local.emulator.functiongraph.engine.engine import Engine
    from local.emulator.functiongraph.engine.records import Record
    from local.emulator.functiongraph.models import Function, Trigger

CONSOLE = Source("CONSOLE")
DEFAULT_LIMIT = 50


class InvocationOrder(Order):
    """A run by hand: the function's name or URN, and the event, any JSON."""

    function: str
    event: Any = None


class MessagesOrder(Order):
    """Messages for a queue. One that is no text is put in as its JSON text."""

    instance_id: str | None = None
    messages: list[Any] = Field(min_length=1, max_length=10_000)


class TopicMessagesOrder(MessagesOrder):
    """Messages for a topic. What is left out is the only one that a trigger reads."""

    channel: str | None = Field(None, alias="topic")


class ExchangeMessagesOrder(MessagesOrder):
    """Messages for a RabbitMQ exchange. What is left out is the only one that a trigger reads."""

    channel: str | None = Field(None, alias="exchange")


_ORDERS: dict[str, type[TopicMessagesOrder | ExchangeMessagesOrder]] = {
    "KAFKA": TopicMessagesOrder,
    "ROCKETMQ": TopicMessagesOrder,
    "RABBITMQ": ExchangeMessagesOrder,
}


class AgencyOrder(Order):
    """An agency and its policy documents, as `python -m deploy policy` prints them."""

    name: str = Field(min_length=1, max_length=64)
    policies: list[dict[str, Any]]


def functions(cloud: Cloud) -> object:
    """Show the deployed functions with their triggers."""
    engine = _engine(cloud)
    return {
        "functions": [
            {
                "function_urn": function.versioned_urn,
                "name": function.name,
                "runtime": function.settings["runtime"],
                "remark": interpreter_for(function.settings["runtime"]).remark,
                "agency": function.settings["xrole"],
                "agency_exists": function.settings["xrole"] in cloud.account.agencies,
                "triggers": [
                    {
                        **trigger_document(trigger),
                        "waiting_messages": engine.queues.waiting(trigger),
                    }
                    for trigger in function.triggers.values()
                ],
            }
            for function in engine.functions().values()
        ],
        "refusals": [str(refusal) for refusal in engine.platform.refusals[-DEFAULT_LIMIT:]],
    }


def invocations(cloud: Cloud, query: Mapping[str, Sequence[str]]) -> object:
    """Show the newest invocations first; `limit` (50) and `request_id` narrow them."""
    unknown = sorted(set(query) - {"limit", "request_id"})
    if unknown:
        raise AdminError(400, f"{', '.join(unknown)}: only limit and request_id narrow the list")
    asked = query.get("limit", [str(DEFAULT_LIMIT)])[0]
    limit = read_number(asked) or 0
    if not 1 <= limit <= KEPT:
        raise AdminError(400, f"limit: from 1 to {KEPT}, not {asked!r}")
    wanted = query.get("request_id", [None])[0]
    records = [r for r in _engine(cloud).records if wanted in (None, r.request_id)]
    return {
        "invocations": [_record(record) for record in reversed(records[-limit:])],
        "total": len(records),
    }


def invoke(cloud: Cloud, body: bytes) -> object:
    """Run a function with an event, by hand: once, without retries and without destinations.

    Answers at once with the request's id; the invocation is in the list from when it begins.
    """
    order = read(InvocationOrder, body)
    engine = _engine(cloud)
    function = _find(engine, order.function)
    event = json.dumps(order.event)
    if len(event.encode()) > MAX_ASYNC_BYTES:
        raise AdminError(400, f"event: larger than {MAX_ASYNC_BYTES} bytes")
    try:
        request_id = engine.submit(function, event, CONSOLE, by_hand=True)
    except TooManyRequestsError as error:
        raise AdminError(429, str(error)) from error
    return {"request_id": request_id, "function_urn": function.versioned_urn}


def put(cloud: Cloud, kind: str, body: bytes) -> object:
    """Put messages into a topic of Kafka or RocketMQ, or into a RabbitMQ exchange."""
    order = read(_ORDERS[kind], body)
    return put_messages(_engine(cloud), kind, order, order.channel)


def put_agency(cloud: Cloud, body: bytes) -> object:
    """Add an agency, or replace its policies."""
    order = read(AgencyOrder, body)
    try:
        cloud.add_agency(order.name, *order.policies)
    except PolicyError as error:
        raise AdminError(400, f"policies: {error}") from error
    return {"name": order.name, "policies": len(order.policies)}


def _engine(cloud: Cloud) -> Engine:
    if cloud.engine is None:
        raise AdminError(409, "functions run only where the local cloud is served")
    return cloud.engine


def _find(engine: Engine, name: str) -> Function:
    wanted = name.removesuffix(f":{LATEST}")
    found = [one for urn, one in engine.functions().items() if wanted in (urn, one.name)]
    if not found:
        known = ", ".join(sorted(one.name for one in engine.functions().values())) or "none"
        raise AdminError(404, f"function: there is no {name!r}; deployed: {known}")
    if len(found) > 1:
        raise AdminError(400, f"function: {name!r} is the name of several; give the URN")
    return found[0]


def put_messages(
    engine: Engine, kind: str, order: MessagesOrder, channel: str | None
) -> dict[str, object]:
    """Put messages where the triggers that read the channel find them; tell which these are."""
    triggers = [
        trigger
        for function in engine.functions().values()
        for trigger in function.triggers.values()
        if trigger.type_code == kind
        and order.instance_id in (None, trigger.event_data["instance_id"])
        and (channel is None or channel in channels_of(trigger))
    ]
    channel = channel or _only_channel(kind, triggers)
    texts = [text if isinstance(text, str) else json.dumps(text) for text in order.messages]
    try:
        engine.queues.put(triggers, channel, texts)
    except QueueFullError as error:
        raise AdminError(429, str(error)) from error
    return {
        "messages": len(texts),
        "triggers": [
            {"trigger_id": trigger.id, "trigger_status": trigger.status} for trigger in triggers
        ],
    }


def _only_channel(kind: str, triggers: Sequence[Trigger]) -> str:
    channels = {channel for trigger in triggers for channel in channels_of(trigger)}
    if len(channels) != 1:
        name = "exchange" if kind == "RABBITMQ" else "topic"
        read = ", ".join(sorted(channels)) or "none"
        raise AdminError(400, f"{name}: say which one; triggers of {kind} read: {read}")
    return channels.pop()


def _record(record: Record) -> dict[str, object]:
    shown = {field.name: getattr(record, field.name) for field in fields(record)}
    return {"trigger": asdict(shown.pop("source")), **shown, "log": list(record.log)}
