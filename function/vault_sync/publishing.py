"""Publishing the notification: repeated until SMN accepts it, the last thing before the end."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from vault_sync.calls import Calls, Operation
from vault_sync.cloud.services import Services
from vault_sync.errors import CallFailed, ErrorDetail, Kind
from vault_sync.notification import Notification
from vault_sync.settings import Topic


class Publisher:
    """Publishes an invocation's notifications, from any number of threads.

    Attributes:
        message_ids: Of what SMN accepted.
        why: The first reason for which it did not.
    """

    def __init__(self, calls: Calls, services: Services, topic: Topic) -> None:
        self.message_ids: list[str] = []
        self.why: ErrorDetail | None = None
        self._calls = calls
        self._smn = services.smn()
        self._topic = topic
        self._lock = threading.Lock()
        self._waiting: list[Notification] = []
        self._unpublished: dict[int, Notification] = {}

    def add(self, notifications: Sequence[Notification]) -> None:
        """Take notifications to be published by `lead` and `drain`."""
        self._waiting = list(reversed(notifications))
        self._unpublished = {id(one): one for one in notifications}

    @property
    def waiting(self) -> int:
        """How many notifications nobody has begun to publish."""
        with self._lock:
            return len(self._waiting)

    @property
    def unpublished(self) -> list[Notification]:
        """The notifications that SMN has not accepted."""
        with self._lock:
            return list(self._unpublished.values())

    def lead(self) -> None:
        """Publish alone until a service has accepted the credentials in this invocation."""
        while not self._calls.proven and self._publish_next():
            pass

    def drain(self) -> None:
        """Publish what waits until nothing does; a worker's whole life."""
        while self._publish_next():
            pass

    def _publish_next(self) -> bool:
        with self._lock:
            if not self._waiting:
                return False
            notification = self._waiting.pop()
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
            self._refused(notification, failure)
            return True
        with self._lock:
            self.message_ids.append(message_id)
            self._unpublished.pop(id(notification), None)
        return True

    def _refused(self, notification: Notification, failure: CallFailed) -> None:
        """Cut what SMN did not take in two; it may count a message's size in another way."""
        halves = notification.halves() if failure.kind is Kind.REFUSED else []
        with self._lock:
            if halves:
                self._unpublished.pop(id(notification), None)
                self._unpublished |= {id(half): half for half in halves}
                self._waiting += reversed(halves)
            else:
                self.why = self.why or failure.detail
