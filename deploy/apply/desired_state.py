"""From the template to what the account should hold, in the API's own words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.template.events import AnyEvent
    from deploy.template.model import AsyncInvoke, Destination, Function

MARK = "(deployed by vault-sync)"
"""Stands at the end of the description, which FunctionGraph keeps and the console shows, of each
function that this tool made or was told to adopt."""

ZIP_NAME = "function.zip"
EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Trigger:
    """A trigger that should be there. ``secrets`` names the event data that must not be shown."""

    label: str
    type_code: str
    status: str
    event_data: Mapping[str, Any] = field(repr=False)
    secrets: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, ...]:
        """What tells this trigger from the function's others."""
        return trigger_key(self.type_code, self.event_data)

    @property
    def title(self) -> str:
        """For people: ``TIMER vault-sync-daily``."""
        return " ".join(self.key)


@dataclass(frozen=True)
class Code:
    """The code: a zip that is sent, or a URL in OBS."""

    digest: str
    data: bytes = field(repr=False)
    url: str = ""


@dataclass(frozen=True)
class DesiredState:
    """Everything the template says about the account.

    settings: the fields of CreateFunction and UpdateFunctionConfig that the template decides.
    hidden: names of environment variables whose values must not be shown.
    """

    name: str
    package: str
    code: Code
    settings: Mapping[str, Any] = field(repr=False)
    log_config: Mapping[str, str] | None
    dependencies: tuple[str, ...]
    max_instances: int | None
    async_policy: Mapping[str, Any] | None
    triggers: tuple[Trigger, ...]
    hidden: frozenset[str]


def trigger_key(type_code: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The part of the event data that identifies a trigger of a type."""
    names = {
        "TIMER": ("name",),
        "KAFKA": ("instance_id",),
        "RABBITMQ": ("instance_id", "exchange_name"),
        "ROCKETMQ": ("instance_id", "topic_ids"),
        "APIG": ("name",),
        "SMN": ("topic_urn",),
    }[type_code]
    values = (data.get(name) or "" for name in names)
    return (type_code, *(",".join(v) if isinstance(v, list) else str(v) for v in values))


MANAGED_TYPES = ("TIMER", "KAFKA", "RABBITMQ", "ROCKETMQ", "APIG", "SMN")
"""Triggers of these types that are not in the template are deleted; others are left alone."""


def desired_state(function: Function, code: Code, secret_texts: frozenset[str]) -> DesiredState:
    """What the account should hold."""
    variables = function.environment.variables
    return DesiredState(
        name=function.name,
        package=function.package,
        code=code,
        settings=_settings(function),
        log_config=_log_config(function),
        dependencies=tuple(function.dependencies),
        max_instances=function.max_instances,
        async_policy=_async_policy(function.async_invoke),
        triggers=tuple(_trigger(name, event) for name, event in function.events.items()),
        hidden=frozenset(
            name
            for name, value in variables.items()
            if any(text and text in value for text in secret_texts)
        ),
    )


def _settings(function: Function) -> dict[str, Any]:
    vpc, project = function.vpc, function.enterprise_project_id
    return {
        **({"enterprise_project_id": project} if project else {}),
        "runtime": function.runtime,
        "handler": function.handler,
        "memory_size": function.memory_size,
        "timeout": function.timeout,
        "description": f"{function.description} {MARK}".strip(),
        "initializer_handler": function.initializer_handler or "",
        "initializer_timeout": function.initializer_timeout or 0,
        "xrole": function.agency,
        "app_xrole": function.execution_agency or "",
        "func_vpc": {"vpc_id": vpc.vpc_id, "subnet_id": vpc.subnet_id} if vpc else None,
        "enable_lts_log": function.log_config.enabled,
        "user_data": _json_or_empty(function.environment.variables),
        "encrypted_user_data": _json_or_empty(function.environment.encrypted),
    }


def _json_or_empty(variables: Mapping[str, str]) -> str:
    return json.dumps(dict(variables), ensure_ascii=False) if variables else ""


def _log_config(function: Function) -> dict[str, str] | None:
    log = function.log_config
    if not (log.group_id and log.group_name and log.stream_id and log.stream_name):
        return None
    return {
        "group_id": log.group_id,
        "group_name": log.group_name,
        "stream_id": log.stream_id,
        "stream_name": log.stream_name,
    }


def _async_policy(policy: AsyncInvoke | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    destinations = {
        "on_failure": _destination(policy.on_failure),
        "on_success": _destination(policy.on_success),
    }
    return {
        "max_async_event_age_in_seconds": policy.max_age_seconds,
        "max_async_retry_attempts": policy.max_retries,
        "destination_config": {name: found for name, found in destinations.items() if found},
    }


def _destination(destination: Destination | None) -> dict[str, str] | None:
    if destination is None:
        return None
    return {
        "destination": destination.type,
        "param": json.dumps({"topic_urn": destination.topic_urn}),
    }


def _trigger(name: str, event: AnyEvent) -> Trigger:
    return Trigger(
        label=name,
        type_code=event.type,
        status=event.status,
        event_data=event.properties.model_dump(exclude_none=True),
        secrets=event.properties.SECRETS,
    )
