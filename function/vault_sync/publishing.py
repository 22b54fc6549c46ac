"""Publishing the notification: the last thing before the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vault_sync.calls import Calls, Deadline
from vault_sync.cloud.smn import Smn
from vault_sync.errors import CallFailed, ErrorDetail, internal_error
from vault_sync.notification import Notification
from vault_sync.result import Result
from vault_sync.system import Jobs, System

OUTCOMES_PER_MESSAGE = 10
"""A low guess, from which the number of workers follows: with `per_operation` it is one."""

NO_ANSWER = ErrorDetail("DeadlineReached", "SMN did not answer in time")


class Sent(NamedTuple):
    """What became of one message."""

    notification: Notification
    message_id: str | None
    error: ErrorDetail | None


class Published(NamedTuple):
    """What became of the notification.

    Attributes:
        message_ids: Of what SMN accepted.
        untold: The outcomes that no accepted message tells of.
        why: The first reason for which SMN did not accept a message; None if it accepted all.
    """

    message_ids: list[str]
    untold: Result
    why: ErrorDetail | None


class Publisher:
    """Publishes to the topic of one invocation, as long as the deadline allows."""

    def __init__(
        self, smn: Smn, system: System, calls: Calls, deadline: Deadline, max_concurrency: int
    ) -> None:
        self._smn = smn
        self._system = system
        self._calls = calls
        self._deadline = deadline
        self._max_concurrency = max_concurrency

    def publish(self, messages: Iterator[Notification], result: Result) -> Published:
        """Publish the messages that tell a result, each as soon as it is made."""
        jobs = Jobs(messages, self._send, _broken)
        answers = jobs.work_through(
            self._system,
            alone_until=lambda: self._calls.proven,
            workers=min(self._max_concurrency, len(result.items) // OUTCOMES_PER_MESSAGE + 1),
            seconds_left=self._deadline.for_notification,
        )
        accepted = [sent for sent in answers.values() if sent.message_id is not None]
        told = {id(one) for sent in accepted for one in sent.notification.result.outcomes}
        why = next((sent.error for sent in answers.values() if sent.error), None)
        everything = jobs.finished and len(accepted) == len(answers)
        return Published(
            [str(sent.message_id) for sent in accepted],
            result.only([one for one in result.outcomes if id(one) not in told]),
            None if everything else why or NO_ANSWER,
        )

    def _send(self, one: Notification) -> Sent:
        try:
            message_id = self._smn.publish(one.subject, one.message_structure, one.outcome)
        except CallFailed as failure:
            return Sent(one, None, failure.detail)
        return Sent(one, message_id, None)


def _broken(one: Notification, error: Exception) -> Sent:
    return Sent(one, None, internal_error(error))
