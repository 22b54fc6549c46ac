"""What each subscriber of a topic receives.

Limits: support.huaweicloud.com/productdesc-smn/smn_pd_25005.html (throughput) and
support.huaweicloud.com/api-smn/PublishMessage.html (SMS).
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

from local.emulator.clock import zoned_timestamp
from local.emulator.smn.messages import Delivery, Message, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator.smn.messages import Topic

MAX_SMS_CHARACTERS = 490
FORBIDDEN_IN_SMS = frozenset("[]【】")
_THROUGHPUT = {"email": 100, "sms": 100}
"""Deliveries a topic makes by protocol in ten minutes; what exceeds is not sent."""
_THROUGHPUT_SECONDS = 600.0
_POSTED = frozenset({"http", "https"})


def sms_problem(text: str) -> str | None:
    """Say why a text cannot be an SMS; None if it can."""
    if len(text) > MAX_SMS_CHARACTERS:
        return f"an SMS holds {MAX_SMS_CHARACTERS} characters, not {len(text)}"
    if FORBIDDEN_IN_SMS & set(text):
        return "an SMS must not contain [ ] 【 】"
    return None


def deliveries(topic: Topic, message: Message) -> tuple[Delivery, ...]:
    """Deliver a message to every subscription of a topic."""
    made = []
    for subscription in topic.subscriptions:
        content = message.text_for(subscription.protocol)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        made.append(
            Delivery(
                subscription.protocol,
                subscription.endpoint,
                None if subscription.protocol == "sms" else message.subject,
                _posted(message, text) if subscription.protocol in _POSTED else text,
                _why_dropped(topic, subscription, message, text),
            )
        )
    return tuple(made)


def _why_dropped(
    topic: Topic, subscription: Subscription, message: Message, text: str
) -> str | None:
    if not subscription.confirmed:
        return "the subscription is not confirmed"
    problem = _why_unwanted(subscription, message.attributes)
    if problem is None and subscription.protocol == "sms":
        problem = sms_problem(text)
    if problem is not None:
        return problem
    if _exceeds_throughput(topic, subscription.protocol, message.time):
        return "the topic has sent too many in ten minutes"
    return None


def _why_unwanted(subscription: Subscription, attributes: Mapping[str, object]) -> str | None:
    protocols = attributes.get("smn_protocol")
    if isinstance(protocols, list) and subscription.protocol not in protocols:
        return "the message is for other protocols"
    for name, wanted in subscription.filters.items():
        value = attributes.get(name)
        values = value if isinstance(value, list) else [value]
        if not set(wanted) & set(map(str, values)):
            return f"the subscription's filter wants {name} to be {' or '.join(wanted)}"
    return None


def _exceeds_throughput(topic: Topic, protocol: str, now: float) -> bool:
    limit = _THROUGHPUT.get(protocol)
    if limit is None:
        return False
    recent = topic.recent.setdefault(protocol, deque())
    while recent and recent[0] <= now - _THROUGHPUT_SECONDS:
        recent.popleft()
    if len(recent) >= limit:
        return True
    recent.append(now)
    return False


def _posted(message: Message, text: str) -> str:
    """Render the document SMN posts, less the fields that only its own signature needs."""
    return json.dumps(
        {
            "type": "Notification",
            "topic_urn": message.topic_urn,
            "message_id": message.id,
            "subject": message.subject or "",
            "message": text,
            "timestamp": zoned_timestamp(message.time),
        },
        ensure_ascii=False,
    )
