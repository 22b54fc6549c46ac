"""A topic, who wants its messages, and what became of each."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(slots=True)
class Subscription:
    """Who wants a topic's messages: protocol, endpoint, and which attributes must have what.

    confirmed: whether the subscriber agreed; before that nothing is sent.
    """

    urn: str
    protocol: str
    endpoint: str
    confirmed: bool
    filters: Mapping[str, tuple[str, ...]]
    remark: str = ""


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one subscription received.

    text: what the subscriber reads; for `http` and `https` the JSON document that is posted.
    dropped: why nothing was sent; None if it was.
    """

    protocol: str
    endpoint: str
    subject: str | None
    text: str
    dropped: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message SMN accepted.

    texts: what was published, by protocol; `default` for those that have none of their own.
    attributes: the message attributes by name, in their JSON types.
    deliveries: what each subscription received, or why it did not.
    """

    id: str
    topic_urn: str
    time: float
    subject: str | None
    texts: Mapping[str, object]
    attributes: Mapping[str, object]
    time_to_live: int
    deliveries: tuple[Delivery, ...] = ()

    def text_for(self, protocol: str) -> object:
        """Return what a subscriber of a protocol gets to read."""
        return self.texts.get(protocol, self.texts["default"])
