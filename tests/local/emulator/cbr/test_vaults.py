"""Vaults are created, changed, tagged and deleted."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from huaweicloudsdkcbr.v1 import (
    BatchCreateAndDeleteVaultTagsRequest,
    CreateVaultRequest,
    CreateVaultTagsRequest,
    DeleteVaultRequest,
    DeleteVaultTagRequest,
    ListBackupsRequest,
    ListVaultRequest,
    ShowVaultProjectTagRequest,
    ShowVaultRequest,
    ShowVaultTagRequest,
    UpdateVaultRequest,
)
from huaweicloudsdkcore.exceptions.exceptions import (
    ClientRequestException,
    ServerResponseException,
)

from local.emulator import AfterSeconds, Course
from local.emulator.sample import HYBRID_VAULTS
from tests.local.emulator.reaching import VAULT, Reach, operation_logs, sync

BILLING = {
    "cloud_type": "hybrid",
    "consistent_level": "crash_consistent",
    "object_type": "vmware",
    "protect_type": "backup",
    "size": 100,
}
SERVER = {"id": "ecs-1", "type": "OS::Nova::Server", "name": "web", "extra_info": None}


def create(reach: Reach, billing: dict[str, Any] | None = None, **vault: Any) -> Any:
    asked = {"name": "new", "resources": [], "billing": BILLING | (billing or {})} | vault
    return reach.cbr().create_vault(CreateVaultRequest(body={"vault": asked})).vault


def update(reach: Reach, vault_id: str = VAULT, **vault: Any) -> Any:
    request = UpdateVaultRequest(vault_id=vault_id, body={"vault": vault})
    return reach.cbr().update_vault(request).vault


def refusal(caught: pytest.ExceptionInfo[ClientRequestException]) -> tuple[int, str]:
    return caught.value.status_code, caught.value.error_code.removeprefix("BackupService.")


def test_a_created_vault_is_there_and_can_be_synchronised(reach: Reach) -> None:
    """With what was asked for, and CBR's defaults for the rest."""
    made = create(reach, tags=[{"key": "sync", "value": "nightly"}], description=None)

    shown = reach.cbr().show_vault(ShowVaultRequest(made.id)).vault
    assert (shown.name, shown.billing.size, shown.billing.cloud_type) == ("new", 100, "hybrid")
    assert (shown.threshold, shown.smn_notify, shown.locked) == (80, True, False)
    assert [(tag.key, tag.value) for tag in shown.tags] == [("sync", "nightly")]
    assert sync(reach.cbr(), made.id).vault_id == made.id


def test_a_created_vault_is_bound_to_its_resources(inside: Reach) -> None:
    """They find it in the list."""
    made = create(inside, {"object_type": "server", "cloud_type": "public"}, resources=[SERVER])

    (found,) = inside.cbr().list_vault(ListVaultRequest(resource_ids="ecs-1")).vaults
    assert (found.id, found.resources[0].name) == (made.id, "web")


@pytest.mark.parametrize(
    ("vault", "expected"),
    [
        ({"name": ""}, (400, "9900")),
        ({"name": "x" * 65}, (400, "9900")),
        ({"name": "what?"}, (400, "9900")),
        ({"resources": None}, (400, "9900")),
        ({"resources": [SERVER]}, (400, "6102")),
        ({"resources": [{"type": "OS::Nova::Server"}]}, (400, "9900")),
        ({"billing": {"size": None}}, (400, "9900")),
        ({"billing": BILLING | {"size": 9}}, (400, "9900")),
        ({"billing": BILLING | {"size": True}}, (400, "9900")),
        ({"billing": BILLING | {"protect_type": "hybrid"}}, (400, "9900")),
        ({"billing": BILLING | {"object_type": None}}, (400, "9900")),
        ({"tags": []}, (400, "9900")),
        ({"tags": [{"key": "k", "value": "v"}] * 2}, (400, "9900")),
        ({"tags": [{"key": "k"}]}, (400, "9900")),
        ({"tags": [{"key": "k=", "value": "v"}]}, (400, "9900")),
        ({"threshold": 101}, (400, "9900")),
        ({"auto_bind": "yes"}, (400, "9900")),
        ({"demand_billing": True}, (400, "9900")),
        ({"backup_policy_id": VAULT}, (400, "6136")),
        ({"billing": BILLING | {"cloud_type": "public"}, "backup_policy_id": VAULT}, (404, "6000")),
    ],
    ids=str,
)
def test_a_vault_that_cannot_be_is_refused(
    inside: Reach, vault: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With CBR's code, and none is made."""
    with pytest.raises(ClientRequestException) as caught:
        create(inside, **vault)

    assert refusal(caught) == expected
    assert len(inside.cloud.cbr().vaults) == 5


def test_null_is_a_field_that_was_left_out(inside: Reach) -> None:
    """Some clients send it for whatever their caller did not give."""
    optional = (
        "auto_bind auto_expand availability_zone backup_name_prefix backup_policy_id bind_rules "
        "demand_billing description enterprise_project_id locked smn_notify "
        "sys_lock_source_service tags threshold"
    )
    nothing = dict.fromkeys(optional.split())

    made = create(inside, {"charging_mode": None, "is_multi_az": None}, **nothing)

    assert (made.threshold, made.tags, made.locked, made.description) == (80, [], False, None)
    assert update(inside, made.id, name=None, billing=None, **nothing).name == "new"


def test_a_resource_is_in_one_vault_once(inside: Reach) -> None:
    """6104 twice in one, 6103 in another."""
    servers = {"object_type": "server", "cloud_type": "public"}
    with pytest.raises(ClientRequestException, match=r"BackupService\.6104"):
        create(inside, servers, resources=[SERVER, SERVER])
    create(inside, servers, resources=[SERVER])

    with pytest.raises(ClientRequestException, match=r"BackupService\.6103"):
        create(inside, servers, resources=[SERVER])


def test_a_vault_paid_in_advance_is_refused_honestly(inside: Reach) -> None:
    """501: nothing could bill it."""
    with pytest.raises(ServerResponseException, match=r"pre_paid is not emulated"):
        create(inside, {"charging_mode": "pre_paid"})


def test_an_update_changes_what_it_names(reach: Reach) -> None:
    """And answers the vault as it is now."""
    changed = update(reach, name="renamed", threshold=90, billing={"size": 2000}, auto_expand=None)

    assert (changed.name, changed.threshold, changed.billing.size) == ("renamed", 90, 2000)
    assert reach.cbr().show_vault(ShowVaultRequest(VAULT)).vault.to_dict() == changed.to_dict()
    assert {tag.key for tag in changed.tags} == {"sync", "site"}


@pytest.mark.parametrize(
    "change", [{"name": "?"}, {"threshold": 0}, {"billing": {"size": 1}}, {"bind_rules": []}]
)
def test_an_update_that_is_wrong_changes_nothing(inside: Reach, change: dict[str, Any]) -> None:
    """Not even what is right in it."""
    before = inside.cbr().show_vault(ShowVaultRequest(VAULT)).vault.to_dict()

    wrong: dict[str, Any] = {"auto_bind": True, "name": "renamed", **change}
    with pytest.raises(ClientRequestException, match=r"BackupService\.9900"):
        update(inside, **wrong)

    assert inside.cbr().show_vault(ShowVaultRequest(VAULT)).vault.to_dict() == before


def test_a_locked_vault_stays_locked(inside: Reach) -> None:
    """6110."""
    assert update(inside, locked=True).locked is True

    with pytest.raises(ClientRequestException, match=r"BackupService\.6110"):
        update(inside, locked=False)


def test_a_deleted_vault_is_gone_with_its_restore_points(reach: Reach) -> None:
    """Its operation logs stay, whatever they are asked for by."""
    started = sync(reach.cbr())

    assert reach.cbr().delete_vault(DeleteVaultRequest(VAULT)).status_code == 204

    with pytest.raises(ClientRequestException, match=r"BackupService\.6105"):
        reach.cbr().show_vault(ShowVaultRequest(VAULT))
    assert reach.cbr().list_backups(ListBackupsRequest()).count == 0
    logs = operation_logs(reach.cbr(), vault_id=VAULT, enterprise_project_id="0")
    assert [log.id for log in logs.operation_logs] == [started.operation_log_id]


def test_a_vault_that_is_being_synchronised_is_not_deleted(inside: Reach) -> None:
    """6111."""
    inside.cloud.course = Course(AfterSeconds(60))
    sync(inside.cbr())

    with pytest.raises(ClientRequestException, match=r"BackupService\.6111"):
        inside.cbr().delete_vault(DeleteVaultRequest(VAULT))


@pytest.mark.parametrize("operation", ["update_vault", "delete_vault", "show_vault_tag"])
def test_a_vault_that_is_not_there_is_refused(inside: Reach, operation: str) -> None:
    """404 6105; 400 9900 if the id is none."""
    kinds = {
        "update_vault": UpdateVaultRequest,
        "delete_vault": DeleteVaultRequest,
        "show_vault_tag": ShowVaultTagRequest,
    }
    for vault_id, code in ((str(uuid.uuid4()), "6105"), ("none", "9900")):
        with pytest.raises(ClientRequestException, match=code):
            getattr(inside.cbr(), operation)(kinds[operation](vault_id=vault_id))


def test_tags_are_set_shown_and_taken_away(reach: Reach) -> None:
    """One by one and in batches; a key has one value, and spaces around it do not count."""
    client = reach.cbr()

    def batch(action: str, *tags: dict[str, str]) -> None:
        body = {"action": action, "tags": list(tags)}
        client.batch_create_and_delete_vault_tags(BatchCreateAndDeleteVaultTagsRequest(VAULT, body))

    body = {"tag": {"key": " owner ", "value": " 存储 "}}
    client.create_vault_tags(CreateVaultTagsRequest(VAULT, body))
    batch("create", {"key": "sync", "value": "hourly"}, {"key": "empty", "value": ""})
    batch("delete", {"key": "site"}, {"key": "never-there"})
    client.delete_vault_tag(DeleteVaultTagRequest(key="empty", vault_id=VAULT))

    shown = client.show_vault_tag(ShowVaultTagRequest(VAULT)).tags
    assert {tag.key: tag.value for tag in shown} == {"owner": "存储", "sync": "hourly"}


def test_the_projects_tags_are_shown_with_all_their_values(inside: Reach) -> None:
    """Each key once."""
    shown = inside.cbr().show_vault_project_tag(ShowVaultProjectTagRequest()).tags

    assert {tag.key: set(tag.values) for tag in shown} == {
        "sync": {"nightly", "hourly"},
        "site": {"berlin", "munich"},
    }


def test_a_vault_has_ten_tags_at_most(inside: Reach) -> None:
    """6600; a key that is there already is no further one."""
    vault_id = list(HYBRID_VAULTS)[3]
    tags = [{"key": f"k{number}", "value": "v"} for number in range(10)]
    body = {"action": "create", "tags": tags}
    request = BatchCreateAndDeleteVaultTagsRequest(vault_id, body)
    inside.cbr().batch_create_and_delete_vault_tags(request)
    inside.cbr().batch_create_and_delete_vault_tags(request)

    with pytest.raises(ClientRequestException, match=r"BackupService\.6600"):
        inside.cbr().create_vault_tags(
            CreateVaultTagsRequest(vault_id, {"tag": {"key": "k10", "value": "v"}})
        )


def test_a_tag_that_is_not_there_cannot_be_deleted(inside: Reach) -> None:
    """404 6601."""
    with pytest.raises(ClientRequestException, match=r"BackupService\.6601"):
        inside.cbr().delete_vault_tag(DeleteVaultTagRequest(key="none", vault_id=VAULT))
