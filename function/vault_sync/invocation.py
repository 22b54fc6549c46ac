"""One invocation, from the event to its end: the only place that knows the order of the steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from vault_sync import api_gateway, events, notification, orders, settings, texts, times
from vault_sync.adoption import OperationLogs
from vault_sync.calls import NO_TIME, Calls, Deadline
from vault_sync.cloud import credentials
from vault_sync.cloud.services import Services
from vault_sync.envelopes import Incoming, Trigger
from vault_sync.errors import (
    BadInput,
    CallFailed,
    ErrorDetail,
    IncompleteSync,
    NotificationFailed,
    VaultSyncError,
    internal_error,
)
from vault_sync.log import Log
from vault_sync.orders import Defaults, Mention, Orders, Rejected, ReportOrder, Selection, SyncOrder
from vault_sync.outcomes import Outcome, Status, of_failure, rejected
from vault_sync.project import Project, project_of
from vault_sync.publishing import Published, Publisher
from vault_sync.request import MAX_VAULTS
from vault_sync.result import Report, Result
from vault_sync.selection import Selected, resolve, too_many
from vault_sync.sync import VaultSync
from vault_sync.system import Jobs, System
from vault_sync.text import clean
from vault_sync.throttle import ThrottleGate

MAX_IDS_IN_ERROR = 1000
"""Task ids that an error's message carries; the log has them all."""

LONGEST_PAUSE_BEFORE_HAND_OVER_SECONDS = 30.0
"""Before a next invocation tries again what failed for a reason that may pass."""


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
    by_http = api_gateway.is_request(event)
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
        self._logs = OperationLogs(system)
        self._sync = VaultSync(system, self._calls, self._services, self._logs)
        self._now = times.from_seconds(system.now())

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
        self._select(asked, result)
        self._deadline.keep_for(len(asked.by_vault))
        self._synchronise(list(asked.by_vault.values()), result)
        self._report(asked.reports, result)
        self._deadline.keep_for(len(result.items))
        if any(outcome.waits for outcome in result.outcomes):
            self._wait(result)
        result.outcomes.sort(key=lambda outcome: outcome.mention.position)
        self._continue(incoming, result)

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

    def _select(self, asked: Orders, result: Result) -> None:
        """Look up the vaults of selections, and add an order for each."""

        def look_up(selection: Selection) -> Selected | Outcome:
            try:
                return resolve(selection, self._services.cbr(selection.order.project), self._now)
            except BadInput as bad:
                return rejected(selection, bad.detail)
            except CallFailed as failure:
                return of_failure(selection, failure)

        waiting = list(asked.selections)
        found = self._work_through(waiting, look_up, _broken)
        for number, selection in enumerate(waiting):
            one = found.get(number) or Outcome(Status.DEFERRED, selection, error=NO_TIME)
            if isinstance(one, Selected) and asked.named + len(one.orders) > MAX_VAULTS:
                one = of_failure(selection, too_many(selection))
            if isinstance(one, Outcome):
                result.outcomes.append(one)
                continue
            asked.add(one.orders)
            asked.selections.remove(selection)
            if one.error is not None:
                result.outcomes.append(Outcome(Status.FAILED, selection, error=one.error))

    def _synchronise(self, wanted: list[SyncOrder], result: Result) -> None:
        """Synchronise each vault; add one outcome for each, in the order of the event."""
        by_project: dict[Project, list[SyncOrder]] = {}
        for order in wanted:
            by_project.setdefault(order.project, []).append(order)
        self._work_through(list(by_project.values()), self._list_since_events, _raised)
        outcomes = self._work_through(wanted, self._sync.outcome_of, self._sync.broken)
        result.outcomes += [
            outcomes.get(number) or self._sync.without_answer(order)
            for number, order in enumerate(wanted)
        ]

    def _list_since_events(self, wanted: list[SyncOrder]) -> None:
        try:
            cbr = self._services.cbr(wanted[0].project)
        except BadInput:
            return  # each of these orders is rejected for it when its turn comes
        self._logs.list_since_events(wanted, cbr)

    def _work_through(
        self,
        jobs: Sequence[Any],
        do: Callable[[Any], Any],
        broken: Callable[[Any, Exception], Any],
    ) -> dict[int, Any]:
        """Do the jobs before the reserve begins: first alone, then together."""
        if not jobs or self._calls.seconds_left() <= 0:
            return {}
        return Jobs(jobs, do, broken).work_through(
            self._system,
            alone_until=lambda: self._calls.alone_no_longer,
            workers=min(self._settings.max_concurrency, len(jobs)),
            seconds_left=self._deadline.for_calls,
        )

    def _report(self, wanted: list[ReportOrder], result: Result) -> None:
        """Make the one report an event asks for; a project that fails does not hide the others."""
        if not wanted:
            return
        from vault_sync import report  # noqa: PLC0415 - a plain sync starts faster without it

        first, *others = wanted
        result.outcomes += [
            rejected(one, ONE_REPORT)
            for one in others
            if one._replace(mention=first.mention) != first
        ]
        window = report.window_of(first, self._now)

        def review(order: ReportOrder) -> Report | Outcome:
            project = order.projects[0]
            try:
                return report.review(order, project, window, self._services.cbr(project))
            except BadInput as bad:
                return rejected(order, bad.detail)
            except CallFailed as failure:
                return of_failure(order, failure)

        each = [first._replace(projects=(project,)) for project in first.projects]
        found = self._work_through(each, review, _broken)
        made: list[Report] = []
        for number, order in enumerate(each):
            one = found.get(number) or Outcome(Status.DEFERRED, order, error=NO_TIME)
            if isinstance(one, Outcome):
                result.outcomes.append(one)
                continue
            made.append(one)
            result.outcomes += [Outcome(Status.FAILED, order, error=why) for why in one.errors]
        if made:
            result.report = report.merged(made)

    def _wait(self, result: Result) -> None:
        """Stay until tasks have ended; then start the syncs of vaults that were busy before."""
        from vault_sync.waiting import Waiting  # noqa: PLC0415 - a plain sync starts faster without it

        seconds = max(one.sync_order.wait_seconds for one in result.outcomes if one.sync_order)
        waiting = Waiting(self._system, self._calls, self._services.cbr, seconds)
        while True:
            awaited = [outcome for outcome in result.outcomes if outcome.waits]
            self._in_time(lambda: waiting.until_ended(awaited))  # noqa: B023 - it is run at once
            busy = {
                id(one.order): one
                for one in awaited
                if one.late and waiting.has_ended(one.operation_log_id)
            }
            if not busy:
                break
            wanted = [one.sync_order for one in busy.values() if one.sync_order]
            result.outcomes = [one for one in result.outcomes if id(one.order) not in busy]
            self._synchronise(wanted, result)
        result.followed = waiting.tasks
        if waiting.why is not None:
            why = waiting.why.detail
            result.notes.append(f"the tasks could not be followed to their end: {why}")

    def _in_time(self, step: Callable[[], None]) -> None:
        """Run a step that is left behind when the reserve begins."""
        self._system.run_together([step], max(0.0, self._deadline.for_calls()))

    def _continue(self, incoming: Incoming, result: Result) -> None:
        """Hand what is left over to a next invocation, if that is set up (`CONTINUE_AS`)."""
        function_urn = self._settings.continue_as
        incomplete = any(one.status.incomplete for one in result.outcomes)
        if function_urn is None or not incomplete:
            return
        from vault_sync import continuation  # noqa: PLC0415 - a plain sync starts faster without it

        left = continuation.left_over(result.outcomes, incoming.continued)
        if not left:
            return
        try:
            functiongraph = self._services.functiongraph(project_of(function_urn))
        except BadInput as bad:
            result.notes.append(f"could not be handed to a next invocation: {bad.detail}")
            return
        if any(one.status is Status.FAILED for one in left):
            pause = min(LONGEST_PAUSE_BEFORE_HAND_OVER_SECONDS, self._deadline.for_calls())
            self._calls.sleep(max(0.0, pause))
        handing = continuation.HandOver(left, incoming, function_urn, self._now)
        seconds = max(0.0, self._deadline.for_notification() / 2)
        self._system.run_together([lambda: handing.to(functiongraph)], seconds)
        result.continued, gone = handing.close()
        handed = set(map(id, gone))
        result.outcomes = [one for one in result.outcomes if id(one) not in handed]
        if handing.why is not None:
            result.notes.append(f"could not be handed to a next invocation: {handing.why}")

    def _write_result(self, result: Result, incoming: Incoming) -> None:
        """Write the log before anything is published; its last line is the result document."""
        result.notes += _missing_permissions(self._logs)
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


ONE_REPORT = ErrorDetail(
    "InvalidRequest", "one event asks for one report; this one differs from the first"
)


def _broken(order: Selection | ReportOrder, error: Exception) -> Outcome:
    return Outcome(Status.FAILED, order, error=internal_error(error))


def _raised(_: object, error: Exception) -> None:
    raise error


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


def _missing_permissions(logs: OperationLogs) -> list[str]:
    """Say once for each project that adoption was impossible."""
    return [
        f"operation logs may not be listed ({why.detail}): a repeated delivery and a lost answer "
        "cannot be recognised; allow cbr:tasks:list"
        for why in logs.forbidden
    ]
