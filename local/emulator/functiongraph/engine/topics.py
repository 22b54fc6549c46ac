"""SMN topics that functions are subscribed to.

A function listens by an SMN trigger, or by a subscription with protocol `functionstage` (or
`functiongraph`) whose endpoint is the function's URN.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine.envelopes import smn_event
from local.emulator.functiongraph.engine.records import Source
from local.emulator.functiongraph.engine.triggered import Fired
from local.emulator.functiongraph.models import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.emulator.functiongraph.engine.triggered import ActiveTrigger
    from local.emulator.functiongraph.models import Function
    from local.emulator.service import CloudState
    from local.emulator.smn.messages import Message

PROTOCOLS = ("functionstage", "functiongraph")


class Topics:
    """Looks for messages that functions have not seen. Its caller holds the cloud's lock."""

    def __init__(self, cloud: CloudState) -> None:
        self._cloud = cloud
        self._seen = {
            project_id: len(cloud.backend("SMN", project_id).messages())
            for project_id in cloud.account.projects
        }

    def due(
        self, triggers: list[ActiveTrigger], functions: Mapping[str, Function]
    ) -> Iterator[Fired]:
        """Give an event for each new message and each function that listens to its topic."""
        for project_id in tuple(self._cloud.account.projects):
            messages = self._cloud.backend("SMN", project_id).messages()
            seen = self._seen.get(project_id, 0)
            self._seen[project_id] = len(messages)
            for message in messages[seen:]:
                yield from _listeners(message, triggers, functions)


def _listeners(
    message: Message, triggers: list[ActiveTrigger], functions: Mapping[str, Function]
) -> Iterator[Fired]:
    text = str(message.text_for(PROTOCOLS[0]))
    listening = {
        one.function.urn: (one.function, text)
        for one in triggers
        if one.trigger.event_data["topic_urn"] == message.topic_urn
    }
    for delivery in message.deliveries:
        urn = delivery.endpoint.removesuffix(f":{LATEST}")
        if delivery.protocol in PROTOCOLS and delivery.dropped is None and urn in functions:
            listening[urn] = (functions[urn], delivery.text)
    name = message.topic_urn.rpartition(":")[2]
    for function, heard in listening.values():
        event = smn_event(message, heard, function.versioned_urn)
        yield Fired(function, Source("SMN", name), json.dumps(event))
