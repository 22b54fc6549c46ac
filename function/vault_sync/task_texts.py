"""How syncs ended and which vaults are behind, as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vault_sync import times
from vault_sync.document import Conclusion
from vault_sync.tasks import PlacedTask, StaleVault

KEPT = "the 30 days that CBR keeps its tasks"

_ENDED_BADLY = {
    "failed": "Sync failed",
    "timeout": "Sync timed out",
    "skipped": "Sync skipped by CBR's pre-check",
}


def problems(conclusion: Conclusion) -> list[str]:
    """Return what is wrong, counted, for the one-line summary."""
    counts = Counter(placed.task.status for placed in conclusion.tasks)
    parts = [f"{counts[status]} sync {_word(status)}" for status in _ENDED_BADLY if counts[status]]
    partial = len(_partial(conclusion))
    if partial:
        parts.append(f"{partial} succeeded only in part")
    if conclusion.stale:
        count = len(conclusion.stale)
        parts.append(f"{count} vault{'s' if count > 1 else ''} behind")
    return parts


def good_news(conclusion: Conclusion) -> list[str]:
    """Return what is well, counted, for the one-line summary."""
    well, running = len(_well(conclusion)), len(_running(conclusion))
    parts = [f"{well} succeeded"] if well else []
    return [*parts, f"{running} still running"] if running else parts


def first_problem(conclusion: Conclusion) -> str:
    """Return the first thing that is wrong, for a text message; empty when all is well."""
    ended_badly = [one for one in conclusion.tasks if one.task.status in _ENDED_BADLY]
    for placed in [*ended_badly, *_partial(conclusion)]:
        task = placed.task
        what = f"sync {_word(task.status)}" if task.status in _ENDED_BADLY else "succeeded in part"
        why = f", {task.error.code}" if task.error else ""
        return f" First: vault {task.vault_name or task.vault_id}: {what}{why}."
    for vault in conclusion.stale:
        return f" First: vault {vault.vault_name or vault.vault_id}: {_since(vault)}."
    return ""


def problem_sections(conclusion: Conclusion) -> Iterator[tuple[str, list[str]]]:
    """Yield a heading and its entries for each kind of thing that is wrong."""
    for status, heading in _ENDED_BADLY.items():
        entries = [entry(one) for one in conclusion.tasks if one.task.status == status]
        if entries:
            yield heading, entries
    partial = _partial(conclusion)
    if partial:
        yield (
            "Sync succeeded, but restore points could not be read",
            [entry(one) for one in partial],
        )
    if conclusion.stale:
        heading = "Vaults behind, without a successful sync for too long"
        yield heading, [stale_entry(vault) for vault in conclusion.stale]


def good_sections(conclusion: Conclusion) -> Iterator[tuple[str, list[str]]]:
    """Yield a heading and its entries for what is well, or not yet known."""
    for heading, placed in (
        ("Sync still running", _running(conclusion)),
        ("Sync succeeded", _well(conclusion)),
    ):
        if placed:
            yield heading, [entry(one) for one in placed]


def entry(placed: PlacedTask) -> str:
    """Return what an e-mail says of one task."""
    task = placed.task
    lines = [
        f"  vault {_named(task.vault_name, task.vault_id)}",
        f"    task {task.operation_log_id}{_numbers(placed)}",
    ]
    if task.error is not None:
        lines.append(f"    {task.error}")
    return "\n".join(lines)


def stale_entry(vault: StaleVault) -> str:
    """Return what an e-mail says of one vault that is behind."""
    return f"  vault {_named(vault.vault_name, vault.vault_id)}\n    {_since(vault)}"


def _since(vault: StaleVault) -> str:
    if vault.last_success is None:
        return f"no successful sync in {KEPT}"
    return f"last successful sync {times.to_text(vault.last_success)}"


def _numbers(placed: PlacedTask) -> str:
    task = placed.task
    parts = []
    if task.synchronised is not None:
        parts.append(f"{task.synchronised} synchronised")
    if task.deleted:
        parts.append(f"{task.deleted} removed")
    if task.not_synchronised:
        parts.append(f"{task.not_synchronised} could not be read")
    return f": restore points {', '.join(parts)}" if parts and not task.running else ""


def _word(status: str) -> str:
    return {"failed": "failed", "timeout": "timed out", "skipped": "skipped"}[status]


def _named(name: str | None, vault_id: str) -> str:
    return f"{name} ({vault_id})" if name else vault_id


def _partial(conclusion: Conclusion) -> list[PlacedTask]:
    return [one for one in conclusion.tasks if one.task.status == "success" and one.task.is_problem]


def _well(conclusion: Conclusion) -> list[PlacedTask]:
    return [
        one for one in conclusion.tasks if one.task.status == "success" and not one.task.is_problem
    ]


def _running(conclusion: Conclusion) -> list[PlacedTask]:
    return [one for one in conclusion.tasks if one.task.running]
