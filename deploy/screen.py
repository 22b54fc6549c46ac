"""What the commands print. Colours only on a terminal; nothing is wrapped or shortened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deploy.apply.plan import Observed, Step

COLOURS = {"+": "green", "~": "yellow", "-": "red"}


def out() -> Console:
    """Standard output."""
    return Console(soft_wrap=True, highlight=False, markup=False)


def err() -> Console:
    """Standard error."""
    return Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def show_steps(console: Console, steps: Iterable[Step]) -> None:
    """A plan as a diff that a person can read."""
    for step in steps:
        console.print(Text(f"{step.sign} {step.title}", style=COLOURS[step.sign]))
        for difference in step.differences:
            if step.sign == "+":
                console.print(f"    {difference.name}: {difference.after}")
            else:
                console.print(f"    {difference.name}: {difference.before} -> {difference.after}")


def show_function(console: Console, observed: Observed) -> None:
    """A function, its policy and its triggers, as the account has them."""
    config = observed.config
    if config is None:
        console.print(f"{observed.urn}: there is no such function")
        return
    console.print(f"URN: {config['func_urn']}")
    console.print(
        f"  {config['runtime']}, {config['memory_size']} MB, {config['timeout']} s, "
        f"{config.get('code_size') or 0:,} bytes, changed {config.get('last_modified')}"
    )
    console.print(f"  SHA-512: {config.get('digest')}")
    policy = observed.async_policy
    if policy is not None:
        console.print(
            f"  on failure: {policy['max_async_retry_attempts']} retries within "
            f"{policy['max_async_event_age_in_seconds']} s"
        )
    for trigger in observed.triggers:
        data = trigger.get("event_data") or {}
        name = data.get("name") or data.get("instance_id") or data.get("topic_urn") or ""
        schedule = f": {data['schedule']}" if data.get("schedule") else ""
        console.print(
            f"Trigger: {trigger['trigger_type_code']} {name}{schedule} "
            f"({trigger['trigger_status']}, {trigger['trigger_id']})"
        )
