"""When one invocation is not enough: what the deadline left over goes to a next one.

The next invocation gets the orders as ordinary requests, judged like any other, with the time of
the event they came from, so that its repetition is recognised. A counter bounds the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

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

VAULTS_AT_A_TIME = 4_000
"""In one request of such an event."""


class FunctionGraph(Protocol):
    """The one call that is needed of FunctionGraph; `cloud.functiongraph` makes it."""

    def invoke_later(self, function_urn: str, event: dict[str, Any]) -> str:
        """Have the function invoked asynchronously; return the request id. Raises CallFailed."""
        ...


def hand_over(
    outcomes: list[Outcome],
    incoming: Incoming,
    function_urn: str,
    functiongraph: FunctionGraph,
    calls: Calls,
) -> Handed:
    """Hand what was deferred to a next invocation, unless the chain is long or got nowhere.

    An invocation that settled nothing would only be followed by another one like it.
    """
    left = [one for one in outcomes if one.status == "deferred" and one.origin is not None]
    settled = len(outcomes) > len(left)
    if not left or not settled or incoming.continued + 1 >= MAX_INVOCATIONS:
        return Handed(outcomes, None)
    operation = Operation("AsyncInvokeFunction", place_of(function_urn))
    handed: list[Outcome] = []
    request_ids: list[str] = []
    why: ErrorDetail | None = None
    for part, event in _events(left, incoming):
        try:
            request_ids.append(
                calls.repeated(
                    operation,
                    lambda event=event: functiongraph.invoke_later(function_urn, event),  # type: ignore[misc] # mypy cannot type the default
                    final=True,
                )
            )
        except CallFailed as failure:
            why = failure.detail
            break
        handed += part
    if not handed:
        return Handed(outcomes, None, why)
    gone = set(map(id, handed))
    return Handed(
        [one for one in outcomes if id(one) not in gone],
        Continued(incoming.continued + 1, len(handed), tuple(request_ids)),
        why,
    )


def place_of(function_urn: str) -> Place:
    """Return region and project of a function's URN, urn:fss:<region>:<project>:function:..."""
    _, _, region, project_id, *_ = function_urn.split(":")
    return Place(region, project_id)


def _events(
    left: Sequence[Outcome], incoming: Incoming
) -> Iterator[tuple[list[Outcome], dict[str, Any]]]:
    """Yield the events for next invocations, each with the outcomes that it takes over."""
    taken: list[Outcome] = []
    requests: list[dict[str, Any]] = []
    size = 0
    for part, request in _requests(left):
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


def _requests(left: Sequence[Outcome]) -> Iterator[tuple[list[Outcome], dict[str, Any]]]:
    """Yield requests, each for as many vaults as ask for the same."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in left:
        if isinstance(outcome.origin, Selection):
            which = outcome.origin.which.model_dump(exclude_none=True)
            yield [outcome], _common(outcome.origin.order) | {"select": which}
        elif isinstance(outcome.origin, SyncOrder):
            groups.setdefault(json.dumps(_common(outcome.origin)), []).append(outcome)
    for common, outcomes in groups.items():
        for start in range(0, len(outcomes), VAULTS_AT_A_TIME):
            part = outcomes[start : start + VAULTS_AT_A_TIME]
            yield part, json.loads(common) | {"vault_ids": [one.vault_id for one in part]}


def _common(order: SyncOrder) -> dict[str, Any]:
    """Return what a request says besides its vaults; what is the default is left out."""
    request: dict[str, Any] = {
        "project_id": order.place.project_id,
        "region": order.place.region,
        "auto_trigger": order.auto_trigger,
    }
    if order.event_time is not None:
        request["requested_at"] = order.event_time.isoformat()
    if order.naming.correlation_id is not None:
        request["correlation_id"] = order.naming.correlation_id
    if order.wait_seconds:
        request["wait_seconds"] = order.wait_seconds
    if order.dry_run:
        request["dry_run"] = True
    return request
