"""What the commands print. Colours only on a terminal; nothing is wrapped or shortened."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.json import JSON
from rich.text import Text

from deploy.result_text import RESULT_SCHEMA, result_text
from deploy.template.schedules import next_times, read_schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deploy.apply.checks import Check
    from deploy.apply.plan import Observed
    from deploy.apply.step import Step
    from deploy.template.document import Document

COLOURS = {"+": "green", "~": "yellow", "-": "bold red"}
VERDICTS = {"ok": "green", "note": "yellow", "not looked up": "yellow", "wrong": "bold red"}
SUCCEEDED = 200


def out() -> Console:
    """Standard output."""
    return Console(soft_wrap=True, highlight=False, markup=False)


def err() -> Console:
    """Standard error."""
    return Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def show_steps(console: Console, steps: Iterable[Step]) -> None:
    """A plan as a diff that a person can read; what it takes away stands out."""
    for step in steps:
        console.print(Text(f"{step.sign} {step.title}", style=COLOURS[step.sign]))
        for difference in step.differences:
            if step.sign == "+":
                console.print(f"    {difference.name}: {difference.after}")
            else:
                console.print(f"    {difference.name}: {difference.before} -> {difference.after}")
        for name in step.losses:
            console.print(Text(f"    TAKES AWAY: {name}", style=COLOURS["-"]))


def show_plan(
    console: Console, document: Document, observed: Observed, steps: Iterable[Step]
) -> None:
    """What was given, when timers fire, what may be meant otherwise, and what would be done."""
    show_values(console, document)
    show_timers(console, document)
    for warning in document.warnings:
        console.print(Text(warning.at("the template"), style="yellow"))
    if observed.is_foreign:
        text = f"{observed.urn} was not deployed by this tool: apply needs --adopt"
        console.print(Text(text, style=COLOURS["-"]))
    show_steps(console, steps)


def show_values(console: Console, document: Document) -> None:
    """The parameters that were given a value, and from where."""
    for name, value in document.values.items():
        if value.given and value.origin.startswith(f"{name} from "):
            shown = "(hidden)" if value.secret else value.value
            console.print(f"{name}: {shown} ({value.origin.removeprefix(f'{name} ')})")


def show_timers(console: Console, document: Document) -> None:
    """When each timer of the template fires next."""
    region, _ = document.place()
    for event in document.function.events.values():
        if event.type == "TIMER" and event.status == "ACTIVE":
            data = event.properties
            schedule = read_schedule(data.schedule_type, data.schedule)
            times = next_times(schedule, datetime.now(timezone.utc), region)
            console.print(f"{data.name} fires next: {times}")


def show_checks(console: Console, checks: Iterable[Check]) -> None:
    """What was looked up, a line each."""
    for check in checks:
        verdict = Text(f"{check.verdict.value}: ", style=VERDICTS[check.verdict.value])
        console.print(verdict + Text(f"{check.subject}: {check.text}"))


def show_function(console: Console, observed: Observed) -> None:
    """A function, its policy and its triggers, as the account has them."""
    config = observed.config
    if config is None:
        console.print(f"{observed.urn}: there is no such function")
        return
    console.print(f"URN: {observed.urn}:latest")
    if observed.is_foreign:
        console.print(Text("  not deployed by this tool", style="yellow"))
    if observed.instances == 0:
        console.print(Text("  SWITCHED OFF: it may have 0 instances", style="bold red"))
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
        about = data.get("schedule") or data.get("invoke_url") or data.get("path") or ""
        console.print(
            f"Trigger: {trigger['trigger_type_code']} {name}{about and f': {about}'} "
            f"({trigger['trigger_status']}, {trigger['trigger_id']})"
        )


def show_answer(answer: Mapping[str, Any], *, with_log: bool) -> bool:
    """What an invocation returned or raised; the end of its log goes to standard error.

    Returns:
        Whether it returned.
    """
    returned = answer.get("status") == SUCCEEDED
    if with_log or not returned:
        err().print(str(answer.get("log") or "").rstrip())
    text = str(answer.get("result") or "")
    try:
        document = json.loads(text)
    except ValueError:
        out().print(text)
        return returned
    is_result = isinstance(document, dict) and document.get("schema") == RESULT_SCHEMA
    out().print(result_text(document) if is_result else JSON.from_data(document))
    return returned
