"""What the page shows of the cloud, as one JSON document. Looking changes nothing.

It holds no clock, so that it stays the same while nothing happens. Times are seconds since 1970
on the cloud's clock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from local.console.fault_switches import faults_view
from local.emulator.sync_tasks import Success

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.emulator.cbr.models import Vault
    from local.emulator.cloud import Cloud
    from local.emulator.smn.messages import Delivery, Message
    from local.emulator.sync_tasks import SyncTask

MAX_VAULTS = 200
MAX_OPERATION_LOGS = 100
MAX_MESSAGES = 30
MAX_FAULTY_CALLS = 100
MAX_TEXT_CHARACTERS = 20_000

DAY_SECONDS = 24 * 3600
SLOT_SECONDS = 900
"""A vault's last day is shown by quarters of an hour."""


def cloud_view(cloud: Cloud) -> dict[str, object]:
    """Show vaults, operation logs and messages, the latest first, and the faults."""
    with cloud.lock:
        now = cloud.clock.now()
        tasks = sorted(_tasks(cloud), key=lambda task: task.created_at)
        syncs = defaultdict[str, list["SyncTask"]](list)
        for task in tasks:
            if task.operation_type == "sync":
                syncs[task.vault_id].append(task)
        vaults = list(_vaults(cloud))
        messages = sorted(_messages(cloud), key=lambda message: message.time)
        return {
            "region": cloud.region,
            "project_id": cloud.project_id,
            "topics": list(cloud.smn().topics),
            "vaults": _some(
                (_vault(vault, syncs[vault.id], now) for vault in vaults[:MAX_VAULTS]),
                len(vaults),
            ),
            "operation_logs": _some(
                (_operation_log(task, now) for task in tasks[: -MAX_OPERATION_LOGS - 1 : -1]),
                len(tasks),
            ),
            "messages": _some(
                (_message(message) for message in messages[: -MAX_MESSAGES - 1 : -1]),
                len(messages),
            ),
            "faults": faults_view(cloud),
            "faulty_calls": list(islice(_faulty_calls(cloud), MAX_FAULTY_CALLS)),
        }


def _some(shown: Iterable[object], total: int) -> dict[str, object]:
    return {"shown": list(shown), "total": total}


def _tasks(cloud: Cloud) -> Iterator[SyncTask]:
    for project_id in cloud.account.projects:
        yield from cloud.cbr(project_id).tasks()


def _vaults(cloud: Cloud) -> Iterator[Vault]:
    for project_id in cloud.account.projects:
        yield from cloud.cbr(project_id).vaults.values()


def _messages(cloud: Cloud) -> Iterator[Message]:
    for project_id in cloud.account.projects:
        yield from cloud.smn(project_id).messages()


def _faulty_calls(cloud: Cloud) -> Iterator[dict[str, object]]:
    """Yield the calls that a fault met, the latest first."""
    for entry in reversed(cloud.journal.entries):
        if entry.rule is not None:
            yield {
                "rule": entry.rule,
                "kind": entry.fault or "latency",
                "time": entry.time,
                "service": entry.service,
                "operation": entry.operation,
            }


def _vault(vault: Vault, syncs: list[SyncTask], now: float) -> dict[str, object]:
    """Show a vault with its syncs, which come in the order of their beginning."""
    return {
        "id": vault.id,
        "name": vault.name,
        "cloud_type": vault.cloud_type,
        "status": vault.status,
        "tags": dict(vault.tags),
        "last_sync": _operation_log(syncs[-1], now) if syncs else None,
        "last_success_at": _last_success_at(syncs, now),
        "last_day": _last_day(syncs, now),
    }


def _last_success_at(syncs: list[SyncTask], now: float) -> float | None:
    states = (task.state(now) for task in reversed(syncs))
    return next((state.ended_at for state in states if state.status == "success"), None)


def _last_day(syncs: list[SyncTask], now: float) -> list[dict[str, object]]:
    """Count the syncs that began in the last day, by quarter of an hour and by status."""
    slots = defaultdict[int, Counter[str]](Counter)
    for task in reversed(syncs):
        if task.created_at <= now - DAY_SECONDS:
            break
        slots[int(task.created_at // SLOT_SECONDS)][task.state(now).status] += 1
    return [
        {"from": slot * SLOT_SECONDS, "counts": dict(counts)}
        for slot, counts in sorted(slots.items())
    ]


def _operation_log(task: SyncTask, now: float) -> dict[str, object]:
    state = task.state(now)
    ending = task.course.ending
    has_ended = state.ended_at is not None
    return {
        "id": task.id,
        "operation_type": task.operation_type,
        "vault_id": task.vault_id,
        "vault_name": task.vault_name,
        "status": state.status,
        "progress": state.progress,
        "started_at": task.created_at,
        "ended_at": state.ended_at,
        "counts": {
            "added": ending.sync_backup_num,
            "removed": ending.delete_backup_num,
            "unreadable": ending.err_sync_backup_num,
        }
        if has_ended and isinstance(ending, Success)
        else None,
        "error": {"code": ending.code, "message": ending.message}
        if has_ended and not isinstance(ending, Success)
        else None,
    }


def _message(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "topic_urn": message.topic_urn,
        "time": message.time,
        "subject": message.subject,
        "deliveries": [_delivery(delivery) for delivery in message.deliveries],
    }


def _delivery(delivery: Delivery) -> dict[str, object]:
    return {
        "protocol": delivery.protocol,
        "endpoint": delivery.endpoint,
        "subject": delivery.subject,
        "text": delivery.text[:MAX_TEXT_CHARACTERS],
        "left_out": max(len(delivery.text) - MAX_TEXT_CHARACTERS, 0),
        "dropped": delivery.dropped,
    }
