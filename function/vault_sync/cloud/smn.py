"""SMN: publish to the topic (support.huaweicloud.com/api-smn/PublishMessage.html)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huaweicloudsdksmn.v2 import MessageAttribute, PublishMessageRequest, PublishMessageRequestBody

from vault_sync.calls import Calls, Operation, Purpose
from vault_sync.cloud.failures import body_of, unreadable
from vault_sync.project import project_of


class Smn:
    """SMN, as far as one topic needs it."""

    def __init__(
        self, client: Any, topic_urn: str, calls: Calls, redact: Callable[[str], str]
    ) -> None:
        self._client = client
        self._topic_urn = topic_urn
        self._calls = calls
        self._redact = redact

    def publish(self, subject: str, message_structure: str, outcome: str) -> str:
        """Publish one message to the topic; return its id. 200 means accepted, not delivered.

        A call whose answer was lost is made again, so that a message can come twice.

        Args:
            subject: At most 512 bytes; the subject of e-mails.
            message_structure: JSON text: the message for each protocol, and `default`.
            outcome: The attribute that subscriptions may filter by.

        Raises:
            CallFailed: SMN did not accept it, or did not answer.
        """
        request = PublishMessageRequest(
            topic_urn=self._topic_urn,
            body=PublishMessageRequestBody(
                subject=subject,
                message_structure=message_structure,
                message_attributes=[MessageAttribute(name="outcome", type="STRING", value=outcome)],
            ),
        )

        def send() -> str:
            body = body_of(lambda: self._client.publish_message(request), self._redact)
            message_id = body.get("message_id")
            if not isinstance(message_id, str) or not message_id:
                raise unreadable("SMN answered 200 without a message_id")
            return message_id

        operation = Operation("PublishMessage", project_of(self._topic_urn))
        return self._calls.repeated(operation, send, Purpose.PUBLISH)
