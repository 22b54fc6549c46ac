"""One invocation, from the event to its end: the only place that knows the order of the steps."""

from __future__ import annotations

import os
from typing import Any

from vault_sync import api_gateway, events, notification, orders, settings, texts, times
from vault_sync.calls import Calls, Deadline
from vault_sync.cloud import credentials
from vault_sync.cloud.services import Services
from vault_sync.envelopes import Incoming, Trigger, is_http
from vault_sync.errors import (
    ErrorDetail,
    IncompleteSync,
    NotificationFailed,
    VaultSyncError,
    internal_error,
)
from vault_sync.log import Log
from vault_sync.orders import Defaults, Mention, Orders, Rejected, ReportOrder, Selection, SyncOrder
from vault_sync.outcomes import Outcome, Status
from vault_sync.publishing import Published, Publisher
from vault_sync.result import Result
from vault_sync.steps import Steps
from vault_sync.system import System
from vault_sync.text import clean
from vault_sync.throttle import ThrottleGate

MAX_IDS_IN_ERROR = 1000
"""Task ids that an error's message carries; the log has them all."""


def run(event: Any, context: Any, system: System | None = None) -> dict[str, Any]:
    """Handle one event as FunctionGraph hands it over.

    Args:
        event: What the trigger delivered, or a bare request.
        context: FunctionGraph's context of this invocation.
        system: The clock, sleep, chance and threads; the real ones unless a test gives others.

    Returns:
        The result document (docs/notifications.md); for APIG an HTTP response, in every case.

    Raises:
        ConfigurationError: Settings or agency are unusable; nothing was called.
        IncompleteSync: A vault is `failed` or `deferred`, or something unforeseen happened; what
            is known was published.
        NotificationFailed: SMN did not accept the notification; the message has the task ids.
    """
    by_http = is_http(event)
    try:
        document = _run(event, context, system or System())
    except VaultSyncError as error:
        if by_http:
            return api_gateway.response_to_error(error)
        raise
    return api_gateway.response_to(document) if by_http else document


def _run(event: Any, context: Any, system: System) -> dict[str, Any]:
    log = Log(system, None)
    try:
        log.request_id = _request_id(context)
        return _Invocation(context, system, log).handle(event)
    except VaultSyncError as error:
        log.write("ERROR", str(error), error=type(error).__name__)
        raise
    except Exception as error:  # noqa: BLE001 - no other exception than ours leaves the handler
        why = internal_error(error)
        log.write("ERROR", str(why), error="IncompleteSync")
        raise IncompleteSync(str(why)) from None


def _request_id(context: Any) -> str | None:
    request_id = context.getRequestID()
    return clean(str(request_id), 128) if request_id else None


def _lookup(context: Any, name: str) -> str | None:
    """Read a setting: FunctionGraph documents `getUserData` for event functions."""
    value = context.getUserData(name)
    return str(value) if value not in {None, ""} else os.environ.get(name)


class _Invocation:
    """What belongs to one invocation, and nothing longer: credentials, deadline, gate, clients."""

    def __init__(self, context: Any, system: System, log: Log) -> None:
        seconds_left = float(context.getRemainingTimeInMilliSeconds()) / 1000
        self._system = system
        self._log = log
        self._settings = settings.read(lambda name: _lookup(context, name))
        log.level = self._settings.log_level
        reserve = self._settings.deadline_reserve_seconds
        self._deadline = Deadline(system, seconds_left, reserve)
        gate = ThrottleGate(system, self._settings.max_calls_per_second)
        self._calls = Calls(system, self._deadline, gate, self._settings.max_attempts)
        self._services = Services(self._settings, credentials.of_invocation(context), self._calls)
        self._now = times.from_seconds(system.now())
        self._steps = Steps(
            self._settings, system, self._deadline, self._calls, self._services, self._now
        )

    def handle(self, event: Any) -> dict[str, Any]:
        """Lead the event along its way; whatever happens on it, what is known is published."""
        incoming, asked = Incoming(Trigger("DIRECT"), []), Orders()
        result = Result(self._log.request_id, incoming.trigger, self._settings.project)
        try:
            try:
                incoming = events.read(event)
                result.trigger = incoming.trigger
                asked = orders.orders_from(incoming.messages, self._defaults(incoming))
                self._do(asked, incoming, result)
                self._write_result(result, incoming)
            except Exception as error:  # noqa: BLE001 - the last resort: it is told, and raised below
                self._break_off(asked, result, internal_error(error))
            published = self._publish(result)
        finally:
            self._calls.close()
            self._services.close()
        document = result.as_returned(
            texts.title_and_summary(result), self._settings.topic_urn, published.message_ids
        )
        if published.why is not None:
            raise self._not_notified(published.why, published.untold, document)
        _raise_if_incomplete(result, document)
        return document

    def _defaults(self, incoming: Incoming) -> Defaults:
        return Defaults(
            project=self._settings.project,
            allowed_projects=self._settings.allowed_projects,
            one_region=self._settings.cbr_endpoint is not None,
            auto_trigger=incoming.trigger.type == "TIMER",
            dry_run=self._settings.dry_run,
            request=self._settings.default_request,
            now=self._now,
        )

    def _do(self, asked: Orders, incoming: Incoming, result: Result) -> None:
        """Do what is asked for, step by step; the result has an outcome for each vault then."""
        result.outcomes += [
            Outcome(Status.REJECTED, one, error=one.error) for one in asked.rejected
        ]
        self._steps.select(asked, result)
        self._deadline.keep_for(len(asked.by_vault))
        self._steps.synchronise(list(asked.by_vault.values()), result)
        self._steps.report(asked.reports, result)
        self._deadline.keep_for(len(result.items))
        self._steps.wait(result)
        result.outcomes.sort(key=lambda outcome: outcome.mention.position)
        self._steps.hand_over(incoming, result)

    def _break_off(self, asked: Orders, result: Result, why: ErrorDetail) -> None:
        """Give every order that has no outcome one, and log what is known."""
        done = {id(outcome.order) for outcome in result.outcomes}
        open_orders: list[SyncOrder | Selection | ReportOrder] = [
            *asked.by_vault.values(),
            *asked.selections,
            *asked.reports,
        ]
        left = [one for one in open_orders if id(one) not in done]
        result.outcomes += [Outcome(Status.FAILED, one, error=why) for one in left]
        if not left:
            event = Rejected(Mention("event"), why)
            result.outcomes.append(Outcome(Status.FAILED, event, error=why))
        self._log.write("ERROR", str(why), operation_log_ids=result.task_ids)

    def _write_result(self, result: Result, incoming: Incoming) -> None:
        """Write the log before anything is published; its last line is the result document."""
        result.notes += self._steps.missing_permissions
        if incoming.deleted_keys:
            many = incoming.deleted_keys
            self._log.write("INFO", f"{many} messages were null, and ask for nothing")
        for note in result.notes:
            self._log.write("WARNING", note)
        level = "ERROR" if result.is_problem else "INFO"
        self._log.write(
            level, texts.summary(result), **result.as_document(texts.title_and_summary(result))
        )

    def _publish(self, result: Result) -> Published:
        """Publish the result if that is wanted; counts and ids alone if its message breaks."""
        publisher = Publisher(
            self._services.smn(),
            self._system,
            self._calls,
            self._deadline,
            self._settings.max_concurrency,
        )
        try:
            if not notification.wanted(result, self._settings.notify_on):
                return Published([], result, None)
            messages = notification.compose(result, self._settings.notification_mode)
            return publisher.publish(messages, result)
        except Exception as error:  # noqa: BLE001 - the ids must reach somebody; it is raised at the end
            why = internal_error(error)
            self._break_off(Orders(), result, why)
            return publisher.publish(iter([notification.plain(result, why)]), result)

    def _not_notified(
        self, why: ErrorDetail, untold: Result, document: dict[str, Any]
    ) -> NotificationFailed:
        """Return the error for what could not be published; the log has every task id."""
        ids = untold.task_ids
        self._log.write("ERROR", "not published", operation_log_ids=ids, cause=why.as_document())
        shown = ", ".join(ids[:MAX_IDS_IN_ERROR]) or "none"
        more = f" and {len(ids) - MAX_IDS_IN_ERROR} more" if len(ids) > MAX_IDS_IN_ERROR else ""
        return NotificationFailed(
            f"the notification could not be published ({why}): {len(untold.outcomes)} outcomes; "
            f"tasks: {shown}{more}",
            document,
        )


def _raise_if_incomplete(result: Result, document: dict[str, Any]) -> None:
    """Raise if repeating the event can help."""
    incomplete = [outcome for outcome in result.outcomes if outcome.status.incomplete]
    if incomplete:
        first = next((one.error for one in incomplete if one.error), None)
        raise IncompleteSync(
            f"{texts.summary(result)}; first error: {first}; running the same event "
            "again is safe: what started is adopted",
            document,
        )
