"""The events that triggers make.

Shapes: FunctionGraph's user manual, a page for each trigger, and the console's event templates.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from local.emulator.clock import zoned_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from local.emulator.smn.messages import Message


def timer_event(data: Mapping[str, Any], fires_at: float, zone: ZoneInfo) -> dict[str, Any]:
    """A timer's event; its time is the scheduled one, with the region's offset."""
    moment = datetime.fromtimestamp(fires_at, timezone.utc).astimezone(zone)
    return {
        "version": "v1.0",
        "time": moment.isoformat(timespec="seconds"),
        "trigger_type": "TIMER",
        "trigger_name": data["name"],
        "user_event": str(data.get("user_event") or ""),
    }


def queue_event(
    kind: str, region: str, instance_id: str, batch: Mapping[str, Sequence[str]], now: float
) -> dict[str, Any]:
    """The event of a KAFKA, ROCKETMQ or RABBITMQ trigger: one record a topic or exchange."""
    event = {
        "event_version": "v1.0",
        "event_time": int(now),
        "trigger_type": kind,
        "region": region,
    }
    found = [(channel, list(texts)) for channel, texts in batch.items()]
    if kind == "RABBITMQ":
        records = [{"messages": m, "instance_id": instance_id, "exchange": e} for e, m in found]
        return {**event, "records": records}
    topics = [{"messages": messages, "topic_id": topic} for topic, messages in found]
    return {**event, "instance_id": instance_id, "records": topics}


def smn_event(message: Message, text: str, function_urn: str) -> dict[str, Any]:
    """What a topic hands to a function."""
    return {
        "record": [
            {
                "event_version": "1.0",
                "event_source": "smn",
                "event_subscription_urn": function_urn,
                "smn": {
                    "topic_urn": message.topic_urn,
                    "timestamp": zoned_timestamp(message.time),
                    "message_attributes": dict(message.attributes) or None,
                    "message": text,
                    "type": "notification",
                    "message_id": message.id,
                    "subject": message.subject or "",
                },
            }
        ],
        "functionname": function_urn.split(":")[-2],
    }
