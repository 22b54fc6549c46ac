"""When one invocation is not enough: what the deadline left over goes to a next one.

The next invocation gets the orders as ordinary requests, judged like any other, with the time of
the event they came from, so that its repetition is recognised. A counter bounds the chain.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from vault_sync import times
from vault_sync.calls import Calls, Operation
from vault_sync.document import Continued, Handed
from vault_sync.errors import CallFailed, ErrorDetail
from vault_sync.messages import Incoming
from vault_sync.orders import Place, Selection, SyncOrder
from vault_sync.outcomes import Outcome

MAX_INVOCATIONS = 20
"""In one chain, the first one included."""

MAX_EVENT_CHARACTERS = 200_000
"""Of one event for a next invocation; FunctionGraph takes 256 KB asynchronously."""

VAULTS_AT_A_TIME = 2_500
"""In one request of such an event."""


class FunctionGraph(Protocol):
    """The one call that is needed of FunctionGraph; `cloud.functiongraph` makes it."""

    def invoke_later(self, function_urn: str, event: dict[str, Any]) -> str:
        """Have the function invoked asynchronously; return the request id. Raises CallFailed."""
        ...


class Handing:
    """Hands what was deferred to a next invocation, unless the chain is long or got nowhere.

    An invocation that settled nothing would only be followed by another one like it.
    """

    def __init__(
        self, outcomes: list[Outcome], incoming: Incoming, function_urn: str, now: float
    ) -> None:
        self._outcomes = outcomes
        self._incoming = incoming
        self._function_urn = function_urn
        self._now = now
        self._lock = threading.Lock()
        self._gone: set[int] = set()
        self._request_ids: list[str] = []
        self._why: ErrorDetail | None = None
        self._closed = False

    def hand_over(self, functiongraph: FunctionGraph, calls: Calls) -> None:
        """Have the function invoked again for each part; stop at the first that is not accepted."""
        left = [one for one in self._outcomes if one.status == "deferred" and one.origin]
        settled = len(self._outcomes) > len(left)
        if not left or not settled or self._incoming.continued + 1 >= MAX_INVOCATIONS:
            return
        operation = Operation("AsyncInvokeFunction", place_of(self._function_urn))
        for part, event in _events(left, self._incoming, self._now):

            def send(event: dict[str, Any] = event) -> str:
                return functiongraph.invoke_later(self._function_urn, event)

            try:
                request_id = calls.repeated(operation, send, final=True)
            except CallFailed as failure:
                self._why = failure.detail
                return
            if not self._accepted(part, request_id):
                return

    def _accepted(self, part: list[Outcome], request_id: str) -> bool:
        with self._lock:
            if self._closed:
                return False
            self._gone |= set(map(id, part))
            self._request_ids.append(request_id)
            return True

    def handed(self) -> Handed:
        """Return what became of it so far; what comes later changes nothing."""
        with self._lock:
            self._closed = True
        if not self._gone:
            return Handed(self._outcomes, None, self._why)
        number = self._incoming.continued + 1
        return Handed(
            [one for one in self._outcomes if id(one) not in self._gone],
            Continued(number, len(self._gone), tuple(self._request_ids)),
            self._why,
        )


def place_of(function_urn: str) -> Place:
    """Return region and project of a function's URN, urn:fss:<region>:<project>:function:..."""
    _, _, region, project_id, *_ = function_urn.split(":")
    return Place(region, project_id)


def _events(
    left: Sequence[Outcome], incoming: Incoming, now: float
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
    left: Sequence[Outcome], now: float
) -> Iterator[tuple[list[Outcome], dict[str, Any]]]:
    """Yield requests, each for as many vaults as ask for the same."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in left:
        if isinstance(outcome.origin, Selection):
            which = outcome.origin.which.model_dump(exclude_none=True)
            yield [outcome], _common(outcome.origin.order, now) | {"select": which}
        elif isinstance(outcome.origin, SyncOrder):
            groups.setdefault(json.dumps(_common(outcome.origin, now)), []).append(outcome)
    for common, outcomes in groups.items():
        for start in range(0, len(outcomes), VAULTS_AT_A_TIME):
            part = outcomes[start : start + VAULTS_AT_A_TIME]
            yield part, json.loads(common) | {"vault_ids": [one.vault_id for one in part]}


def _common(order: SyncOrder, now: float) -> dict[str, Any]:
    """Return what a request says besides its vaults; what is the default is left out.

    One without a time gets that of now, so that the next invocation may be repeated, too.
    """
    asked = order.event_time or times.from_seconds(now)
    request: dict[str, Any] = {
        "project_id": order.place.project_id,
        "region": order.place.region,
        "auto_trigger": order.auto_trigger,
        "requested_at": asked.isoformat(),
    }
    if order.naming.correlation_id is not None:
        request["correlation_id"] = order.naming.correlation_id
    if order.wait_seconds:
        request["wait_seconds"] = order.wait_seconds
    if order.dry_run:
        request["dry_run"] = True
    return request
