"""What the event_data of each kind of trigger must hold.

Source: support.huaweicloud.com/api-functiongraph/functiongraph_06_0122.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.emulator.functiongraph import errors
from local.emulator.operations import not_emulated

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class TriggerType:
    """A kind of trigger: what its event data must hold, and what may be done with it."""

    required: tuple[str, ...]
    can_be_disabled: bool = False
    starts_disabled: bool = False
    needs_vpc: bool = False


_TOPICS_OF_A_QUEUE = TriggerType(
    ("instance_id", "topic_ids", "batch_size"),
    can_be_disabled=True,
    starts_disabled=True,
    needs_vpc=True,
)
TYPES = {
    "TIMER": TriggerType(("name", "schedule_type", "schedule"), can_be_disabled=True),
    "KAFKA": _TOPICS_OF_A_QUEUE,
    "ROCKETMQ": _TOPICS_OF_A_QUEUE,
    "RABBITMQ": TriggerType(
        ("instance_id", "exchange_name", "access_password", "batch_size"), needs_vpc=True
    ),
    "SMN": TriggerType(("topic_urn",)),
    "APIG": TriggerType(
        (
            *("name", "type", "path", "protocol", "req_method", "group_id", "match_mode"),
            *("env_name", "env_id", "auth"),
        )
    ),
}
"""A KAFKA or ROCKETMQ trigger begins DISABLED, whatever was asked for. Of ROCKETMQ only that it is
there is documented (ListActiveTrigger): it is taken to be as KAFKA."""

NOT_EMULATED = frozenset(
    {
        *("APIC", "CTS", "DDS", "DEDICATEDGATEWAY", "DIS", "DMS", "EVENTGRID"),
        *("GAUSSMONGO", "IOTDA", "LTS", "OBS", "OPENSOURCEKAFKA"),
    }
)
_TEXTS = frozenset(name for kind in TYPES.values() for name in kind.required) - {
    "batch_size",
    "topic_ids",
    "type",
}
SECRETS = frozenset({"kafka_password", "access_password", "db_password"})
"""Never part of an answer."""

DEFAULT_API_MILLISECONDS, MAX_API_MILLISECONDS = 5000, 60_000
"""How long APIG waits for a function. Source: CreateFunctionTrigger."""

_OF_AN_API = {
    "type": (1, 2),
    "protocol": ("HTTP", "HTTPS", "BOTH"),
    "match_mode": ("SWA", "NORMAL"),
    "auth": ("IAM", "APP", "NONE"),
    "req_method": ("ANY", "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"),
}

MAX_BATCH = 1000
MAX_USER_EVENT_BYTES = 2048
_RATE_LIMITS = {"m": 60, "h": 24, "d": 30}
_CRON = re.compile(r"(CRON_TZ=\S+ )?(@every \S+|\S+( \S+){4,5})")


def check_event_data(type_code: str, data: Mapping[str, Any]) -> None:
    """Refuse event data that the kind of trigger does not take.

    Raises FSS.0400, or Local.NotEmulated for a kind that only the real service has.
    """
    if type_code in NOT_EMULATED:
        raise not_emulated(f"A trigger of type {type_code}")
    if type_code not in TYPES:
        raise errors.invalid("trigger_type_code.")
    for name in TYPES[type_code].required:
        if data.get(name) in (None, "", []):
            raise errors.invalid(f"event_data.{name} is required.")
    for name, value in data.items():
        if name in _TEXTS and not isinstance(value, str):
            raise errors.invalid(f"event_data.{name} is a text.")
    topics = data.get("topic_ids", [])
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise errors.invalid("event_data.topic_ids is a list of texts.")
    size = data.get("batch_size")
    if size is not None and not (isinstance(size, int) and 1 <= size <= MAX_BATCH):
        raise errors.invalid("event_data.batch_size is 1 to 1000.")
    _CHECKS.get(type_code, lambda _: None)(data)


def _check_api(data: Mapping[str, Any]) -> None:
    for name, possible in _OF_AN_API.items():
        if data[name] not in possible:
            raise errors.invalid(f"event_data.{name} is one of {possible}.")
    if not data["path"].startswith("/"):
        raise errors.invalid("event_data.path begins with /.")
    function = data.get("func_info") or {}
    if not isinstance(function, dict):
        raise errors.invalid("event_data.func_info is an object.")
    if function.get("invocation_type", "sync") != "sync":
        raise not_emulated("An APIG trigger that invokes asynchronously")
    timeout = function.get("timeout", DEFAULT_API_MILLISECONDS)
    if not (isinstance(timeout, int) and 1 <= timeout <= MAX_API_MILLISECONDS):
        raise errors.invalid(f"event_data.func_info.timeout is 1 to {MAX_API_MILLISECONDS}.")


def _check_timer(data: Mapping[str, Any]) -> None:
    schedule = str(data["schedule"])
    if len(str(data.get("user_event") or "").encode()) >= MAX_USER_EVENT_BYTES:
        raise errors.invalid("event_data.user_event is 2 KB at most.")
    if data["schedule_type"] == "Rate":
        rate = re.fullmatch(r"(\d{1,4})([mhd])", schedule)
        if rate is None or not 1 <= int(rate[1]) <= _RATE_LIMITS[rate[2]]:
            raise errors.invalid("event_data.schedule.")
    elif data["schedule_type"] != "Cron" or _CRON.fullmatch(schedule) is None:
        raise errors.invalid("event_data.schedule.")
    _check_fires(data)


def _check_fires(data: Mapping[str, Any]) -> None:
    """Refuse a schedule that has the form of one and no next time."""
    from local.emulator.functiongraph.engine.schedules import next_firing  # noqa: PLC0415 - only timers need croniter

    try:
        next_firing(data, 0.0, 0.0, "")
    except (ValueError, KeyError) as error:  # KeyError: an unknown time zone
        raise errors.invalid("event_data.schedule.") from error


_CHECKS = {"TIMER": _check_timer, "APIG": _check_api}
"""What is checked for one kind alone."""
