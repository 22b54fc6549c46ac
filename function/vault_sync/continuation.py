"""When one invocation is not enough: what it left over goes to a next one.

The next invocation gets the orders as ordinary requests, judged like any other, with the time of
the event they came from, so that its repetition is recognised. A counter bounds the chain.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from vault_sync import times
from vault_sync.cloud.functiongraph import FunctionGraph
from vault_sync.envelopes import Incoming
from vault_sync.errors import CallFailed, ErrorDetail
from vault_sync.orders import Selection, SyncOrder
from vault_sync.outcomes import Outcome, Status
from vault_sync.result import Continued

MAX_INVOCATIONS = 20
"""In one chain, the first one included."""

MAX_EVENT_CHARACTERS = 200_000
"""Of one event for a next invocation; FunctionGraph takes 256 KB asynchronously."""

VAULTS_AT_A_TIME = 2_500
"""In one request of such an event."""


def left_over(outcomes: Sequence[Outcome], continued: int) -> list[Outcome]:
    """Return what a next invocation may take over.

    That is what time was too short for, and what failed for a reason that may pass. Where neither
    was anything settled nor is there a reason that may pass, the next invocation would fare no
    better, and nothing is handed over; neither is it once the chain is long.
    """
    left = [
        one
        for one in outcomes
        if isinstance(one.order, (SyncOrder, Selection))
        and (one.status is Status.DEFERRED or (one.status is Status.FAILED and one.may_pass))
    ]
    passing = any(one.status is Status.FAILED for one in left)
    settled = len(outcomes) > len(left)
    return left if (settled or passing) and continued + 1 < MAX_INVOCATIONS else []


class HandOver:
    """Hands what is left over to next invocations.

    Attributes:
        why: Why FunctionGraph did not take it all, if so.
    """

    def __init__(
        self, left: Sequence[Outcome], incoming: Incoming, function_urn: str, now: datetime
    ) -> None:
        self.why: ErrorDetail | None = None
        self._left = left
        self._incoming = incoming
        self._function_urn = function_urn
        self._now = now
        self._lock = threading.Lock()
        self._closed = False
        self._gone: list[Outcome] = []
        self._request_ids: list[str] = []

    def to(self, functiongraph: FunctionGraph) -> None:
        """Have the function invoked again for each part; stop at the first that is not accepted.

        A part that FunctionGraph may have taken without saying so is not handed over a second
        time: it stays with this invocation, too, because a repetition is adopted and a loss is not.
        """
        for part, event in _events(self._left, self._incoming, self._now):
            try:
                request_id = functiongraph.invoke_later(self._function_urn, event)
            except CallFailed as failure:
                self.why = failure.detail
                return
            with self._lock:
                if self._closed:
                    return
                self._gone += part
                self._request_ids.append(request_id)

    def close(self) -> tuple[Continued | None, list[Outcome]]:
        """Return what was handed over so far; what comes later changes nothing."""
        with self._lock:
            self._closed = True
        if not self._gone:
            return None, []
        number = self._incoming.continued + 1
        return Continued(number, len(self._gone), tuple(self._request_ids)), self._gone


def _events(
    left: Sequence[Outcome], incoming: Incoming, now: datetime
) -> Iterator[tuple[list[Outcome], dict[str, Any]]]:
    """Yield the events for next invocations, each with the outcomes that it takes over."""
    taken: list[Outcome] = []
    requests: list[dict[str, Any]] = []
    size = 0
    for part, request in _requests(left, now):
        length = len(json.dumps(request))
        if requests and size + length > MAX_EVENT_CHARACTERS:
            yield taken, _event(requests, incoming)
            taken, requests, size = [], [], 0
        taken, size = taken + part, size + length
        requests.append(request)
    yield taken, _event(requests, incoming)


def _event(requests: list[dict[str, Any]], incoming: Incoming) -> dict[str, Any]:
    return {
        "continued": incoming.continued + 1,
        "trigger": incoming.trigger.as_document(),
        "requests": requests,
    }


def _requests(
    left: Sequence[Outcome], now: datetime
) -> Iterator[tuple[list[Outcome], dict[str, Any]]]:
    """Yield requests, each for as many vaults as ask for the same."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in left:
        if isinstance(outcome.order, Selection):
            which = outcome.order.which.model_dump(exclude_none=True)
            yield [outcome], _common(outcome.order.order, now) | {"select": which}
        elif isinstance(outcome.order, SyncOrder):
            groups.setdefault(json.dumps(_common(outcome.order, now)), []).append(outcome)
    for common, outcomes in groups.items():
        for start in range(0, len(outcomes), VAULTS_AT_A_TIME):
            part = outcomes[start : start + VAULTS_AT_A_TIME]
            vault_ids = [one.order.vault_id for one in part if isinstance(one.order, SyncOrder)]
            yield part, json.loads(common) | {"vault_ids": vault_ids}


def _common(order: SyncOrder, now: datetime) -> dict[str, Any]:
    """Return what a request says besides its vaults; what is the default is left out.

    One without a time gets that of now, so that the next invocation may be repeated, too.
    """
    request: dict[str, Any] = {
        "project_id": order.project.project_id,
        "region": order.project.region,
        "auto_trigger": order.auto_trigger,
        "requested_at": times.to_document(order.since or now),
    }
    if order.mention.correlation_id is not None:
        request["correlation_id"] = order.mention.correlation_id
    if order.wait_seconds:
        request["wait_seconds"] = order.wait_seconds
    if order.dry_run:
        request["dry_run"] = True
    return request
