"""SMN's state in one project: topics, their subscriptions, and what was published."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from local.emulator.service import ServiceError
from local.emulator.smn import errors
from local.emulator.smn.delivery import deliveries
from local.emulator.smn.messages import Message, Subscription, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator.account.account import Project
    from local.emulator.service import CloudState, Refusal

_URN = re.compile(r"urn:smn:([a-z0-9-]+):([0-9a-zA-Z]+):([a-zA-Z0-9_-]{1,255})")
_SUBSCRIPTION_URN = re.compile(_URN.pattern + r":[0-9a-f]{32}")
_TOPIC_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}")
MAX_TOPICS = 3000
MAX_SUBSCRIPTIONS = 10_000


class SmnBackend:
    """The topics and messages of one project."""

    def __init__(self, cloud: CloudState, project: Project) -> None:
        self.region = project.region
        self.project_id = project.id
        self.topics: dict[str, Topic] = {}
        self.cloud = cloud
        self._messages: list[Message] = []

    def urn_of(self, name: str) -> str:
        """Return the URN of the project's topic of a name."""
        return f"urn:smn:{self.region}:{self.project_id}:{name}"

    def add_topic(
        self, name: str, *, display_name: str = "", enterprise_project_id: str = "0"
    ) -> Topic:
        """Add a topic. ValueError for a name SMN does not allow, or one that is taken."""
        if not is_topic_name(name):
            raise ValueError(
                f"topic name {name!r}: 1 to 255 letters, digits, - and _, the first no - or _"
            )
        urn = self.urn_of(name)
        with self.cloud.lock:
            if urn in self.topics:
                raise ValueError(f"topic {urn} exists already")
            identifier, now = self.cloud.identifiers.hexadecimal(), self.cloud.clock.now()
            topic = Topic(urn, name, identifier, now, now, display_name, enterprise_project_id)
            self.topics[urn] = topic
            return topic

    def find_topic(self, urn: str) -> Topic:
        """Return a topic.

        Raises ServiceError: 0005 malformed, 0001 another project's, 0006 no such topic.
        """
        self._check_owner(_URN.fullmatch(urn), errors.INVALID_URN)
        topic = self.topics.get(urn)
        if topic is None:
            raise ServiceError(errors.NO_SUCH_TOPIC)
        return topic

    def find_subscription(self, urn: str) -> tuple[Topic, Subscription]:
        """Return a subscription with its topic.

        Raises ServiceError: 0014 malformed, 0001 another project's, 0013 no such subscription.
        """
        self._check_owner(_SUBSCRIPTION_URN.fullmatch(urn), errors.INVALID_SUBSCRIPTION_URN)
        topic = self.topics.get(urn.rpartition(":")[0])
        for subscription in topic.subscriptions if topic else ():
            if topic and subscription.urn == urn:
                return topic, subscription
        raise ServiceError(errors.NO_SUCH_SUBSCRIPTION)

    def _check_owner(self, parts: re.Match[str] | None, malformed: Refusal) -> None:
        if parts is None:
            raise ServiceError(malformed)
        if parts[2] != self.project_id:
            raise ServiceError(errors.NOT_PERMITTED)

    def publish(  # noqa: PLR0913 - a message has these parts
        self,
        topic: Topic,
        *,
        now: float,
        subject: str | None,
        texts: Mapping[str, object],
        attributes: Mapping[str, object],
        time_to_live: int,
    ) -> Message:
        """Accept a message and deliver it."""
        accepted = Message(
            self.cloud.identifiers.hexadecimal(),
            topic.urn,
            now,
            subject,
            texts,
            attributes,
            time_to_live,
        )
        message = replace(accepted, deliveries=deliveries(topic, accepted))
        self._messages.append(message)
        return message

    def messages(self, topic_urn: str | None = None) -> list[Message]:
        """List what was published, oldest first, to one topic or to all."""
        with self.cloud.lock:
            return [m for m in self._messages if topic_urn in (None, m.topic_urn)]


def is_topic_name(name: str) -> bool:
    """Tell whether SMN allows a name for a topic."""
    return _TOPIC_NAME.fullmatch(name) is not None
