"""SMN's operations on subscriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from local.emulator.operations import not_emulated
from local.emulator.service import Call, Result, ServiceError
from local.emulator.smn import errors
from local.emulator.smn.models import MAX_SUBSCRIPTIONS
from local.emulator.smn.parameters import page, text
from local.emulator.smn.publication import CHAT_BOTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.emulator.smn.messages import Subscription, Topic
    from local.emulator.smn.models import SmnBackend

_URL = r"://\S+"
_ENDPOINTS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "sms": re.compile(r"\+?[0-9]{5,20}"),
    "callnotify": re.compile(r"\+?[0-9]{5,20}"),
    "http": re.compile("http" + _URL),
    "https": re.compile("https" + _URL),
    "functionstage": re.compile(r"urn:fss:\S+"),
    "functiongraph": re.compile(r"urn:fss:\S+"),
    **dict.fromkeys(CHAT_BOTS, re.compile(r"\S+")),
}
_FUNCTIONS = ("functionstage", "functiongraph")
"""Protocols whose subscriber is of the same account, and need not confirm."""

_MAX_REMARK_BYTES = 128
_STATUSES = ("0", "1", "2", "3", "4")


def add_subscription(call: Call) -> Result:
    """Subscribe an endpoint, 201; one that is there already is left as it is, 200.

    It is not confirmed: `POST /_local/subscriptions/{subscription_urn}/confirm` is what the
    subscriber does in reality. API: support.huaweicloud.com/api-smn/AddSubscription.html.
    """
    topic = _topic(call)
    body = call.document()
    if isinstance(body, dict) and body.get("subscriptions") is not None:
        raise not_emulated("AddSubscription with subscriptions")
    protocol = text(call, "protocol", errors.INVALID_PROTOCOL)
    endpoint = text(call, "endpoint", errors.INVALID_ENDPOINT)
    remark = text(call, "remark", errors.INVALID_REMARK, "")
    if protocol not in _ENDPOINTS:
        raise ServiceError(errors.INVALID_PROTOCOL)
    if _ENDPOINTS[protocol].fullmatch(endpoint) is None:
        raise ServiceError(errors.INVALID_ENDPOINT)
    if len(remark.encode(errors="surrogatepass")) > _MAX_REMARK_BYTES:
        raise ServiceError(errors.INVALID_REMARK)
    for there in topic.subscriptions:
        if (there.protocol, there.endpoint) == (protocol, endpoint):
            return _answer(call, there, 200)
    if len(topic.subscriptions) >= MAX_SUBSCRIPTIONS:
        raise ServiceError(errors.TOO_MANY_SUBSCRIPTIONS)
    confirmed = protocol in _FUNCTIONS
    return _answer(
        call, topic.subscribe(protocol, endpoint, confirmed=confirmed, remark=remark), 201
    )


def list_all(call: Call) -> Result:
    """List the project's subscriptions, the oldest first.

    API: support.huaweicloud.com/api-smn/ListSubscriptions.html.
    """
    status = call.first("status")
    if status not in (None, *_STATUSES):
        raise ServiceError(errors.INVALID_STATUS)
    return _listed(call, cast("SmnBackend", call.backend).topics.values())


def list_of_topic(call: Call) -> Result:
    """List a topic's. API: support.huaweicloud.com/api-smn/ListSubscriptionsByTopic.html."""
    return _listed(call, [_topic(call)])


def cancel_subscription(call: Call) -> Result:
    """Delete a subscription. API: support.huaweicloud.com/api-smn/CancelSubscription.html."""
    backend = cast("SmnBackend", call.backend)
    topic, subscription = backend.find_subscription(call.parameters["subscription_urn"])
    topic.subscriptions.remove(subscription)
    return Result({"request_id": call.request_id})


def _topic(call: Call) -> Topic:
    return cast("SmnBackend", call.backend).find_topic(call.parameters["topic_urn"])


def _answer(call: Call, subscription: Subscription, status: int) -> Result:
    return Result({"request_id": call.request_id, "subscription_urn": subscription.urn}, status)


def _listed(call: Call, topics: Iterable[Topic]) -> Result:
    found = [
        document
        for topic in topics
        for document in (_document(topic, each, call.project_id) for each in topic.subscriptions)
        if all(
            call.first(name) in (None, str(document[name]))
            for name in ("protocol", "endpoint", "status")
        )
        and (call.first("fuzzy_remark") or "") in str(document["remark"])
    ]
    return Result(
        {
            "request_id": call.request_id,
            "subscription_count": len(found),
            "subscriptions": list(page(call, found)),
        }
    )


def _document(topic: Topic, subscription: Subscription, owner: str) -> dict[str, object]:
    return {
        "topic_urn": topic.urn,
        "protocol": subscription.protocol,
        "subscription_urn": subscription.urn,
        "owner": owner,
        "endpoint": subscription.endpoint,
        "remark": subscription.remark,
        "status": 1 if subscription.confirmed else 0,
        "filter_polices": [
            {"name": name, "string_equals": list(values)}
            for name, values in subscription.filters.items()
        ],
    }
