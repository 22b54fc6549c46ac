"""Every operation, driven by the official SDK, in process and over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from huaweicloudsdkcbr.v1 import (
    ListOpLogsRequest,
    ListVaultRequest,
    ShowOpLogRequest,
    ShowVaultRequest,
    ShowVaultResourceInstancesRequest,
    TagsReq,
    VaultResourceInstancesReq,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdksmn.v2 import ListTopicsRequest, MessageAttribute

from local.emulator.sample import (
    ACCESS_KEY,
    HYBRID_VAULTS,
    PROJECT_ID,
    PUBLIC_VAULT,
    SECRET_KEY,
    TOPIC_URN,
)
from tests.local.emulator.reaching import VAULT, Reach, operation_logs, publish, sync

if TYPE_CHECKING:
    import pytest


def test_a_sync_is_answered_with_its_operation_log_and_vault(reach: Reach) -> None:
    """ImportCheckpoint starts a task and answers its id and the vault's."""
    answer = sync(reach.cbr())

    (task,) = reach.cloud.cbr().tasks(VAULT)
    assert (answer.operation_log_id, answer.vault_id) == (task.id, VAULT)
    assert task.auto_trigger is True


def test_an_operation_log_shows_the_sync(reach: Reach) -> None:
    """ShowOpLog gives every field the model requires, times without a zone, counts of points."""
    client = reach.cbr()
    started = sync(client)

    log = client.show_op_log(ShowOpLogRequest(started.operation_log_id)).operation_log

    assert (log.id, log.operation_type, log.status) == (started.operation_log_id, "sync", "success")
    assert (log.vault_id, log.vault_name, log.project_id) == (VAULT, "prod-erp", PROJECT_ID)
    assert log.created_at == log.started_at == log.ended_at == "2026-11-23T08:00:00.000000"
    assert (log.error_info.code, log.error_info.message) == ("", "")
    assert log.extra_info.sync.sync_backup_num == 3
    assert log.extra_info.common.progress == 100


def test_operation_logs_are_listed_with_their_count(reach: Reach) -> None:
    """ListOpLogs gives the page and the number of all."""
    client = reach.cbr()
    ids = [sync(client, vault_id).operation_log_id for vault_id in HYBRID_VAULTS]

    page = client.list_op_logs(ListOpLogsRequest(operation_type="sync", limit=3))

    assert page.count == len(ids)
    assert {log.id for log in page.operation_logs} < set(ids)
    assert len(page.operation_logs) == 3


def test_vaults_are_listed_and_tell_hybrid_from_public(reach: Reach) -> None:
    """ListVault gives billing.cloud_type, the field that makes a vault hybrid."""
    listed = reach.cbr().list_vault(ListVaultRequest())

    kinds = {vault.id: vault.billing.cloud_type for vault in listed.vaults}
    assert kinds == {**dict.fromkeys(HYBRID_VAULTS, "hybrid"), PUBLIC_VAULT: "public"}
    assert listed.count == 5


def test_a_vault_is_shown_with_its_tags(reach: Reach) -> None:
    """ShowVault gives name, tags, status and bucket."""
    vault = reach.cbr().show_vault(ShowVaultRequest(VAULT)).vault

    assert (vault.name, vault.billing.status) == ("prod-erp", "available")
    assert {tag.key: tag.value for tag in vault.tags} == {"sync": "nightly", "site": "berlin"}
    assert vault.billing.storage_unit == f"bucket-{VAULT}"


def test_vaults_are_found_by_tags(reach: Reach) -> None:
    """ShowVaultResourceInstances finds the vaults with a tag, with their details."""
    body = VaultResourceInstancesReq(
        action="filter",
        limit="10",
        offset="0",
        cloud_type="hybrid",
        tags=[TagsReq(key="sync", values=["nightly"])],
    )

    found = reach.cbr().show_vault_resource_instances(ShowVaultResourceInstancesRequest(body=body))

    assert {r.resource_name for r in found.resources} == {"prod-erp", "prod-files"}
    assert found.total_count == 2
    assert found.resources[0].resource_detail.vault.billing.cloud_type == "hybrid"


def test_a_message_is_published_as_it_was_written(reach: Reach) -> None:
    """PublishMessage takes subject, structure and attributes, in any script."""
    structure = json.dumps({"default": "Vault 上海 synchronised", "sms": "ok"})

    answer = publish(
        reach.smn(),
        subject="Sicherung geprüft 上海",
        message_structure=structure,
        message_attributes=[MessageAttribute(name="outcome", type="STRING", value="ok")],
    )

    (message,) = reach.cloud.smn().messages(TOPIC_URN)
    assert answer.message_id == message.id
    assert answer.request_id == reach.cloud.journal.entries[-1].request_id
    assert message.subject == "Sicherung geprüft 上海"
    assert message.text_for("sms") == "ok"
    assert message.text_for("email") == "Vault 上海 synchronised"
    assert message.attributes == {"outcome": "ok"}


def test_topics_are_listed(reach: Reach) -> None:
    """ListTopics gives each topic's URN."""
    listed = reach.smn().list_topics(ListTopicsRequest(offset=0, limit=10))

    assert [topic.topic_urn for topic in listed.topics] == [TOPIC_URN]
    assert listed.topic_count == 1


def test_the_sdk_finds_the_project_of_a_region(
    reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a project id the SDK asks IAM for the project that bears the region's name."""
    monkeypatch.setattr(BasicCredentials, "_CACHE", {}, raising=False)
    from huaweicloudsdkcbr.v1 import CbrClient  # noqa: PLC0415 - beside what it is used for
    from huaweicloudsdkcore.http.http_config import HttpConfig  # noqa: PLC0415
    from huaweicloudsdkcore.region.region import Region  # noqa: PLC0415

    credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY)
    if reach.url is not None:
        credentials = credentials.with_iam_endpoint(reach.url)
    client = (
        CbrClient.new_builder()
        .with_http_config(HttpConfig(user_agent="test"))
        .with_credentials(credentials)
        .with_region(Region("cn-north-4", reach.endpoint("cbr")))
        .build()
    )
    reach.closing.callback(client.close)

    assert operation_logs(client).count == 0
    assert [entry.operation for entry in reach.cloud.journal] == [
        "KeystoneListProjects",
        "ListOpLogs",
    ]
    assert reach.cloud.journal.entries[1].project_id == PROJECT_ID
