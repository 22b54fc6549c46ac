"""How the demo shows what happened, in a terminal of 80 columns or more, or in a file."""

from __future__ import annotations

import json
import textwrap
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from deploy.result_text import ends, fired_by, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import RenderableType

    from local.emulator.cbr.models import Vault
    from local.emulator.functiongraph.runtime.results import Ended
    from local.emulator.smn.messages import Delivery

_INDENT = (0, 0, 0, 2)
_PANEL_EDGES = 6
"""Columns that a panel takes from its text: indent, border and padding."""

_TASK_STYLES = {"success": "green", "running": "cyan", "waiting": "cyan"}
_READERS = {
    "email": "E-mail subscriber",
    "sms": "SMS subscriber",
    "https": "HTTPS subscriber",
}


def indented(content: RenderableType) -> Padding:
    """Set content a little to the right."""
    return Padding(content, _INDENT)


def vault_table(vaults: Sequence[Vault]) -> Table:
    """List the vaults of the account."""
    table = Table.grid(padding=(0, 2))
    for vault in vaults:
        tags = " ".join(f"{key}={value}" for key, value in vault.tags.items())
        about = (tags or "no tags") if vault.is_hybrid else "public, not hybrid"
        table.add_row(vault.name, vault.id, Text(about, style="dim"))
    return table


def result(ended: Ended, document: Mapping[str, Any], names: Mapping[str, str]) -> RenderableType:
    """Show how the invocation ended: its facts, and the outcome of each vault or the report."""
    start = "a new instance" if ended.cold else "the same instance"
    memory = f", {ended.memory_mb:.0f} MB of memory" if ended.memory_mb is not None else ""
    facts = f"Returned after {ended.duration_milliseconds:.0f} ms, by {start}{memory}"
    return Group(
        fired_by(document["trigger"]),
        Text(facts, style="dim"),
        Text(),
        ends(document) if "window" in document else outcomes(document["outcomes"], names),
    )


def task_table(tasks: Sequence[Mapping[str, Any]]) -> Table:
    """Show tasks as CBR's operation log has them."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for task in tasks:
        status = task["status"]
        lines = [f"task {task['id']}", f"vault {task['vault_name']}: {_progress(task)}"]
        table.add_row(Text(status, style=_TASK_STYLES.get(status, "red")), Text("\n".join(lines)))
    return table


def received(delivery: Delivery, width: int) -> Panel:
    """Show what one subscriber received, as it would read it."""
    if delivery.protocol in {"http", "https"}:
        lines = [f"POST {delivery.endpoint}", "", *_posted(delivery.text)]
    else:
        head = [f"To: {delivery.endpoint}"]
        if delivery.subject is not None:
            head.append(f"Subject: {delivery.subject}")
        lines = [*head, "", *delivery.text.rstrip("\n").split("\n")]
    return Panel(
        Text("\n".join(_wrapped(line, width - _PANEL_EDGES) for line in lines)),
        title=_READERS.get(delivery.protocol, delivery.protocol),
        title_align="left",
        border_style="dim",
    )


def _wrapped(line: str, width: int) -> str:
    """Break a long line between words; a task keeps its id, and what is set in stays set in."""
    indent = " " * (len(line) - len(line.lstrip()))
    joined = line.replace("  task ", "  task\N{NO-BREAK SPACE}")
    filled = textwrap.fill(
        joined, width, subsequent_indent=indent and indent + "  ", break_on_hyphens=False
    )
    return filled.replace("\N{NO-BREAK SPACE}", " ")


def _posted(text: str) -> list[str]:
    """Return the lines of the posted document, with the notification inside it opened.

    Of a list in it there is the first entry, and the number of the others.
    """
    document = json.loads(text)
    opening, *rest = _members(
        json.loads(document["message"]), dict.fromkeys(("outcomes", "tasks", "stale"), _entries)
    )
    return _members(document, {"message": lambda _: [f"<JSON text, opened here> {opening}", *rest]})


def _members(
    document: Mapping[str, Any], special: Mapping[str, Callable[[Any], list[str]]]
) -> list[str]:
    """Return an object's lines: one for each member, and those that `special` makes of some."""
    lines = ["{"]
    for number, (name, value) in enumerate(document.items(), start=1):
        first, *rest = special[name](value) if name in special else [json.dumps(value)]
        lines += [f'  "{name}": {first}', *(f"  {line}" for line in rest)]
        if number < len(document):
            lines[-1] += ","
    return [*lines, "}"]


def _entries(documents: Sequence[Any]) -> list[str]:
    if not documents:
        return ["[]"]
    first, *others = documents
    more = [f"  ... {len(others)} more"] if others else []
    return ["[", f"  {json.dumps(first)}{',' if others else ''}", *more, "]"]


def _progress(task: Mapping[str, Any]) -> str:
    extra = task["extra_info"]
    if task["ended_at"] is None:
        return f"{extra['common']['progress']} % done"
    took = _moment(task["ended_at"]) - _moment(task["started_at"])
    error = task["error_info"]
    if error["code"]:
        return f"ended after {_duration(took.total_seconds())}, {error['code']}: {error['message']}"
    found = extra["sync"]
    added, removed = found["sync_backup_num"], found["delete_backup_num"]
    points = "restore point" if added == 1 else "restore points"
    return f"took {_duration(took.total_seconds())}, {added} {points} added, {removed} removed"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    parts = [f"{minutes} min"] if minutes else []
    return " ".join([*parts, *([f"{rest} s"] if rest or not minutes else [])])
