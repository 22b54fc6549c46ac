"""SMN: publish to the topic (support.huaweicloud.com/api-smn/PublishMessage.html)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from huaweicloudsdksmn.v2 import MessageAttribute, PublishMessageRequest, PublishMessageRequestBody

from vault_sync.cloud.failures import guarded, unreadable


class SmnService:
    """SMN in the topic's project. Every method makes one call and raises `CallFailed`."""

    def __init__(self, client: Any, redact: Callable[[str], str]) -> None:
        self._client = client
        self._redact = redact

    def publish(
        self, topic_urn: str, subject: str, texts: Mapping[str, str], attributes: Mapping[str, str]
    ) -> str:
        """Publish one message; return its id. 200 means accepted, not delivered.

        Args:
            topic_urn: The topic.
            subject: At most 512 bytes; the subject of e-mails.
            texts: The message for each protocol, and `default` for those not named.
            attributes: What subscriptions may filter by.
        """
        request = PublishMessageRequest(
            topic_urn=topic_urn,
            body=PublishMessageRequestBody(
                subject=subject,
                message_structure=json.dumps(dict(texts), ensure_ascii=False),
                message_attributes=[
                    MessageAttribute(name=name, type="STRING", value=value)
                    for name, value in attributes.items()
                ],
            ),
        )
        response = guarded(lambda: self._client.publish_message(request), self._redact)
        try:
            body = response.to_json_object()
        except ValueError:
            raise unreadable("SMN's answer is not JSON") from None
        message_id = body.get("message_id") if isinstance(body, dict) else None
        if not isinstance(message_id, str) or not message_id:
            raise unreadable("SMN answered 200 without a message_id")
        return message_id
