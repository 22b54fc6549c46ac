"""What differs between the account and the template, field by field, secrets hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.apply.desired_state import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.apply.desired_state import DesiredState, Trigger

HIDDEN = "(hidden)"
NOTHING = "(nothing)"


@dataclass(frozen=True)
class Difference:
    """One field that differs, as it may be shown."""

    name: str
    before: str
    after: str


def settings_differences(
    found: Mapping[str, Any], desired: DesiredState, *, resend_secrets: bool
) -> tuple[Difference, ...]:
    """The settings that UpdateFunctionConfig would change."""
    return tuple(_settings(found, desired, resend_secrets=resend_secrets))


def _settings(
    found: Mapping[str, Any], desired: DesiredState, *, resend_secrets: bool
) -> Iterator[Difference]:
    for name, wanted in desired.settings.items():
        now = found.get(name)
        if name == "user_data":
            yield from _variables(now, wanted, desired.hidden)
        elif name == "encrypted_user_data":
            yield from _encrypted(now, wanted, resend_secrets=resend_secrets)
        elif name == "func_vpc":
            yield from _vpc(now, wanted)
        elif not _same(now, wanted):
            yield Difference(name, _shown(now), _shown(wanted))
    log = desired.log_config
    if log is not None:
        for name, wanted in (
            ("log_group_id", log["group_id"]),
            ("log_stream_id", log["stream_id"]),
        ):
            if not _same(found.get(name), wanted):
                yield Difference(name, _shown(found.get(name)), wanted)


def _variables(now: Any, wanted: Any, hidden: frozenset[str]) -> Iterator[Difference]:
    before, after = _parsed(now), _parsed(wanted)
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            shown = (before.get(name), after.get(name))
            if name in hidden:
                shown = (HIDDEN if name in before else None, HIDDEN if name in after else None)
            yield Difference(f"user_data.{name}", _shown(shown[0]), _shown(shown[1]))


def _encrypted(now: Any, wanted: Any, *, resend_secrets: bool) -> Iterator[Difference]:
    """FunctionGraph hides encrypted values, so only their names can be compared."""
    before, after = _parsed(now), _parsed(wanted)
    for name in sorted({*before, *after}):
        if (name in before) != (name in after) or resend_secrets:
            yield Difference(
                f"encrypted_user_data.{name}",
                HIDDEN if name in before else NOTHING,
                HIDDEN if name in after else NOTHING,
            )


def _vpc(now: Any, wanted: Any) -> Iterator[Difference]:
    for name in ("vpc_id", "subnet_id"):
        before, after = (now or {}).get(name), (wanted or {}).get(name)
        if not _same(before, after):
            yield Difference(f"func_vpc.{name}", _shown(before), _shown(after))


def async_differences(
    found: Mapping[str, Any] | None, wanted: Mapping[str, Any] | None
) -> tuple[Difference, ...]:
    """What differs in the asynchronous policy."""
    before, after = _flat_policy(found), _flat_policy(wanted)
    return tuple(
        Difference(name, _shown(before.get(name)), _shown(after.get(name)))
        for name in {**before, **after}
        if not _same(before.get(name), after.get(name))
    )


def _flat_policy(policy: Mapping[str, Any] | None) -> dict[str, Any]:
    if policy is None:
        return {}
    flat = {
        name: policy.get(name)
        for name in ("max_async_event_age_in_seconds", "max_async_retry_attempts")
    }
    for name, destination in (policy.get("destination_config") or {}).items():
        if destination and destination.get("destination"):
            param = json.dumps(_parsed(destination.get("param")), sort_keys=True)
            flat[name] = f"{destination['destination']} {param}"
    return flat


def trigger_differences(found: Mapping[str, Any], wanted: Trigger) -> tuple[Difference, ...]:
    """What differs in a trigger's event data. FunctionGraph does not give passwords back.

    Of other triggers than timers only what the template says is compared: FunctionGraph fills
    in the rest.
    """
    data = found.get("event_data") or {}
    names = dict.fromkeys(wanted.event_data)
    if wanted.type_code == "TIMER":
        names["user_event"] = None
    return tuple(
        Difference(name, _shown(data.get(name)), _shown(wanted.event_data.get(name)))
        for name in names
        if name not in wanted.secrets and not _same(data.get(name), wanted.event_data.get(name))
    )


def new_settings(desired: DesiredState) -> tuple[Difference, ...]:
    """Everything of a function that is not there yet."""
    return settings_differences({}, desired, resend_secrets=False)


def new_trigger(wanted: Trigger) -> tuple[Difference, ...]:
    """Everything of a trigger that is not there yet."""
    return tuple(
        Difference(name, NOTHING, HIDDEN if name in wanted.secrets else _shown(value))
        for name, value in wanted.event_data.items()
        if value not in EMPTY
    )


def _same(now: Any, wanted: Any) -> bool:
    """Whether two values mean the same; nothing, empty, 0 and false are one for the service."""
    return bool(now == wanted) or (not now and not wanted)


def _parsed(text: Any) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _shown(value: Any) -> str:
    if value in EMPTY:
        return NOTHING
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
