"""What a request asks for, as the rehearsal understands it on its own."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.emulator.cbr.models import Vault

FIELDS = frozenset(
    {
        *("action", "vault_id", "vault_ids", "select", "auto_trigger", "project_id", "region"),
        *("requested_at", "correlation_id", "dry_run", "wait_seconds"),
    }
)


def is_report(text: str) -> bool:
    """Tell whether a request asks for a report and so for no sync."""
    request = _parsed(text)
    return isinstance(request, dict) and request.get("action") == "report"


def wanted_vaults(text: str, vaults: Iterable[Vault]) -> frozenset[str]:
    """Return the ids of the vaults that a request wants synchronised, and that can be."""
    request = _parsed(text)
    if not isinstance(request, dict) or set(request) - FIELDS or is_report(text):
        return frozenset()
    hybrid = {vault.id: vault for vault in vaults if vault.cloud_type == "hybrid"}
    select = request.get("select")
    if isinstance(select, dict):
        return frozenset(vault.id for vault in hybrid.values() if _is_selected(vault, select))
    named = request.get("vault_ids") or [request.get("vault_id")]
    return frozenset(vault_id for vault_id in named if vault_id in hybrid)


def allowed_age_seconds(text: str) -> float:
    """Return how old a vault's last sync may be before the request wants another one."""
    request = _parsed(text)
    select = request.get("select") if isinstance(request, dict) else None
    hours = select.get("older_than_hours", 0) if isinstance(select, dict) else 0
    return float(hours) * 3600


def rejections(texts: Iterable[str], vaults: Iterable[Vault]) -> int:
    """Count the outcomes of one event that must be `rejected`: bad messages, and wrong vaults."""
    known = {vault.id: vault for vault in vaults}
    bad, wrong = 0, set[str]()
    for text in texts:
        request = _parsed(text)
        if not isinstance(request, dict) or set(request) - FIELDS:
            bad += 1
            continue
        for vault_id in request.get("vault_ids") or [request.get("vault_id")]:
            if isinstance(vault_id, str) and (
                vault_id not in known or known[vault_id].cloud_type != "hybrid"
            ):
                wrong.add(vault_id)
    return bad + len(wrong)


def _is_selected(vault: Vault, select: dict[str, Any]) -> bool:
    if "name" in select:
        return fnmatchcase(vault.name, str(select["name"]))
    if "tags" in select:
        return all(vault.tags.get(key) in values for key, values in select["tags"].items())
    return bool(select.get("all"))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
