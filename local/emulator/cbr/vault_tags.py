"""CBR's operations on the tags of vaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from local.emulator.cbr import errors
from local.emulator.cbr.bodies import MAX_TAGS, Fields, read_tag, read_tags
from local.emulator.cbr.render import tag_documents
from local.emulator.cbr.vault_changes import addressed_vault
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from local.emulator.cbr.models import CbrBackend, Vault


def set_or_delete(call: Call) -> Result:
    """Set tags or take them away.

    API: support.huaweicloud.com/api-cbr/BatchCreateAndDeleteVaultTags.html.

    A key that is there gets the new value; one that is not there need not be deleted. That a
    success is 200 with `{}` is recorded; the API page says 204.
    """
    vault = addressed_vault(call)
    body = Fields(call.document(), "body")
    action = body.one_of("action", ("create", "delete"))
    tags = read_tags(body.entries("tags", 1, MAX_TAGS), with_values=action == "create")
    if action == "create":
        _set(vault, tags)
    else:
        vault.tags = {key: value for key, value in vault.tags.items() if key not in tags}
    return Result({}, vault_id=vault.id)


def create_tag(call: Call) -> Result:
    """Set one tag. API: support.huaweicloud.com/api-cbr/CreateVaultTags.html."""
    vault = addressed_vault(call)
    key, value = read_tag(Fields(call.document(), "body").get("tag"))
    _set(vault, {key: value})
    return Result(None, 204, vault_id=vault.id)


def delete_tag(call: Call) -> Result:
    """Take one tag away. API: support.huaweicloud.com/api-cbr/DeleteVaultTag.html."""
    vault = addressed_vault(call)
    key = call.parameters["key"]
    if key not in vault.tags:
        raise ServiceError(errors.NO_SUCH_TAG)
    vault.tags = {name: value for name, value in vault.tags.items() if name != key}
    return Result(None, 204, vault_id=vault.id)


def show_tags(call: Call) -> Result:
    """Show the tags of a vault. API: support.huaweicloud.com/api-cbr/ShowVaultTag.html."""
    vault = addressed_vault(call)
    return Result({"tags": tag_documents(vault)}, vault_id=vault.id)


def show_all_tags(call: Call) -> Result:
    """Show the project's keys, each with its values.

    API: support.huaweicloud.com/api-cbr/ShowVaultProjectTag.html.
    """
    found: dict[str, dict[str, None]] = {}
    for vault in cast("CbrBackend", call.backend).vaults.values():
        for key, value in vault.tags.items():
            found.setdefault(key, {})[value] = None
    return Result({"tags": [{"key": key, "values": list(found[key])} for key in sorted(found)]})


def _set(vault: Vault, tags: dict[str, str]) -> None:
    if len({*vault.tags, *tags}) > MAX_TAGS:
        raise ServiceError(errors.TOO_MANY_TAGS)
    vault.tags = {**vault.tags, **tags}
