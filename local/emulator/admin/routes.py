"""The admin path `/_local/`: state, reset, journal, faults and set-up for another process.

It needs no signature, so whoever serves it must keep it to this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from local.emulator import coverage
from local.emulator.admin import views
from local.emulator.admin.problems import AdminError
from local.emulator.gateway.routing import match_path
from local.emulator.operations import KNOWN
from local.emulator.service import ServiceError
from local.emulator.transfer import Answer, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.emulator.cloud import Cloud
    from local.emulator.transfer import Request

PREFIX = "/_local"


@dataclass(frozen=True, slots=True)
class AdminCall:
    """A request to the admin path."""

    cloud: Cloud
    parameters: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class AdminRoute:
    """What the admin path can do."""

    method: str
    path: str
    promise: str
    respond: Callable[[AdminCall], object]


def is_admin(request: Request) -> bool:
    """Tell whether a request is for the admin path."""
    path = request.target.partition("?")[0]
    return path == PREFIX or path.startswith(PREFIX + "/")


def answer_admin(cloud: Cloud, request: Request) -> Answer:
    """Carry out a request to the admin path. It does not show in the journal."""
    path, _, query = request.target.partition("?")
    segments = path.rstrip("/").split("/")
    for route in ROUTES:
        parameters = match_path(route.path.split("/"), segments)
        if parameters is None or route.method != request.method:
            continue
        call = AdminCall(cloud, parameters, parse_qs(query, strict_parsing=False), request.body)
        try:
            with cloud.lock:
                return json_answer(200, route.respond(call))
        except AdminError as error:
            return json_answer(error.status, {"error": str(error)})
    return json_answer(
        404, {"error": f"there is no {request.method} {path}", "exists": _what_exists()}
    )


def _what_exists() -> list[dict[str, str]]:
    return [
        {"method": route.method, "path": route.path, "promise": route.promise} for route in ROUTES
    ]


def _overview(_call: AdminCall) -> object:
    return {
        "about": "The local Huawei Cloud. This path needs no signature and is served to this "
        "machine alone.",
        "exists": _what_exists(),
    }


def _state(call: AdminCall) -> object:
    return views.state(call.cloud)


def _operations(_call: AdminCall) -> object:
    return {
        "operations": [{**o._asdict(), "emulated": coverage.is_emulated(o)} for o in KNOWN],
    }


def _messages(call: AdminCall) -> object:
    return {"messages": views.messages(call.cloud)}


def _confirm_subscription(call: AdminCall) -> object:
    urn = call.parameters["subscription_urn"]
    for project_id in call.cloud.account.projects:
        try:
            _, subscription = call.cloud.smn(project_id).find_subscription(urn)
        except ServiceError:
            continue
        subscription.confirmed = True
        return {"subscription_urn": urn, "confirmed": True}
    raise AdminError(404, f"there is no subscription {urn}")


def _reset(call: AdminCall) -> object:
    call.cloud.reset()
    return {"reset": True}


def _journal(call: AdminCall) -> object:
    return {"entries": views.journal(call.cloud, call.query)}


def _unmatched(call: AdminCall) -> object:
    return {"entries": [views.entry(entry) for entry in call.cloud.journal.unmatched()]}


def _faults(call: AdminCall) -> object:
    return {"faults": [views.rule(rule) for rule in call.cloud.faults.rules]}


def _unused_faults(call: AdminCall) -> object:
    return {"faults": [views.rule(rule) for rule in call.cloud.faults.unused()]}


def _clear_faults(call: AdminCall) -> object:
    call.cloud.faults.clear()
    return {"faults": []}


def _remove_fault(call: AdminCall) -> object:
    try:
        call.cloud.faults.remove(call.parameters["name"])
    except KeyError as error:
        raise AdminError(404, str(error.args[0])) from None
    return _faults(call)


def _orders(call: AdminCall) -> Any:
    """Import what needs pydantic only when something is to be read."""
    from local.emulator.admin import orders  # noqa: PLC0415 - keeps the start of the server quick

    return orders.Orders(call.cloud, call.body)


def _functions() -> Any:
    """Import the engine's part, which needs pydantic too, only when it is asked for."""
    from local.emulator.admin import functions  # noqa: PLC0415 - the same

    return functions


def _put(kind: str, call: AdminCall) -> object:
    return _functions().put(call.cloud, kind, call.body)


def _route(
    method: str, path: str, promise: str, respond: Callable[[AdminCall], object]
) -> AdminRoute:
    return AdminRoute(method, PREFIX + path, promise, respond)


ROUTES = (
    _route("GET", "", "What this path can do", _overview),
    _route("GET", "/state", "Projects, vaults, tasks and topics", _state),
    _route("GET", "/operations", "Which operations are emulated", _operations),
    _route("POST", "/reset", "Go back to the beginning", _reset),
    _route("GET", "/journal", "Every request, oldest first", _journal),
    _route("GET", "/journal/unmatched", "Requests that fit no route", _unmatched),
    _route("GET", "/messages", "What was published, and who received it", _messages),
    _route("GET", "/faults", "The fault rules in force", _faults),
    _route("GET", "/faults/unused", "The fault rules that never fired", _unused_faults),
    _route("POST", "/faults", "Add a fault rule", lambda call: _orders(call).add_fault()),
    _route("DELETE", "/faults", "End all fault rules", _clear_faults),
    _route("DELETE", "/faults/{name}", "End one fault rule", _remove_fault),
    _route(
        "GET",
        "/readings",
        "Which answer is given where the documentation leaves a question open",
        lambda call: views.readings(call.cloud),
    ),
    _route(
        "PATCH",
        "/readings",
        "Give another answer there; a reset leaves it",
        lambda call: _orders(call).change_readings(),
    ),
    _route("POST", "/vaults", "Add a vault", lambda call: _orders(call).add_vault()),
    _route(
        "PATCH",
        "/vaults/{vault_id}",
        "Change a vault's status, tags, or the course of its next syncs",
        lambda call: _orders(call).change_vault(call.parameters["vault_id"]),
    ),
    _route(
        "POST", "/topics", "Add a topic with subscriptions", lambda call: _orders(call).add_topic()
    ),
    _route(
        "POST",
        "/subscriptions/{subscription_urn}/confirm",
        "Confirm a subscription, as its subscriber does by a link",
        _confirm_subscription,
    ),
    _route(
        "POST", "/credentials", "Add an access key", lambda call: _orders(call).add_credentials()
    ),
    _route(
        "POST",
        "/agencies",
        "Add an agency with its policy documents, or replace them",
        lambda call: _functions().put_agency(call.cloud, call.body),
    ),
    _route(
        "GET",
        "/functions",
        "The deployed functions and their triggers",
        lambda call: _functions().functions(call.cloud),
    ),
    _route(
        "GET",
        "/invocations",
        "Invocations with their logs, newest first; ?limit=50, ?request_id=",
        lambda call: _functions().invocations(call.cloud, call.query),
    ),
    _route(
        "POST",
        "/invocations",
        "Run a function with an event, by hand",
        lambda call: _functions().invoke(call.cloud, call.body),
    ),
    *(
        _route("POST", f"/{kind.lower()}", f"Put messages into {where}", partial(_put, kind))
        for kind, where in {
            "KAFKA": "a Kafka topic",
            "ROCKETMQ": "a RocketMQ topic",
            "RABBITMQ": "a RabbitMQ exchange",
        }.items()
    ),
)
