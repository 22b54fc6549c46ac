"""What has to be done about the triggers of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.apply.desired_state import MANAGED_TYPES, Trigger, trigger_key
from deploy.apply.differences import Difference, new_trigger, trigger_differences
from deploy.apply.step import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from deploy.apply.account import Account


def present_triggers(
    observed: Iterable[Mapping[str, Any]], desired: Iterable[Trigger]
) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """The triggers that the template wants and the account has, the first of each key."""
    wanted = {trigger.key for trigger in desired}
    present: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for found in observed:
        if found["trigger_type_code"] in MANAGED_TYPES:
            key = trigger_key(found["trigger_type_code"], found.get("event_data") or {})
            if key in wanted:
                present.setdefault(key, found)
    return present


def step_for(
    urn: str, trigger: Trigger, found: Mapping[str, Any] | None, *, resend_secrets: bool
) -> Iterator[Step]:
    """What makes a trigger what the template says; nothing where it is so."""
    if found is None:
        yield _creation(urn, trigger, None)
        return
    differences = trigger_differences(found, trigger)
    if resend_secrets and any(trigger.event_data.get(name) for name in trigger.secrets):
        differences += (Difference("password", "(hidden)", "(hidden)"),)
    if differences:
        yield _creation(urn, trigger, found, differences)
    elif found["trigger_status"] != trigger.status:
        yield _switch(urn, trigger, found)


def deletion(urn: str, found: Mapping[str, Any]) -> Step:
    """What takes a trigger away that the template does not have."""
    kind, identity = found["trigger_type_code"], found["trigger_id"]
    key = trigger_key(kind, found.get("event_data") or {})
    return Step(
        "-",
        f"trigger {' '.join(key)}",
        (),
        lambda account: account.delete_trigger(urn, kind, identity),
        (key[1],),
    )


def _switch(urn: str, trigger: Trigger, found: Mapping[str, Any]) -> Step:
    identity = found["trigger_id"]
    difference = Difference("trigger_status", found["trigger_status"], trigger.status)
    return Step(
        "~",
        f"trigger {trigger.title}",
        (difference,),
        lambda account: account.update_trigger_status(
            urn, trigger.type_code, identity, trigger.status
        ),
    )


def _creation(
    urn: str,
    trigger: Trigger,
    former: Mapping[str, Any] | None,
    differences: tuple[Difference, ...] = (),
) -> Step:
    """Create a trigger; one that is there in another form is deleted first."""
    body = {
        "trigger_type_code": trigger.type_code,
        "trigger_status": trigger.status,
        "event_type_code": "MessageCreated",
        "event_data": dict(trigger.event_data),
    }

    def run(account: Account) -> None:
        if former is not None:
            account.delete_trigger(urn, trigger.type_code, former["trigger_id"])
        created = account.create_trigger(urn, body)
        if created["trigger_status"] != trigger.status:  # queue triggers begin DISABLED
            account.update_trigger_status(
                urn, trigger.type_code, created["trigger_id"], trigger.status
            )

    sign = "+" if former is None else "~"
    shown = differences or new_trigger(trigger)
    return Step(sign, f"trigger {trigger.title}", shown, run)
