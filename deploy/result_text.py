"""The function's result document, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

RESULT_SCHEMA = "vault-sync/1"

_STYLES = {
    "started": "green",
    "already_running": "cyan",
    "already_done": "cyan",
    "would_start": "blue",
    "rejected": "yellow",
    "failed": "red",
    "deferred": "red",
    "success": "green",
    "running": "cyan",
    "waiting": "cyan",
}


def result_text(document: Mapping[str, Any]) -> RenderableType:
    """Return a result document laid out: what fired, outcomes, ends of tasks, message.

    A logged document does not tell of the message.
    """
    parts: list[RenderableType] = [fired_by(document["trigger"])]
    if document["outcomes"]:
        parts += [Text(), outcomes(document["outcomes"])]
    if "tasks" in document:
        parts += [Text(), ends(document)]
    if "notification" in document:
        parts += [Text(), _message(document["notification"])]
    return Group(*parts)


def _message(told: Mapping[str, Any]) -> Text:
    many = len(told["message_ids"])
    text = (
        f"Notification: {many} message{'s' if many != 1 else ''} to\n{told['topic_urn']}"
        if many
        else "Notification: none (NOTIFY_ON)"
    )
    return Text(text, style="dim")


def fired_by(trigger: Mapping[str, str | None]) -> Text:
    """Return a line that says what fired the function."""
    if trigger["type"] == "DIRECT":
        return Text("A bare request, from no trigger")
    parts = [trigger["type"] or "", trigger["name"] or ""]
    when = f", event of {trigger['time']}" if trigger["time"] else ""
    return Text(f"Fired by {' '.join(part for part in parts if part)}{when}")


def outcomes(documents: Sequence[Mapping[str, Any]], names: Mapping[str, str] | None = None) -> Any:
    """Return a table of outcomes: the status, and beside it the vault, its task or its error.

    Args:
        documents: As in the result document.
        names: Names of vaults by id, where they are known.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for outcome in documents:
        status = outcome["status"]
        table.add_row(Text(status, style=_STYLES.get(status, "")), _details(outcome, names or {}))
    return table


def ends(document: Mapping[str, Any]) -> RenderableType:
    """Return what a result document says of the ends of syncs, and of the vaults behind."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for task in document["tasks"]:
        lines = [f"vault {task['vault_name'] or task['vault_id']}"]
        lines += [f"task {task['operation_log_id']}", _end(task)]
        style = _STYLES.get(task["status"], "red")
        table.add_row(Text(task["status"], style=style), Text("\n".join(lines)))
    for vault in document.get("stale", ()):
        last = vault["last_success"]
        since = f"last successful sync {last}" if last else "no successful sync in CBR's tasks"
        table.add_row(Text("behind", style="red"), Text(f"vault {vault['vault_name']}\n{since}"))
    found: RenderableType = table if table.row_count else Text("None, and no vault is behind.")
    if "window" not in document:
        return table
    window = document["window"]
    return Group(Text(f"Syncs that ended from {window['from']} until before {window['to']}"), found)


def _end(task: Mapping[str, Any]) -> str:
    if task["error"]:
        return f"{task['error']['code']}: {task['error']['message']}"
    if task["ended_at"] is None:
        return "not ended yet"
    added, unread = task["sync_backup_num"] or 0, task["err_sync_backup_num"] or 0
    text = f"ended {task['ended_at']}: {added} restore point{'' if added == 1 else 's'} added"
    return f"{text}, {unread} could not be read" if unread else text


def _details(outcome: Mapping[str, Any], names: Mapping[str, str]) -> Text:
    vault_id = outcome["vault_id"]
    if vault_id is None:
        lines = [f"message at {outcome['source']}"]
    elif vault_id in names:
        lines = [f"vault {names[vault_id]}"]
    else:
        lines = [f"vault {vault_id}"]
    if outcome["operation_log_id"]:
        lines.append(f"task {outcome['operation_log_id']}")
    if outcome["error"]:
        lines.append(f"{outcome['error']['code']}: {outcome['error']['message']}")
    return Text("\n".join(lines))
