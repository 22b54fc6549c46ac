"""CBR's search for vaults by tags.

API: POST /v3/{project_id}/vault/resource_instances/action (ShowVaultResourceInstances).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local.emulator.cbr import parameters
from local.emulator.cbr.bodies import Fields
from local.emulator.cbr.errors import invalid
from local.emulator.cbr.models import RESOURCE_TYPES
from local.emulator.cbr.render import tag_documents, vault_document
from local.emulator.operations import not_emulated
from local.emulator.service import Call, Result

if TYPE_CHECKING:
    from local.emulator.cbr.models import CbrBackend, Vault

_MAX_KEYS = 10
_MAX_VALUES = 10
_MAX_KEY_LENGTH = 128
_MAX_VALUE_LENGTH = 255
_FIELDS = frozenset({"action", "limit", "offset", "tags", "cloud_type", "object_type"})
_LEFT_OUT = frozenset({"matches", "not_tags", "not_tags_any", "tags_any", "without_any_tag"})
"""What the search can be asked and the emulated cloud does not answer. `sys_tags` is not among
either: only services may use it."""


def search_by_tags(call: Call) -> Result:
    """Find (`filter`) or count (`count`) the vaults that have every key with one of its values.

    A key without values stands for any value. `limit` and `offset` are strings of digits, and only
    `filter` has them.
    """
    backend = cast("CbrBackend", call.backend)
    body = call.document()
    null = backend.cloud.readings.null_in_tag_search
    if null == "refused" and isinstance(body, dict) and None in body.values():
        raise invalid("parameter")
    asked = Fields(body, "parameter")
    for name in asked:
        if name in _LEFT_OUT:
            raise not_emulated(f"ShowVaultResourceInstances with {name}")
        if name not in _FIELDS:
            raise invalid("parameter")
    kept, tags = _kept(asked), _tags(asked)
    counted = asked.one_of("action", ("filter", "count")) == "count"
    if counted and ("limit" in asked or "offset" in asked):
        raise invalid("limit")
    limit = _number(asked, "limit", 1, parameters.MAX_LIMIT, default=parameters.MAX_LIMIT)
    offset = _number(asked, "offset", 0, 10**9, default=0)

    def has_tags(vault: Vault) -> bool:
        return all(k in vault.tags and (not v or vault.tags[k] in v) for k, v in tags.items())

    found, total = backend.vaults.page(kept, has_tags if tags else None, offset, limit)
    if counted:
        return Result({"total_count": total})
    return Result(
        {
            "resources": [
                {
                    "resource_id": vault.id,
                    "resource_name": vault.name,
                    "resource_detail": {"vault": vault_document(vault, backend.project_id)},
                    "tags": tag_documents(vault),
                }
                for vault in found
            ],
            "total_count": total,
        }
    )


def _number(asked: Fields, name: str, low: int, high: int, *, default: int) -> int:
    return parameters.whole_number(asked.text(name, 1, 9, str(default)), name, low, high)


def _kept(asked: Fields) -> dict[str, str]:
    possible = {"cloud_type": ("public", "hybrid"), "object_type": RESOURCE_TYPES}
    return {name: asked.one_of(name, values) for name, values in possible.items() if name in asked}


def _tags(asked: Fields) -> dict[str, frozenset[str]]:
    """Return the keys that are asked for, each with its possible values; none stands for any."""
    tags = [_tag(entry) for entry in asked.entries("tags", 1, _MAX_KEYS)] if "tags" in asked else []
    if len(dict(tags)) < len(tags):
        raise invalid("tags")
    return dict(tags)


def _tag(entry: Any) -> tuple[str, frozenset[str]]:
    fields = Fields(entry, "tags")
    if not set(fields) <= {"key", "values"}:
        raise invalid("tags")
    values = fields.entries("values", 0, _MAX_VALUES) if "values" in fields else []
    if not all(isinstance(v, str) and len(v) <= _MAX_VALUE_LENGTH for v in values):
        raise invalid("tags")
    if len(set(values)) < len(values):
        raise invalid("tags")
    return fields.text("key", 1, _MAX_KEY_LENGTH), frozenset(values)
