"""SMN's state in one project: topics, their subscriptions, and what was published."""

from __future__ import annotations

import re
import uuid
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from local.emulator.service import ServiceError
from local.emulator.smn import errors
from local.emulator.smn.delivery import deliveries
from local.emulator.smn.messages import Message, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.service import Refusal, Surroundings

_URN = re.compile(r"urn:smn:([a-z0-9-]+):([0-9a-zA-Z]+):([a-zA-Z0-9_-]{1,255})")
_SUBSCRIPTION_URN = re.compile(_URN.pattern + r":[0-9a-f]{32}")
_TOPIC_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}")
MAX_TOPICS = 3000
MAX_SUBSCRIPTIONS = 10_000


@dataclass(slots=True)
class Topic:
    """A topic with its subscriptions, the oldest first."""

    urn: str
    name: str
    id: str
    created_at: float
    updated_at: float
    display_name: str = ""
    enterprise_project_id: str = "0"
    subscriptions: list[Subscription] = field(default_factory=list)
    recent: dict[str, deque[float]] = field(default_factory=dict)
    _added: int = 0

    def subscribe(
        self,
        protocol: str,
        endpoint: str,
        *,
        confirmed: bool = True,
        filters: Mapping[str, Sequence[str]] | None = None,
        remark: str = "",
    ) -> Subscription:
        """Add a subscription. `filters`: attribute names and the values that let a message pass."""
        self._added += 1
        number = uuid.uuid5(uuid.NAMESPACE_OID, f"{self.id} {self._added}").hex
        wanted = {name: tuple(values) for name, values in (filters or {}).items()}
        subscription = Subscription(
            f"{self.urn}:{number}", protocol, endpoint, confirmed, wanted, remark
        )
        self.subscriptions.append(subscription)
        return subscription


class SmnBackend:
    """The topics and messages of one project."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.region = surroundings.region
        self.project_id = surroundings.project_id
        self.topics: dict[str, Topic] = {}
        self.surroundings = surroundings
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
        shared = self.surroundings
        with shared.lock:
            if urn in self.topics:
                raise ValueError(f"topic {urn} exists already")
            identifier, now = shared.identifiers.hexadecimal(), shared.clock.now()
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
            self.surroundings.identifiers.hexadecimal(),
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
        with self.surroundings.lock:
            return [m for m in self._messages if topic_urn in (None, m.topic_urn)]


def is_topic_name(name: str) -> bool:
    """Tell whether SMN allows a name for a topic."""
    return _TOPIC_NAME.fullmatch(name) is not None
