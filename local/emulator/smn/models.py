"""SMN's state in one project: topics, their subscriptions, and what was published."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from local.emulator.service import ServiceError
from local.emulator.smn import errors
from local.emulator.smn.delivery import deliveries
from local.emulator.smn.messages import Message, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.service import Surroundings

_URN = re.compile(r"urn:smn:([a-z0-9-]+):([0-9a-zA-Z]+):([a-zA-Z0-9_-]{1,255})")
_TOPIC_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}")


@dataclass(slots=True)
class Topic:
    """A topic with its subscriptions."""

    urn: str
    name: str
    id: str
    created_at: float
    display_name: str = ""
    enterprise_project_id: str = "0"
    subscriptions: list[Subscription] = field(default_factory=list)
    recent: dict[str, deque[float]] = field(default_factory=dict)

    def subscribe(
        self,
        protocol: str,
        endpoint: str,
        *,
        confirmed: bool = True,
        filters: Mapping[str, Sequence[str]] | None = None,
    ) -> Subscription:
        """Add a subscription. `filters`: attribute names and the values that let a message pass."""
        wanted = {name: tuple(values) for name, values in (filters or {}).items()}
        subscription = Subscription(protocol, endpoint, confirmed, wanted)
        self.subscriptions.append(subscription)
        return subscription


class SmnBackend:
    """The topics and messages of one project."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.region = surroundings.region
        self.project_id = surroundings.project_id
        self.topics: dict[str, Topic] = {}
        self.templates: dict[str, dict[str, str]] = {}
        self._surroundings = surroundings
        self._messages: list[Message] = []

    @property
    def surroundings(self) -> Surroundings:
        """What the backend shares with its cloud."""
        return self._surroundings

    def add_topic(self, name: str, *, display_name: str = "") -> Topic:
        """Add a topic. ValueError for a name SMN does not allow, or one that is taken."""
        if _TOPIC_NAME.fullmatch(name) is None:
            raise ValueError(
                f"topic name {name!r}: 1 to 255 letters, digits, - and _, the first no - or _"
            )
        urn = f"urn:smn:{self.region}:{self.project_id}:{name}"
        shared = self._surroundings
        with shared.lock:
            if urn in self.topics:
                raise ValueError(f"topic {urn} exists already")
            identifier = shared.identifiers.hexadecimal()
            topic = Topic(urn, name, identifier, shared.clock.now(), display_name)
            self.topics[urn] = topic
            return topic

    def add_template(self, name: str, texts: Mapping[str, str]) -> None:
        """Add a message template: its text by protocol, placeholders in braces."""
        with self._surroundings.lock:
            self.templates[name] = dict(texts)

    def find_topic(self, urn: str) -> Topic:
        """Return a topic.

        Raises ServiceError: 0005 malformed, 0001 another project's, 0006 no such topic.
        """
        parts = _URN.fullmatch(urn)
        if parts is None:
            raise ServiceError(errors.INVALID_URN)
        region, project_id, _name = parts.groups()
        if project_id != self.project_id:
            raise ServiceError(errors.NOT_PERMITTED)
        topic = self.topics.get(urn)
        if topic is None or region != self.region:
            raise ServiceError(errors.NO_SUCH_TOPIC)
        return topic

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
            self._surroundings.identifiers.hexadecimal(),
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
        with self._surroundings.lock:
            return [m for m in self._messages if topic_urn in (None, m.topic_urn)]
