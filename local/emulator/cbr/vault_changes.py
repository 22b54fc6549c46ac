"""CBR's operations that create, change and delete vaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local.emulator.cbr import errors, parameters
from local.emulator.cbr.bodies import MAX_TAGS, Fields, read_tags
from local.emulator.cbr.models import RESOURCE_TYPES, Resource, Vault
from local.emulator.cbr.render import vault_document
from local.emulator.operations import not_emulated
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from local.emulator.cbr.models import CbrBackend, CloudType

_SIZES = (10, 10_485_760)
_LEVELS = ("crash_consistent", "app_consistent")
_MAX_NAME = 64
_MAX_RESOURCES = 255
_UNLESS_ASKED = Vault(id="", name="", created_at=0.0)


def create_vault(call: Call) -> Result:
    """Create a vault that is paid by use. API: support.huaweicloud.com/api-cbr/CreateVault.html.

    Resources have no size: the emulated cloud has no servers and no disks to ask.
    """
    backend = cast("CbrBackend", call.backend)
    asked = Fields(call.document(), "body").inner("vault")
    billing = asked.inner("billing")
    if billing.one_of("charging_mode", ("post_paid", "pre_paid"), "post_paid") == "pre_paid":
        raise not_emulated("CreateVault with charging_mode pre_paid")
    if asked.flag("demand_billing", default=False):  # for vaults paid in advance alone
        raise errors.invalid("demand_billing")
    cloud_type = cast("CloudType", billing.one_of("cloud_type", ("public", "hybrid"), "public"))
    if asked.get("backup_policy_id") is not None:
        raise ServiceError(
            errors.NO_POLICY_WITH_HYBRID if cloud_type == "hybrid" else errors.NO_SUCH_POLICY
        )
    object_type = billing.one_of("object_type", RESOURCE_TYPES)
    vault = backend.add_vault(
        parameters.checked_name(asked.text("name", 1, _MAX_NAME), "name"),
        cloud_type=cloud_type,
        object_type=object_type,
        protect_type=billing.one_of("protect_type", ("backup", "replication")),
        consistent_level=billing.one_of("consistent_level", _LEVELS),
        size=billing.number("size", *_SIZES),
        is_multi_az=billing.flag("is_multi_az", default=False),
        enterprise_project_id=asked.text("enterprise_project_id", 1, 36, "0"),
        tags=read_tags(asked.entries("tags", 1, MAX_TAGS)) if "tags" in asked else {},
        resources=_resources(asked, object_type, backend),
        description=asked.text("description", 0, 255) if "description" in asked else None,
        backup_name_prefix=(
            asked.text("backup_name_prefix", 0, 64) if "backup_name_prefix" in asked else None
        ),
        availability_zone=asked.text("availability_zone", 0, 32, ""),
        sys_lock_source_service=asked.one_of("sys_lock_source_service", ("", "SMB"), ""),
        **_switches(asked, _UNLESS_ASKED),
    )
    return _shown(vault, backend)


def update_vault(call: Call) -> Result:
    """Change what a body names of a vault. API: support.huaweicloud.com/api-cbr/UpdateVault.html.

    A locked vault stays locked.
    """
    backend = cast("CbrBackend", call.backend)
    vault = addressed_vault(call)
    asked = Fields(call.document(), "body").inner("vault")
    if asked.get("locked") is False and vault.locked:
        raise ServiceError(errors.VAULT_NOT_UPDATED)
    billing = asked.inner("billing") if "billing" in asked else Fields({}, "billing")
    changes = _switches(asked, vault) | {
        "name": parameters.checked_name(asked.text("name", 1, _MAX_NAME, vault.name), "name"),
        "size": billing.number("size", *_SIZES, default=vault.size),
        "consistent_level": billing.one_of("consistent_level", _LEVELS, vault.consistent_level),
    }
    if changes["size"] < sum(resource.size for resource in vault.resources):
        raise ServiceError(errors.INVALID_CAPACITY)
    for name, value in changes.items():
        setattr(vault, name, value)
    return _shown(vault, backend)


def delete_vault(call: Call) -> Result:
    """Delete a vault and its backups. API: support.huaweicloud.com/api-cbr/DeleteVault.html."""
    backend = cast("CbrBackend", call.backend)
    vault_id = parameters.identifier(call.parameters["vault_id"], "vault_id")
    backend.delete_vault(vault_id, call.now)
    return Result(None, 204, vault_id=vault_id)


def addressed_vault(call: Call) -> Vault:
    """Return the vault that the path of a request names."""
    backend = cast("CbrBackend", call.backend)
    return backend.find_vault(parameters.identifier(call.parameters["vault_id"], "vault_id"))


def _switches(asked: Fields, before: Vault) -> dict[str, Any]:
    """Return what both operations can set, as it is asked for or as it was before."""
    rules = asked.inner("bind_rules") if "bind_rules" in asked else None
    return {
        "auto_bind": asked.flag("auto_bind", before.auto_bind),
        "auto_expand": asked.flag("auto_expand", before.auto_expand),
        "smn_notify": asked.flag("smn_notify", before.smn_notify),
        "locked": asked.flag("locked", before.locked),
        "threshold": asked.number("threshold", 1, 100, before.threshold),
        "bind_rules": before.bind_rules if rules is None else _rules(rules),
    }


def _rules(rules: Fields) -> dict[str, object]:
    if "tags" not in rules:
        return {}
    tags = read_tags(rules.entries("tags", 0, 5), with_values=False)
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


def _resources(asked: Fields, object_type: str, backend: CbrBackend) -> tuple[Resource, ...]:
    resources = tuple(_resource(entry) for entry in asked.entries("resources", 0, _MAX_RESOURCES))
    ids = {resource.id for resource in resources}
    if len(ids) < len(resources):
        raise ServiceError(errors.RESOURCE_TWICE)
    if not {resource.type for resource in resources} <= RESOURCE_TYPES[object_type]:
        raise ServiceError(errors.WRONG_RESOURCE_TYPE)
    bound = {resource.id for vault in backend.vaults.values() for resource in vault.resources}
    if ids & bound:
        raise ServiceError(errors.RESOURCE_IN_A_VAULT)
    return resources


def _resource(entry: Any) -> Resource:
    fields = Fields(entry, "resources")
    extra_info = fields.get("extra_info")
    if extra_info is not None and not isinstance(extra_info, dict):
        raise errors.invalid("extra_info")
    return Resource(
        id=fields.text("id", 1, 255),
        type=fields.text("type", 1, 255),
        name=fields.text("name", 0, 255, ""),
        extra_info=extra_info or {},
    )


def _shown(vault: Vault, backend: CbrBackend) -> Result:
    return Result({"vault": vault_document(vault, backend.project_id)}, vault_id=vault.id)
