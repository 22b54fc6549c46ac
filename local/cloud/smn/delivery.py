"""What each subscriber of a topic receives.

Limits: support.huaweicloud.com/productdesc-smn/smn_pd_25005.html (throughput) and
support.huaweicloud.com/api-smn/PublishMessage.html (SMS).
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.cloud.clock import zoned_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cloud.smn.models import Topic

MAX_SMS_CHARACTERS = 490
FORBIDDEN_IN_SMS = frozenset("[]【】")
_THROUGHPUT = {"email": 100, "sms": 100}
"""Deliveries a topic makes by protocol in ten minutes; what exceeds is not sent."""
_THROUGHPUT_SECONDS = 600.0
_POSTED = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants a topic's messages: protocol, endpoint, and which attributes must have what."""

    protocol: str
    endpoint: str
    confirmed: bool
    filters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one subscription received.

    text: what the subscriber reads; for `http` and `https` the JSON document that is posted.
    dropped: why nothing was sent; None if it was.
    """

    protocol: str
    endpoint: str
    subject: str | None
    text: str
    dropped: str | None = None


def sms_problem(text: str) -> str | None:
    """Say why a text cannot be an SMS; None if it can."""
    if len(text) > MAX_SMS_CHARACTERS:
        return f"an SMS holds {MAX_SMS_CHARACTERS} characters, not {len(text)}"
    if FORBIDDEN_IN_SMS & set(text):
        return "an SMS must not contain [ ] 【 】"
    return None


def deliveries(  # noqa: PLR0913 - a message has these parts
    topic: Topic,
    message_id: str,
    now: float,
    subject: str | None,
    texts: Mapping[str, object],
    attributes: Mapping[str, object],
) -> tuple[Delivery, ...]:
    """Deliver a message to every subscription of a topic."""
    made = []
    for subscription in topic.subscriptions:
        content = texts.get(subscription.protocol, texts["default"])
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        dropped = _why_dropped(topic, subscription, text, now, attributes)
        if subscription.protocol in _POSTED:
            text = _posted(topic, message_id, now, subject, text)
        made.append(
            Delivery(
                subscription.protocol,
                subscription.endpoint,
                None if subscription.protocol == "sms" else subject,
                text,
                dropped,
            )
        )
    return tuple(made)


def _why_dropped(
    topic: Topic,
    subscription: Subscription,
    text: str,
    now: float,
    attributes: Mapping[str, object],
) -> str | None:
    if not subscription.confirmed:
        return "the subscription is not confirmed"
    protocols = attributes.get("smn_protocol")
    if isinstance(protocols, list) and subscription.protocol not in protocols:
        return "the message is for other protocols"
    for name, wanted in subscription.filters.items():
        value = attributes.get(name)
        values = value if isinstance(value, list) else [value]
        if not set(wanted) & set(map(str, values)):
            return f"the subscription's filter wants {name} to be {' or '.join(wanted)}"
    if subscription.protocol == "sms":
        problem = sms_problem(text)
        if problem is not None:
            return problem
    if _exceeds_throughput(topic, subscription.protocol, now):
        return "the topic has sent too many in ten minutes"
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


def _posted(topic: Topic, message_id: str, now: float, subject: str | None, text: str) -> str:
    """Render the document SMN posts, less the fields that only its own signature needs."""
    return json.dumps(
        {
            "type": "Notification",
            "topic_urn": topic.urn,
            "message_id": message_id,
            "subject": subject or "",
            "message": text,
            "timestamp": zoned_timestamp(now),
        },
        ensure_ascii=False,
    )
