"""SMN's answer to a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from local.emulator.service import Call, Result
from local.emulator.smn.publication import read_publication

if TYPE_CHECKING:
    from local.emulator.smn.models import SmnBackend


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
