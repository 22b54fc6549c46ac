"""The command: set the stage, play the events, show each and its consequences."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.rule import Rule
from rich.text import Text

from local.demo import view
from local.demo.stage import LATER_SECONDS, Act, Stage, stage
from local.invoke.rendering import plain_console, show
from local.invoke.usage import UsageError

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class _Scene:
    title: str
    file: str
    story: str
    a_day_later: bool = False
    """Whether a day passes before."""

    seconds_old: float = 0.0
    """How long before it fires the event's own time is."""


_SCENES = (
    _Scene(
        "A timer fires",
        "timer.json",
        "Its additional information asks for the vaults tagged sync=nightly.",
    ),
    _Scene(
        "Messages come from Kafka",
        "kafka.json",
        "Two backup jobs have ended and name their vaults, prod-erp and prod-mail. The event is "
        "older than the sync of prod-erp that the timer started, so that one is not repeated. "
        "A third message has a mistake in it: it says `vault` where it should say `vault_id`.",
        seconds_old=LATER_SECONDS + 60,
    ),
    _Scene(
        "Somebody asks by hand",
        "request.json",
        "For prod-mail, whose sync is still running, and for test-lab.",
    ),
    _Scene(
        "A day later the report's timer fires",
        "timer-report.json",
        "Meanwhile others have synchronised prod-erp, prod-files and prod-mail, and prod-files "
        "again within the hour, which CBR accepted and could not carry out. Nobody thought of "
        "test-lab. The report asks CBR how the syncs of the last hour ended, and which vaults are "
        "behind.",
        a_day_later=True,
    ),
)


def run(*, full: bool = False) -> int:
    """Play the demo; return the exit status, 0 if each invocation returned.

    Args:
        full: Whether to show what every subscriber receives, and not the e-mail alone.
    """
    console = plain_console()
    try:
        with stage() as played:
            return _play(played, console, full=full)
    except UsageError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 2


def _play(played: Stage, console: Console, *, full: bool) -> int:
    names = {vault.id: vault.name for vault in played.vaults}
    _opening(played, console)
    for number, scene in enumerate(_SCENES, start=1):
        console.print()
        console.print(Rule(f"{number}. {scene.title} (events/{scene.file})", align="left"))
        console.print(Text(scene.story))
        if scene.a_day_later:
            played.let_a_day_pass()
        act = played.play(scene.file, seconds_old=scene.seconds_old)
        if act.ended.error is not None:
            show(act.ended, console)
            return 1
        _show(act, names, console, full=full)
    _closing(console)
    return 0


def _opening(played: Stage, console: Console) -> None:
    console.print(
        Text(
            "A local Huawei Cloud holds an account with these vaults and a topic with three "
            "subscribers; the function runs beside it, as FunctionGraph would run it. Nothing "
            "leaves this machine."
        )
    )
    console.print()
    console.print(view.indented(view.vault_table(played.vaults)))


def _show(act: Act, names: dict[str, str], console: Console, *, full: bool) -> None:
    heading = "bold"
    console.print()
    console.print(Text("What became of it", style=heading))
    console.print(view.indented(view.result(act.ended, act.document, names)))
    console.print()
    if act.tasks:
        minutes = LATER_SECONDS / 60
        console.print(Text(f"The tasks in CBR's operation log, {minutes:.0f} minutes on", heading))
        console.print(view.indented(view.task_table(act.tasks)))
        console.print()
    console.print(Text("What the topic's subscribers receive", style=heading))
    for delivery in act.deliveries:
        if full or delivery.protocol == "email":
            console.print(view.indented(view.received(delivery, console.width)))
    if not full:
        others = f"An SMS and an HTTPS subscriber receive theirs: {_python()} -m local demo --full"
        console.print(view.indented(Text(others, style="dim")))


def _closing(console: Console) -> None:
    python = _python()
    console.print()
    console.print(Rule("Try next", align="left"))
    for command, what in (
        ("invoke events/rabbitmq.json", "any other event; yours too"),
        ("invoke events/request-dry-run.json --json", "the result document, for programs"),
        ("serve", "a page in your browser; this cloud for other programs too"),
    ):
        console.print(view.indented(Text(f"# {what}", style="dim")))
        console.print(view.indented(Text(f"{python} -m local {command}")))


def _python() -> str:
    """Return how the running interpreter is called from here."""
    if os.environ.get("VIRTUAL_ENV"):
        return "python"
    here = Path.cwd()
    found = Path(sys.executable)
    return str(found.relative_to(here)) if found.is_relative_to(here) else str(found)
