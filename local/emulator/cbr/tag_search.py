"""CBR's search for vaults by tags.

API: POST /v3/{project_id}/vault/resource_instances/action (ShowVaultResourceInstances).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local.emulator.cbr import parameters
from local.emulator.cbr.errors import invalid
from local.emulator.cbr.models import OBJECT_TYPES
from local.emulator.cbr.render import tag_documents, vault_document
from local.emulator.service import Call, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.cbr.models import CbrBackend, Vault

_MAX_KEYS = 10
_MAX_VALUES = 10
_MAX_KEY_LENGTH = 128
_MAX_VALUE_LENGTH = 255
_FIELDS = frozenset(
    {
        "action",
        "limit",
        "offset",
        "tags",
        "tags_any",
        "not_tags",
        "not_tags_any",
        "without_any_tag",
        "matches",
        "cloud_type",
        "object_type",
    }
)
"""`sys_tags` is not among them: only services may use it."""

_Condition = tuple[str, frozenset[str]]


def search_by_tags(call: Call) -> Result:
    """Find (`filter`) or count (`count`) vaults.

    tags: all keys, any of a key's values. tags_any: any key. not_tags and not_tags_any leave
    out what they would find. A key without values stands for any value.
    `limit` and `offset` are strings of digits, and only `filter` has them.
    """
    body = call.document()
    if not isinstance(body, dict) or not set(body) <= _FIELDS:
        raise invalid("parameter")
    action = body.get("action")
    if action not in ("filter", "count"):
        raise invalid("action")
    backend = cast("CbrBackend", call.backend)
    by_part = backend.surroundings.readings().name_filter == "part"
    wanted = _wanted(body, by_part=by_part)
    found = [vault for vault in reversed(backend.vaults.values()) if wanted(vault)]
    if action == "count":
        if "limit" in body or "offset" in body:
            raise invalid("limit")
        return Result({"total_count": len(found)})
    limit = _number(body, "limit", 1, parameters.MAX_LIMIT, default=parameters.MAX_LIMIT)
    offset = _number(body, "offset", 0, 10**9, default=0)
    return Result(
        {
            "resources": [
                {
                    "resource_id": vault.id,
                    "resource_name": vault.name,
                    "resource_detail": {"vault": vault_document(vault, backend.project_id)},
                    "tags": tag_documents(vault),
                }
                for vault in found[offset : offset + limit]
            ],
            "total_count": len(found),
        }
    )


def _number(body: dict[str, Any], name: str, low: int, high: int, *, default: int) -> int:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise invalid(name)
    return parameters.whole_number(value, name, low, high)


def _wanted(body: dict[str, Any], *, by_part: bool) -> Callable[[Vault], bool]:
    cloud_type = _one_of(body, "cloud_type", ("public", "hybrid"))
    object_type = _one_of(body, "object_type", OBJECT_TYPES)
    name = _name_to_match(body)
    tags_fit = _tag_test(body)

    def wanted(vault: Vault) -> bool:
        return (
            cloud_type in (None, vault.cloud_type)
            and object_type in (None, vault.object_type)
            and (not name or name == vault.name or (by_part and name in vault.name))
            and tags_fit(vault.tags)
        )

    return wanted


def _one_of(body: dict[str, Any], name: str, allowed: tuple[str, ...]) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if value not in allowed:
        raise invalid(name)
    return str(value)


def _name_to_match(body: dict[str, Any]) -> str | None:
    matches = body.get("matches")
    if matches is None or matches == []:
        return None
    if (
        not isinstance(matches, list)
        or len(matches) != 1
        or not isinstance(matches[0], dict)
        or matches[0].get("key") != "resource_name"
        or not isinstance(matches[0].get("value"), str)
    ):
        raise invalid("matches")
    return str(matches[0]["value"])


def _tag_test(body: dict[str, Any]) -> Callable[[dict[str, str]], bool]:
    without_any_tag = body.get("without_any_tag", False)
    if not isinstance(without_any_tag, bool):
        raise invalid("without_any_tag")
    every, some, not_every, not_some = (
        _conditions(body, name) for name in ("tags", "tags_any", "not_tags", "not_tags_any")
    )
    if without_any_tag:
        return lambda tags: not tags

    def fits(tags: dict[str, str]) -> bool:
        return (
            (every is None or all(_holds(condition, tags) for condition in every))
            and (some is None or any(_holds(condition, tags) for condition in some))
            and (not_every is None or not all(_holds(condition, tags) for condition in not_every))
            and (not_some is None or not any(_holds(condition, tags) for condition in not_some))
        )

    return fits


def _holds(condition: _Condition, tags: dict[str, str]) -> bool:
    key, values = condition
    return key in tags and (not values or tags[key] in values)


def _conditions(body: dict[str, Any], name: str) -> list[_Condition] | None:
    given = body.get(name)
    if given is None:
        return None
    if not isinstance(given, list) or not 1 <= len(given) <= _MAX_KEYS:
        raise invalid(name)
    conditions = [_condition(entry, name) for entry in given]
    if len({key for key, _ in conditions}) != len(conditions):
        raise invalid(name)
    return conditions


def _condition(entry: object, name: str) -> _Condition:
    if not isinstance(entry, dict) or not set(entry) <= {"key", "values"}:
        raise invalid(name)
    key, values = entry.get("key"), entry.get("values", [])
    if not isinstance(key, str) or not 1 <= len(key) <= _MAX_KEY_LENGTH:
        raise invalid(name)
    if (
        not isinstance(values, list)
        or len(values) > _MAX_VALUES
        or not all(isinstance(v, str) and len(v) <= _MAX_VALUE_LENGTH for v in values)
        or len(set(values)) != len(values)
    ):
        raise invalid(name)
    return key, frozenset(values)
