"""SMN's operations on topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from local.emulator.clock import zoned_timestamp
from local.emulator.service import Call, Result, ServiceError
from local.emulator.smn import errors
from local.emulator.smn.models import MAX_TOPICS, is_topic_name
from local.emulator.smn.parameters import page, text

if TYPE_CHECKING:
    from local.emulator.smn.messages import Topic
    from local.emulator.smn.models import SmnBackend

_MAX_DISPLAY_NAME_BYTES = 192


def create_topic(call: Call) -> Result:
    """Create a topic, 201; one that is there already is left as it is, 200.

    API: support.huaweicloud.com/api-smn/CreateTopic.html.
    """
    backend = cast("SmnBackend", call.backend)
    name = text(call, "name", errors.INVALID_NAME)
    display_name = _display_name(call, default="")
    enterprise_project_id = text(call, "enterprise_project_id", errors.INVALID_NAME, "0")
    if not is_topic_name(name):
        raise ServiceError(errors.INVALID_NAME)
    urn, status = backend.urn_of(name), 200
    if urn not in backend.topics:
        if len(backend.topics) >= MAX_TOPICS:
            raise ServiceError(errors.TOO_MANY_TOPICS)
        backend.add_topic(
            name, display_name=display_name, enterprise_project_id=enterprise_project_id
        )
        status = 201
    return Result({"request_id": call.request_id, "topic_urn": urn}, status)


def show_topic(call: Call) -> Result:
    """Show a topic. API: support.huaweicloud.com/api-smn/ListTopicDetails.html."""
    return Result({"request_id": call.request_id, **_document(_addressed(call))})


def update_topic(call: Call) -> Result:
    """Change a topic's display name. API: support.huaweicloud.com/api-smn/UpdateTopic.html."""
    topic = _addressed(call)
    topic.display_name = _display_name(call)
    topic.updated_at = call.now
    return Result({"request_id": call.request_id})


def delete_topic(call: Call) -> Result:
    """Delete a topic with its subscriptions; what was published to it stays published.

    API: support.huaweicloud.com/api-smn/DeleteTopic.html.
    """
    del cast("SmnBackend", call.backend).topics[_addressed(call).urn]
    return Result({"request_id": call.request_id})


def list_topics(call: Call) -> Result:
    """List topics, newest first.

    API: support.huaweicloud.com/api-smn/ListTopics.html. ListTopicsWithAssociatedResources answers
    the same for topics that have neither tags nor policies nor log streams, as here none has.
    """
    backend = cast("SmnBackend", call.backend)
    found = [topic for topic in reversed(backend.topics.values()) if _asked_for(call, topic)]
    return Result(
        {
            "request_id": call.request_id,
            "topic_count": len(found),
            "topics": [_document(topic) for topic in page(call, found)],
        }
    )


def _addressed(call: Call) -> Topic:
    return cast("SmnBackend", call.backend).find_topic(call.parameters["topic_urn"])


def _display_name(call: Call, default: str | None = None) -> str:
    name = text(call, "display_name", errors.INVALID_DISPLAY_NAME, default)
    if len(name.encode(errors="surrogatepass")) > _MAX_DISPLAY_NAME_BYTES:
        raise ServiceError(errors.INVALID_DISPLAY_NAME)
    return name


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
        "update_time": zoned_timestamp(topic.updated_at),
    }
