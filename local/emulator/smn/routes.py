"""How SMN is reached.

Which action each operation needs: support.huaweicloud.com/intl/en-us/api-smn/smn_api_80005.html;
the names of the actions on subscriptions are not confirmed there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.service import Call, Result, Route, Service, ServiceError
from local.emulator.smn import subscriptions, topics
from local.emulator.smn.errors import denial, newer, render_error
from local.emulator.smn.models import SmnBackend
from local.emulator.smn.responses import publish_message

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTIFICATIONS = "/v2/{project_id}/notifications"
_TOPICS = _NOTIFICATIONS + "/topics"
_TOPIC = _TOPICS + "/{topic_urn}"
_OF_TOPIC = _TOPIC + "/subscriptions"
_SUBSCRIPTIONS = _NOTIFICATIONS + "/subscriptions"
_SUBSCRIPTION = _SUBSCRIPTIONS + "/{subscription_urn}"
_WITH_RESOURCES = _NOTIFICATIONS + "/topics-with-associated-resources"


def _route(
    operation: str, method: str, path: str, action: str, respond: Callable[[Call], Result]
) -> Route:
    """Make a route whose refusals have the form that the cloud's readings choose."""

    def answer(call: Call) -> Result:
        try:
            return respond(call)
        except ServiceError as error:
            if call.backend.surroundings.readings().smn_errors == "code":
                raise
            raise ServiceError(newer(error.refusal)) from None

    return Route(operation, method, path, f"smn:topic:{action}", answer)


SMN = Service(
    name="SMN",
    host="smn",
    routes=(
        _route("PublishMessage", "POST", _TOPIC + "/publish", "publish", publish_message),
        _route("ListTopics", "GET", _TOPICS, "list", topics.list_topics),
        _route(
            "ListTopicsWithAssociatedResources",
            "GET",
            _WITH_RESOURCES,
            "list",
            topics.list_topics,
        ),
        _route("CreateTopic", "POST", _TOPICS, "create", topics.create_topic),
        _route("ListTopicDetails", "GET", _TOPIC, "get", topics.show_topic),
        _route("UpdateTopic", "PUT", _TOPIC, "update", topics.update_topic),
        _route("DeleteTopic", "DELETE", _TOPIC, "delete", topics.delete_topic),
        _route("AddSubscription", "POST", _OF_TOPIC, "subscribe", subscriptions.add_subscription),
        _route(
            "ListSubscriptionsByTopic",
            "GET",
            _OF_TOPIC,
            "listSubscriptionsByTopic",
            subscriptions.list_subscriptions_of_topic,
        ),
        _route(
            "ListSubscriptions",
            "GET",
            _SUBSCRIPTIONS,
            "listSubscriptions",
            subscriptions.list_subscriptions,
        ),
        _route(
            "CancelSubscription",
            "DELETE",
            _SUBSCRIPTION,
            "deleteSubscription",
            subscriptions.cancel_subscription,
        ),
    ),
    new_backend=SmnBackend,
    render_error=render_error,
    denial=denial,
)
