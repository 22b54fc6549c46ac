"""SMN's operations: from a call to an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from local.emulator.clock import zoned_timestamp
from local.emulator.service import Call, Result
from local.emulator.smn.errors import invalid_message
from local.emulator.smn.publication import read_publication

if TYPE_CHECKING:
    from local.emulator.smn.models import SmnBackend, Topic

_MAX_LIMIT = 100
_DIGITS = re.compile(r"[0-9]{1,9}")


def publish_message(call: Call) -> Result:
    """Publish a message. API: support.huaweicloud.com/api-smn/PublishMessage.html."""
    backend = cast("SmnBackend", call.backend)
    topic = backend.find_topic(call.parameters["topic_urn"])
    publication = read_publication(call, backend)
    message = backend.publish(
        topic,
        now=call.now,
        subject=publication.subject,
        texts=publication.texts,
        attributes=publication.attributes,
        time_to_live=publication.time_to_live,
    )
    return Result({"request_id": call.request_id, "message_id": message.id}, message_id=message.id)


def list_topics(call: Call) -> Result:
    """List topics, newest first. API: support.huaweicloud.com/api-smn/ListTopics.html.

    `limit` 1 to 100, by default 100.
    """
    backend = cast("SmnBackend", call.backend)
    limit = _number(call, "limit", _MAX_LIMIT, default=_MAX_LIMIT)
    offset = _number(call, "offset", 10**9, default=0)
    found = [topic for topic in reversed(backend.topics.values()) if _asked_for(call, topic)]
    return Result(
        {
            "request_id": call.request_id,
            "topic_count": len(found),
            "topics": [_document(topic) for topic in found[offset : offset + max(limit, 1)]],
        }
    )


def _asked_for(call: Call, topic: Topic) -> bool:
    enterprise_project = call.first("enterprise_project_id")
    return (
        call.first("name") in (None, topic.name)
        and call.first("topic_id") in (None, topic.id)
        and (call.first("fuzzy_name") or "") in topic.name
        and (call.first("fuzzy_display_name") or "") in topic.display_name
        and enterprise_project in (None, "all_granted_eps", topic.enterprise_project_id)
    )


def _document(topic: Topic) -> dict[str, object]:
    return {
        "topic_urn": topic.urn,
        "name": topic.name,
        "display_name": topic.display_name,
        "push_policy": 0,
        "enterprise_project_id": topic.enterprise_project_id,
        "topic_id": topic.id,
        "create_time": zoned_timestamp(topic.created_at),
        "update_time": zoned_timestamp(topic.created_at),
    }


def _number(call: Call, name: str, high: int, *, default: int) -> int:
    text = call.first(name)
    if text is None:
        return default
    if _DIGITS.fullmatch(text) is None or int(text) > high:
        raise invalid_message(f"{name}: from 0 to {high}.")
    return int(text)
