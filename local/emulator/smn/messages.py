"""A message, who wants it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
