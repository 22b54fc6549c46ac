"""The least permissions: which operations the settings make the function call, and their actions.

Two things are called with the agency: CBR, SMN and, to continue itself, FunctionGraph by the
function; and what FunctionGraph itself needs for VPC access, queues and the failure destination.
``terraform/policy/`` derives the same from its variables; a test compares the two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deploy.template.model import Function

ACTION_OF = {
    # Called by the function. Sources: support.huaweicloud.com/api-cbr/cbr_04_0017.html,
    # cbr_04_0018.html, support.huaweicloud.com/intl/en-us/api-smn/smn_api_80005.html
    "ImportCheckpoint": "cbr:vaults:sync",
    "ListOpLogs": "cbr:tasks:list",
    "ListVault": "cbr:vaults:list",
    "ShowVaultResourceInstances": "cbr:vaults:listResourceInstances",
    "PublishMessage": "smn:topic:publish",
    # support.huaweicloud.com/api-functiongraph/functiongraph_06_0126.html
    "AsyncInvokeFunction": "functiongraph:function:invokeAsync",
    # Called by FunctionGraph with the function's agency. Source:
    # support.huaweicloud.com/usermanual-functiongraph/functiongraph_01_0920.html
    "ListTopics": "smn:topic:list",
    "ShowInstance": "dms:instance:get",
    "ShowVpc": "vpc:vpcs:get",
    "ShowSubnet": "vpc:subnets:get",
    "ShowPort": "vpc:ports:get",
    "CreatePort": "vpc:ports:create",
    "ShowSecurityGroup": "vpc:securityGroups:get",
    "DeletePrivateip": "vpc:vips:delete",
}
"""IAM's action of each operation, under the operation's name in the SDK."""

_NO_IDENTITY_POLICY = "the API's page says that identity policies need no permission for it"
NOT_CONFIRMED = {
    "1.1": {
        "cbr:vaults:sync": "an older list of CBR's actions has it, the current one was not seen"
    },
    "5.0": {"cbr:vaults:sync": _NO_IDENTITY_POLICY, "cbr:vaults:list": _NO_IDENTITY_POLICY},
}
"""Actions that the documentation leaves in doubt, in each form of a policy. Source:
support.huaweicloud.com/intl/en-us/api-cbr/ImportCheckpoint.html and ListVault.html"""


@dataclass(frozen=True)
class Feature:
    """Something the template can switch on, and the operations that it leads to."""

    sid: str
    reason: str
    operations: tuple[str, ...]
    is_used: Callable[[Function], bool]


def _setting(function: Function, name: str) -> str:
    """An environment variable, plain or encrypted; empty where it is not set."""
    environment = function.environment
    return environment.variables.get(name) or environment.encrypted.get(name, "")


def _asks(function: Function, way: Callable[[dict[str, Any]], bool]) -> bool:
    """Whether a request of the template, or one that may arrive in a message, asks that way."""
    if any(event.type != "TIMER" for event in function.events.values()):
        return True
    return any(way(request) for request in _requests(function))


def _requests(function: Function) -> Iterator[dict[str, Any]]:
    """Every request that the template itself holds."""
    texts = [getattr(event.properties, "user_event", "") for event in function.events.values()]
    texts.append(_setting(function, "DEFAULT_REQUEST"))
    for text in texts:
        request = _parsed(text)
        if isinstance(request, dict):
            yield request


def _parsed(text: str) -> Any:
    """A request, or None for what is none; ``validate`` has said so."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _selects(function: Function, *ways: str) -> bool:
    def does(request: dict[str, Any]) -> bool:
        select = request.get("select")
        return isinstance(select, dict) and any(way in select for way in ways)

    return _asks(function, does)


def _reports(function: Function, *fields: str) -> bool:
    """Whether a report with all these fields is asked for."""
    return _asks(
        function,
        lambda request: request.get("action") == "report" and set(fields) <= set(request),
    )


def _has_queue(function: Function) -> bool:
    return any(
        event.type in ("KAFKA", "RABBITMQ", "ROCKETMQ") for event in function.events.values()
    )


def _has_destination(function: Function) -> bool:
    policy = function.async_invoke
    return policy is not None and bool(policy.on_failure or policy.on_success)


FEATURES = (
    Feature(
        "Synchronise",
        "start the sync of a vault, and find out what became of one whose answer was lost",
        ("ImportCheckpoint", "ListOpLogs"),
        lambda _: True,
    ),
    Feature(
        "SelectVaults",
        "a request selects all vaults or those of a name, or a message may do so",
        ("ListVault",),
        lambda function: _selects(function, "all", "name"),
    ),
    Feature(
        "SelectByTags",
        "a request selects vaults by their tags, or a message may do so",
        ("ShowVaultResourceInstances",),
        lambda function: _selects(function, "tags"),
    ),
    Feature(
        "Report",
        "a request asks how the syncs ended, or a message may do so",
        ("ListOpLogs",),
        _reports,
    ),
    Feature(
        "NameVaultsBehind",
        "a report has max_age_hours, or one that arrives in a message may have it",
        ("ListOpLogs", "ListVault"),
        lambda function: _reports(function, "max_age_hours"),
    ),
    Feature(
        "WaitForTasks",
        "a request has wait_seconds, or a message may have it",
        ("ListOpLogs",),
        lambda function: _asks(function, lambda request: "wait_seconds" in request),
    ),
    Feature(
        "Continue",
        "CONTINUE_AS is set, so that the function starts a next run of itself",
        ("AsyncInvokeFunction",),
        lambda function: bool(_setting(function, "CONTINUE_AS")),
    ),
    Feature("Notify", "tell the topic", ("PublishMessage",), lambda _: True),
    Feature(
        "ReportFailedRuns",
        "FunctionGraph tells the topic of runs that failed for good",
        ("PublishMessage", "ListTopics"),
        _has_destination,
    ),
    Feature(
        "AttachToVpc",
        "FunctionGraph puts a network card for the function into the VPC",
        (
            "ShowVpc",
            "ShowSubnet",
            "ShowPort",
            "CreatePort",
            "ShowSecurityGroup",
            "DeletePrivateip",
        ),
        lambda function: function.vpc is not None,
    ),
    Feature("ReadQueues", "FunctionGraph looks up the queue", ("ShowInstance",), _has_queue),
)


def used_features(function: Function) -> tuple[Feature, ...]:
    """The features that the template's settings switch on."""
    return tuple(feature for feature in FEATURES if feature.is_used(function))


def actions(function: Function) -> dict[str, tuple[str, ...]]:
    """The actions that each feature in use adds, by the feature's name; none stands twice."""
    seen: set[str] = set()
    found: dict[str, tuple[str, ...]] = {}
    for feature in used_features(function):
        names = sorted({ACTION_OF[operation] for operation in feature.operations} - seen)
        if names:
            found[feature.sid] = tuple(names)
            seen.update(names)
    return found


def policy_document(function: Function, version: str) -> dict[str, Any]:
    """A custom policy (``1.1``) or an identity policy (``5.0``) with these actions only.

    ``Resource`` is ``*`` in 5.0: which resource paths CBR registers is not documented.
    """
    statements: list[dict[str, Any]] = []
    for sid, names in actions(function).items():
        if version == "5.0":
            statement = {"Sid": sid, "Effect": "Allow", "Action": list(names), "Resource": ["*"]}
        else:
            statement = {"Effect": "Allow", "Action": list(names)}
        statements.append(statement)
    return {"Version": version, "Statement": statements}
