"""How SMN is reached.

Which action each operation needs: support.huaweicloud.com/intl/en-us/api-smn/smn_api_80005.html;
the names of the actions on subscriptions are not confirmed there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator import operations
from local.emulator.service import Call, Result, Route, Service, ServiceError
from local.emulator.smn import subscriptions, topics
from local.emulator.smn.errors import denial, newer, render_error
from local.emulator.smn.models import SmnBackend
from local.emulator.smn.publication import publish_message

if TYPE_CHECKING:
    from collections.abc import Callable


def _route(operation: str, action: str, respond: Callable[[Call], Result]) -> Route:
    """Make a route whose refusals have the form that the cloud's readings choose."""

    def answer(call: Call) -> Result:
        try:
            return respond(call)
        except ServiceError as error:
            if call.backend.cloud.readings.smn_errors == "code":
                raise
            raise ServiceError(newer(error.refusal)) from None

    return operations.route("SMN", operation, f"smn:topic:{action}", answer)


SMN = Service(
    name="SMN",
    host="smn",
    routes=(
        _route("PublishMessage", "publish", publish_message),
        _route("ListTopics", "list", topics.list_topics),
        _route("ListTopicsWithAssociatedResources", "list", topics.list_topics),
        _route("CreateTopic", "create", topics.create_topic),
        _route("ListTopicDetails", "get", topics.show_topic),
        _route("UpdateTopic", "update", topics.update_topic),
        _route("DeleteTopic", "delete", topics.delete_topic),
        _route("AddSubscription", "subscribe", subscriptions.add_subscription),
        _route("ListSubscriptionsByTopic", "listSubscriptions", subscriptions.list_of_topic),
        _route("ListSubscriptions", "listSubscriptions", subscriptions.list_all),
        _route("CancelSubscription", "unsubscribe", subscriptions.cancel_subscription),
    ),
    new_backend=SmnBackend,
    render_error=render_error,
    denial=denial,
)
