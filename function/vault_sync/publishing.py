"""Publishing the notification: repeated until SMN accepts it, the last thing before the end."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from vault_sync.calls import Calls, Operation
from vault_sync.cloud.services import Services
from vault_sync.errors import CallFailed, ErrorDetail
from vault_sync.notification import Notification
from vault_sync.settings import Topic


class Publisher:
    """Publishes an invocation's notifications, from any number of threads.

    Attributes:
        message_ids: Of what SMN accepted.
        unpublished: What it did not, and why.
    """

    def __init__(self, calls: Calls, services: Services, topic: Topic) -> None:
        self.message_ids: list[str] = []
        self.why: ErrorDetail | None = None
        self._calls = calls
        self._smn = services.smn()
        self._topic = topic
        self._lock = threading.Lock()
        self._waiting: list[Notification] = []
        self._published: set[int] = set()
        self._all: list[Notification] = []

    def add(self, notifications: Sequence[Notification]) -> None:
        """Take notifications to be published by `drain`."""
        self._all = list(notifications)
        self._waiting = list(reversed(self._all))

    @property
    def unpublished(self) -> list[Notification]:
        """The notifications that SMN has not accepted."""
        with self._lock:
            return [one for one in self._all if id(one) not in self._published]

    def drain(self) -> None:
        """Publish what waits until nothing does; a worker's whole life."""
        while True:
            with self._lock:
                if not self._waiting:
                    return
                notification = self._waiting.pop()
            self._publish(notification)

    def _publish(self, notification: Notification) -> None:
        try:
            message_id = self._calls.repeated(
                Operation("PublishMessage", self._topic.place),
                lambda: self._smn.publish(
                    self._topic.urn,
                    notification.subject,
                    notification.texts,
                    notification.attributes,
                ),
                final=True,
            )
        except CallFailed as failure:
            with self._lock:
                self.why = self.why or failure.detail
            return
        with self._lock:
            self.message_ids.append(message_id)
            self._published.add(id(notification))
