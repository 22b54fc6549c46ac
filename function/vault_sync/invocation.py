"""One invocation: an event is led along its way, and ends in a result or in an error."""

from __future__ import annotations

import os
from typing import Any

from vault_sync import credentials, events, notification, settings, texts
from vault_sync.adoption import OperationLogs
from vault_sync.calls import Calls
from vault_sync.cloud.services import Services
from vault_sync.deadline import Deadline
from vault_sync.document import Conclusion, Handed, task_ids
from vault_sync.errors import (
    BadInput,
    ErrorDetail,
    IncompleteSync,
    NotificationFailed,
    VaultSyncError,
)
from vault_sync.log import Log
from vault_sync.messages import Incoming, Trigger
from vault_sync.orders import Defaults
from vault_sync.outcomes import INCOMPLETE, Outcome
from vault_sync.publishing import Publisher
from vault_sync.settings import Settings
from vault_sync.throttle import ThrottleGate
from vault_sync.work import Done, Work
from vault_sync.world import World

MAX_IDS_IN_ERROR = 1000
"""Task ids that an error's message carries; the log has them all."""


def run(event: Any, context: Any, world: World | None = None) -> dict[str, Any]:
    """Handle one event as FunctionGraph hands it over.

    Args:
        event: What the trigger delivered, or a bare request.
        context: FunctionGraph's context of this invocation.
        world: The clock, sleep, chance and threads; the real ones unless a test gives others.

    Returns:
        The result document (docs/notifications.md).

    Raises:
        ConfigurationError: Settings or agency are unusable; nothing was called.
        IncompleteSync: A vault is `failed` or `deferred`; the notification was sent.
        NotificationFailed: The topic could not be told; the message carries the task ids.
    """
    world = world or World()
    log = Log(world, _request_id(context))
    try:
        return _Invocation(context, world, log).handle(event)
    except VaultSyncError as error:
        log.write("ERROR", str(error), error=type(error).__name__)
        raise


def _request_id(context: Any) -> str | None:
    request_id = context.getRequestID()
    return str(request_id) if request_id else None


def _lookup(context: Any, name: str) -> str | None:
    """Read a setting: FunctionGraph documents `getUserData` for event functions."""
    value = context.getUserData(name)
    return str(value) if value not in {None, ""} else os.environ.get(name)


class _Invocation:
    """What belongs to one invocation, and nothing longer: credentials, deadline, gate, clients."""

    def __init__(self, context: Any, world: World, log: Log) -> None:
        seconds_left = float(context.getRemainingTimeInMilliSeconds()) / 1000
        self._world = world
        self._log = log
        self._request_id = _request_id(context)
        self._settings = settings.read(lambda name: _lookup(context, name))
        log.level = self._settings.log_level
        self._deadline = Deadline(world, seconds_left, self._settings.deadline_reserve_seconds)
        gate = ThrottleGate(world, self._settings.max_calls_per_second)
        self._calls = Calls(world, self._deadline, gate, self._settings.max_attempts)
        self._services = Services(
            self._settings, credentials.of_invocation(context), self._deadline
        )

    def handle(self, event: Any) -> dict[str, Any]:
        """Lead the event along its way."""
        try:
            incoming = events.read(event)
            logs = OperationLogs(self._world, self._calls)
            done = self._work(logs).do(
                incoming.messages, _defaults(self._settings, incoming.trigger)
            )
            handed = self._hand_over(done.outcomes, incoming)
            conclusion = self._conclusion(incoming, done, handed, logs)
            publisher = self._notify(conclusion)
        finally:
            self._services.close()
        self._log_conclusion(conclusion)
        if publisher.unpublished:
            raise self._not_notified(publisher)
        _raise_if_incomplete(conclusion)
        return conclusion.as_document() | {
            "notification": {
                "topic_urn": self._settings.topic.urn,
                "message_ids": publisher.message_ids,
            }
        }

    def _work(self, logs: OperationLogs) -> Work:
        return Work(
            world=self._world,
            deadline=self._deadline,
            calls=self._calls,
            services=self._services,
            logs=logs,
            max_concurrency=self._settings.max_concurrency,
        )

    def _hand_over(self, outcomes: list[Outcome], incoming: Incoming) -> Handed:
        """Continue in a next invocation what the deadline left over, if that is set up."""
        function_urn = self._settings.continue_as
        if function_urn is None or not any(one.status == "deferred" for one in outcomes):
            return Handed(outcomes, None)
        from vault_sync import continuation  # noqa: PLC0415 - a plain sync starts faster without it

        try:
            service = self._services.functiongraph(continuation.place_of(function_urn))
        except BadInput as bad:
            return Handed(outcomes, None, bad.detail)
        handing = continuation.Handing(outcomes, incoming, function_urn, self._world.now())
        seconds = max(0.0, self._deadline.for_continuation())
        self._world.run_together([lambda: handing.hand_over(service, self._calls)], seconds)
        return handing.handed()

    def _conclusion(
        self, incoming: Incoming, done: Done, handed: Handed, logs: OperationLogs
    ) -> Conclusion:
        return Conclusion(
            self._request_id,
            incoming.trigger,
            self._settings.place,
            handed.outcomes,
            report=done.report,
            followed=done.followed,
            continued=handed.continued,
            notes=(*_notes(logs), *done.notes, *_why_not_continued(handed)),
        )

    def _notify(self, conclusion: Conclusion) -> Publisher:
        """Publish the conclusion if it is wanted; what SMN did not accept is in the publisher."""
        publisher = Publisher(self._calls, self._services, self._settings.topic)
        if notification.wanted(conclusion, self._settings.notify_on):
            publisher.add(notification.compose(conclusion, self._settings.notification_mode))
            seconds = max(0.0, self._deadline.for_notification())
            self._world.run_together([publisher.lead], seconds)
            count = min(self._settings.max_concurrency, publisher.waiting)
            seconds = max(0.0, self._deadline.for_notification())
            self._world.run_together([publisher.drain] * count, seconds)
        return publisher

    def _log_conclusion(self, conclusion: Conclusion) -> None:
        """Write what the notification says; the final line is the result document."""
        for note in conclusion.notes:
            self._log.write("WARNING", note)
        level = "ERROR" if conclusion.is_problem else "INFO"
        self._log.write(level, texts.summary(conclusion), **conclusion.as_document())

    def _not_notified(self, publisher: Publisher) -> NotificationFailed:
        """Return the error for what the topic could not be told; the log has every task id."""
        untold = [outcome for one in publisher.unpublished for outcome in one.outcomes]
        ids = task_ids(untold)
        why = publisher.why or ErrorDetail("DeadlineReached", "SMN did not answer in time")
        self._log.write("ERROR", "not notified", operation_log_ids=ids, cause=why.as_document())
        shown = ", ".join(ids[:MAX_IDS_IN_ERROR]) or "none"
        more = f" and {len(ids) - MAX_IDS_IN_ERROR} more" if len(ids) > MAX_IDS_IN_ERROR else ""
        return NotificationFailed(
            f"the topic was not told ({why}): {len(untold)} outcomes; tasks: {shown}{more}"
        )


def _raise_if_incomplete(conclusion: Conclusion) -> None:
    """Raise if repeating the event can help."""
    incomplete = [outcome for outcome in conclusion.outcomes if outcome.status in INCOMPLETE]
    if incomplete:
        first = next((one.error for one in incomplete if one.error), None)
        raise IncompleteSync(
            f"{texts.summary(conclusion)}; first error: {first}; running the same event "
            "again is safe: what started is adopted"
        )


def _defaults(values: Settings, trigger: Trigger) -> Defaults:
    return Defaults(
        place=values.place,
        allowed_projects=values.allowed_projects,
        auto_trigger=trigger.type == "TIMER",
        dry_run=values.dry_run,
        request=values.default_request,
    )


def _why_not_continued(handed: Handed) -> tuple[str, ...]:
    return (f"could not be handed to a next invocation: {handed.why}",) if handed.why else ()


def _notes(logs: OperationLogs) -> tuple[str, ...]:
    """Say once for each project that adoption was impossible."""
    return tuple(
        f"operation logs may not be listed ({why.detail}): a repeated delivery and a lost answer "
        "cannot be recognised; allow cbr:tasks:list"
        for why in logs.forbidden
    )
