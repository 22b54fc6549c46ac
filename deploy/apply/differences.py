"""What differs between the account and the template, field by field, secrets hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.apply.desired_state import EMPTY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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
    wanted = {**desired.settings, **{f"log_{n}": v for n, v in (desired.log_config or {}).items()}}
    flat_now, flat_wanted = _flat_settings(found), _flat_settings(wanted)
    hidden = {f"user_data.{name}" for name in desired.hidden}
    decided = ("user_data.", "encrypted_user_data.")
    names = [n for n in {**flat_now, **flat_wanted} if n in flat_wanted or n.startswith(decided)]
    # FunctionGraph answers with a log group's id, not with its name.
    names = [n for n in names if n not in ("log_group_name", "log_stream_name")]
    differences = _compared(flat_now, flat_wanted, sorted(names), hidden)
    if resend_secrets:
        secret = [n for n in flat_wanted if n.startswith("encrypted_user_data.")]
        differences += tuple(Difference(n, HIDDEN, HIDDEN) for n in secret if n in flat_now)
    return differences


def _flat_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Variables and VPC apart; of encrypted variables FunctionGraph shows only the names."""
    flat = {n: v for n, v in settings.items() if n not in _NESTED}
    vpc = settings.get("func_vpc") or {}
    flat |= {f"func_vpc.{name}": vpc.get(name) for name in ("vpc_id", "subnet_id")}
    flat |= {f"user_data.{n}": v for n, v in _parsed(settings.get("user_data")).items()}
    encrypted = _parsed(settings.get("encrypted_user_data"))
    return flat | {f"encrypted_user_data.{name}": HIDDEN for name in encrypted}


_NESTED = ("func_vpc", "user_data", "encrypted_user_data")


def async_differences(
    found: Mapping[str, Any] | None, wanted: Mapping[str, Any] | None
) -> tuple[Difference, ...]:
    """What differs in the asynchronous policy."""
    before, after = _flat_policy(found), _flat_policy(wanted)
    return _compared(before, after, {**before, **after})


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
    names = [name for name in wanted.event_data if name not in wanted.secrets]
    if wanted.type_code == "TIMER" and "user_event" not in names:
        names.append("user_event")
    return _compared(data, wanted.event_data, names)


def new_settings(desired: DesiredState) -> tuple[Difference, ...]:
    """Everything of a function that is not there yet."""
    return settings_differences({}, desired, resend_secrets=False)


def new_trigger(wanted: Trigger) -> tuple[Difference, ...]:
    """Everything of a trigger that is not there yet."""
    return _compared({}, wanted.event_data, wanted.event_data, wanted.secrets)


def _compared(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: Iterable[str],
    hidden: Collection[str] = (),
) -> tuple[Difference, ...]:
    def shown(side: Mapping[str, Any], name: str) -> str:
        value = side.get(name)
        if value in EMPTY:
            return NOTHING
        if name in hidden:
            return HIDDEN
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    return tuple(
        Difference(name, shown(before, name), shown(after, name))
        for name in names
        if not _same(before.get(name), after.get(name))
    )


def _same(now: Any, wanted: Any) -> bool:
    """Whether two values mean the same.

    Nothing, empty, 0 and false are one for the service; JSON means the same with other spaces; what
    the service fills in beside what was said is no difference.
    """
    if isinstance(now, dict) and isinstance(wanted, dict):
        return all(_same(now.get(name), value) for name, value in wanted.items())
    return bool(now == wanted) or (not now and not wanted) or _same_json(now, wanted)


def _same_json(now: Any, wanted: Any) -> bool:
    before = _parsed(now) if isinstance(now, str) else {}
    return bool(before) and before == (_parsed(wanted) if isinstance(wanted, str) else {})


def _parsed(text: Any) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
