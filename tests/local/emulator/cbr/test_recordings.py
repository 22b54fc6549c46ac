"""The emulated CBR answers in the same shape as the real one did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkcbr.v1 import (
    BatchCreateAndDeleteVaultTagsRequest,
    ListBackupsRequest,
    ListPoliciesRequest,
    ListVaultRequest,
)

from local.emulator import Vault
from local.emulator.cbr.models import Resource
from tests.local.emulator.reaching import VAULT, Reach, sync

RECORDED = json.loads((Path(__file__).parent / "recordings" / "cbr.json").read_text())
VAULTS = RECORDED["vaults"]["vaults"]


def shape(value: Any) -> Any:
    """Return names, types and null-ness; of a list the shape of each entry."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return None if value is None else type(value).__name__


def shape_of_lists(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the shape of what stands around a list."""
    return {name: "list" if isinstance(v, list) else shape(v) for name, v in answer.items()}


def vault_like(recorded: dict[str, Any]) -> Vault:
    """Make a vault with what CBR said of a real one."""
    billing = recorded["billing"]
    return Vault(
        id=recorded["id"],
        name=recorded["name"],
        created_at=1_742_883_168.673924,
        cloud_type=billing["cloud_type"],
        object_type=billing["object_type"],
        protect_type=billing["protect_type"],
        enterprise_project_id=recorded["enterprise_project_id"],
        size=billing["size"],
        bind_rules=recorded["bind_rules"],
        tags={tag["key"]: tag["value"] for tag in recorded["tags"]},
        resources=tuple(
            Resource(
                **{n: v for n, v in resource.items() if n not in ("auto_protect", "extra_info")},
                extra_info=resource.get("extra_info"),
            )
            for resource in recorded["resources"]
        ),
    )


def listed_vault(reach: Reach, recorded: dict[str, Any]) -> dict[str, Any]:
    backend = reach.cloud.cbr()
    backend.vaults.clear()
    backend.vaults[recorded["id"]] = vault_like(recorded)
    (vault,) = reach.cbr().list_vault(ListVaultRequest()).to_json_object()["vaults"]
    return dict(vault)


@pytest.mark.parametrize("recorded", VAULTS, ids=lambda vault: vault["name"])
def test_a_vault_has_the_recorded_names_types_and_nulls(
    inside: Reach, recorded: dict[str, Any]
) -> None:
    """Of every kind that is recorded: disk, server, replication, with and without tags."""
    assert shape(listed_vault(inside, recorded)) == shape(recorded)


@pytest.mark.parametrize("recorded", VAULTS, ids=lambda vault: vault["name"])
def test_a_vault_says_what_the_recorded_one_says(inside: Reach, recorded: dict[str, Any]) -> None:
    """All that follows from what it is and holds; only times, users and projects are its own."""
    own = {"created_at", "user_id", "project_id"}

    listed = listed_vault(inside, recorded)

    assert {n: v for n, v in listed.items() if n not in own} == {
        n: v for n, v in recorded.items() if n not in own
    }


def test_a_restore_point_has_the_recorded_names_types_and_nulls(inside: Reach) -> None:
    """As the backup of a server, the nearest kind that is recorded."""
    sync(inside.cbr())

    listed = inside.cbr().list_backups(ListBackupsRequest()).to_json_object()

    assert shape_of_lists(listed) == shape_of_lists(RECORDED["backups"])
    assert {json.dumps(shape(b), sort_keys=True) for b in listed["backups"]} == {
        json.dumps(shape(b), sort_keys=True) for b in RECORDED["backups"]["backups"]
    }


def test_what_stands_around_a_list_is_as_recorded(inside: Reach) -> None:
    """Count, limit and offset; of policies, of which there are none, the whole answer."""
    vaults = inside.cbr().list_vault(ListVaultRequest(limit=100, offset=0)).to_json_object()
    policies = inside.cbr().list_policies(ListPoliciesRequest(vault_id=VAULT)).to_json_object()

    assert shape_of_lists(vaults) == shape_of_lists(RECORDED["vaults"])
    assert (vaults["limit"], vaults["offset"]) == (100, 0)
    assert policies == RECORDED["policies"]


def test_tags_set_in_a_batch_are_answered_as_recorded(inside: Reach) -> None:
    """200 with an empty object, and the tags are there."""
    request = BatchCreateAndDeleteVaultTagsRequest(vault_id=VAULT, body=RECORDED["set_tags"])

    answer = inside.cbr().batch_create_and_delete_vault_tags(request)

    assert (answer.status_code, answer.to_json_object()) == (200, RECORDED["tags"])
    assert {"1": "1", "2": "2"}.items() <= inside.cloud.cbr().vaults[VAULT].tags.items()
