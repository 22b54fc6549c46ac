"""The cloud's inside as JSON, for the admin path. Never shows a secret."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from local.emulator.admin.problems import AdminError
from local.emulator.cbr.render import task_document, vault_document
from local.emulator.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.cloud import Cloud
    from local.emulator.faults.rules import Rule
    from local.emulator.journal import JournalEntry

JOURNAL_FILTERS = frozenset(
    {"operation", "service", "project_id", "vault_id", "status", "fault", "applied"}
)


def state(cloud: Cloud) -> dict[str, object]:
    """Show projects with their vaults, tasks and topics. Does not count as a look at a task."""
    return {
        "region": cloud.region,
        "project_id": cloud.project_id,
        "access_keys": list(cloud.account.credentials),
        "projects": [
            {
                "id": project.id,
                "name": project.name,
                "region": project.region,
                "vaults": _vaults(cloud, project.id),
                "operation_logs": _tasks(cloud, project.id),
                "topics": _topics(cloud, project.id),
            }
            for project in cloud.account.projects.values()
        ],
    }


def _vaults(cloud: Cloud, project_id: str) -> list[dict[str, object]]:
    backend = cloud.cbr(project_id)
    return [vault_document(vault, project_id) for vault in backend.vaults.values()]


def _tasks(cloud: Cloud, project_id: str) -> list[dict[str, object]]:
    now = cloud.clock.now()
    return [
        task_document(task, task.state(now), project_id) for task in cloud.cbr(project_id).tasks()
    ]


def _topics(cloud: Cloud, project_id: str) -> list[dict[str, object]]:
    return [
        {
            "topic_urn": topic.urn,
            "name": topic.name,
            "display_name": topic.display_name,
            "subscriptions": [asdict(subscription) for subscription in topic.subscriptions],
        }
        for topic in cloud.smn(project_id).topics.values()
    ]


def messages(cloud: Cloud) -> list[dict[str, object]]:
    """Show what was published in every project."""
    return [
        asdict(message)
        for project_id in cloud.account.projects
        for message in cloud.smn(project_id).messages()
    ]


def readings(cloud: Cloud) -> dict[str, object]:
    """Show which answer is given where the documentation leaves a question open."""
    return {"readings": asdict(cloud.readings)}


def journal(cloud: Cloud, query: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Show the journal, narrowed as a query asks. Raises AdminError."""
    wanted: dict[str, Any] = {name: values[0] for name, values in query.items()}
    unknown = set(wanted) - JOURNAL_FILTERS
    if unknown:
        raise AdminError(
            400,
            f"the journal cannot be narrowed by {', '.join(sorted(unknown))}, only by "
            f"{', '.join(sorted(JOURNAL_FILTERS))}",
        )
    if "status" in wanted:
        status = read_number(wanted["status"])
        if status is None:
            raise AdminError(400, f"status must be a number, not {wanted['status']!r}")
        wanted["status"] = status
    if "applied" in wanted:
        if wanted["applied"] not in ("true", "false"):
            raise AdminError(400, f"applied must be true or false, not {wanted['applied']!r}")
        wanted["applied"] = wanted["applied"] == "true"
    return list(map(entry, cloud.journal.calls(**wanted) if wanted else cloud.journal.entries))


def entry(written: JournalEntry) -> dict[str, object]:
    """Show a journal entry."""
    return asdict(written)


def rule(in_force: Rule) -> dict[str, object]:
    """Show a fault rule, its counts with it."""
    conditions = {
        name: _finite(value)
        for name, value in asdict(in_force.conditions).items()
        if value is not None
    }
    return {
        "name": in_force.name,
        "effect": asdict(in_force.effect),
        **conditions,
        "matched": in_force.matched,
        "fired": in_force.fired,
    }


def _finite(value: object) -> object:
    """Write what JSON has no number for as text."""
    if isinstance(value, tuple):
        return [_finite(part) for part in value]
    return str(value) if isinstance(value, float) and math.isinf(value) else value
