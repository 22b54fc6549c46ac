"""When a call is made again, when it is not, and what ends a run."""

from __future__ import annotations

import itertools
import json

import pytest

from local.emulator import AnswerLost, Error, Latency
from local.emulator.sample import HYBRID_VAULTS
from tests.support.desk import Desk
from tests.support.events import timer
from vault_sync.errors import IncompleteSync, NotificationFailed

ERP, FILES, MAIL, LAB = HYBRID_VAULTS


def test_refused_credentials_end_the_run_at_the_first_answer(desk: Desk) -> None:
    """Five bad signatures lock an access key: one call, no notification, and an error."""
    desk.credentials["secret_key"] = "wrong"
    ended = desk.run({"vault_ids": [ERP, FILES, MAIL, LAB]}, {"MAX_CONCURRENCY": "4"})
    assert isinstance(ended.error, NotificationFailed)
    assert isinstance(ended.error, IncompleteSync)
    assert ended.statuses == ["failed"] * 4
    assert len(desk.cloud.journal) == 1
    assert {one["error"]["code"] for one in ended.outcomes} == {"APIGW.0301"}


def test_a_missing_permission_ends_that_operation_only(desk: Desk) -> None:
    """403 on the sync: no vault after the first is tried, and the topic is told."""
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ImportCheckpoint")
    ended = desk.run({"vault_ids": [ERP, FILES, MAIL, LAB]}, {"MAX_CONCURRENCY": "1"})
    assert isinstance(ended.error, IncompleteSync)
    assert ended.statuses == ["failed"] * 4
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1
    assert len(desk.documents()) == 1


def test_without_permission_to_list_tasks_it_says_so_once_and_goes_on(desk: Desk) -> None:
    """Adoption is impossible then; the syncs are not."""
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ListOpLogs")
    ended = desk.run(timer(json.dumps({"vault_ids": [ERP, FILES]})))
    assert ended.statuses == ["started", "started"]
    assert len(desk.cloud.journal.calls("ListOpLogs")) == 1
    warnings = [line for line in ended.log if line["level"] == "WARNING"]
    assert len(warnings) == 1
    assert "cbr:tasks:list" in warnings[0]["message"]
    (message,) = desk.cloud.smn().messages()
    assert "Note: operation logs may not be listed" in str(message.text_for("email"))


def test_a_permission_missed_only_when_an_answer_was_lost_is_said_and_not_asked_for_again(
    desk: Desk,
) -> None:
    """A bare request has no time, so the logs are looked at for lost answers alone."""
    desk.cloud.faults.add(AnswerLost(), operation="ImportCheckpoint")
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ListOpLogs")
    ended = desk.run({"vault_ids": [ERP, FILES, MAIL]}, {"MAX_CONCURRENCY": "1"})
    assert {one["error"]["code"] for one in ended.outcomes} == {"OutcomeUnknown"}
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 3
    assert len(desk.cloud.journal.calls("ListOpLogs")) == 1
    (message,) = desk.cloud.smn().messages()
    assert "allow cbr:tasks:list" in str(message.text_for("email"))


def test_what_cbr_may_have_begun_is_not_asked_for_again_where_the_logs_cannot_be_read(
    desk: Desk,
) -> None:
    """A 503 does not say that nothing was begun, and neither does a listing that fails."""
    desk.cloud.faults.add(Error(503, "BackupService.9910"), operation="ImportCheckpoint")
    desk.cloud.faults.add(Error(500, "BackupService.0002"), operation="ListOpLogs")
    ended = desk.run({"vault_id": ERP})
    assert ended.of(ERP)["error"]["code"] == "OutcomeUnknown"
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1


@pytest.mark.parametrize("code", ["BackupService.9910", "APIGW.0106"])
def test_a_pause_that_does_not_fit_ends_the_attempts(desk: Desk, code: str) -> None:
    """Asked again without it, CBR would be asked while it says that it cannot."""
    busy = Error(503, code, retry_after=40)
    desk.cloud.faults.add(busy, operation="ImportCheckpoint")
    ended = desk.run({"vault_id": ERP}, timeout=30.0)
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1
    assert ended.of(ERP)["error"]["code"] == code


@pytest.mark.parametrize("operation", ["ListVault", "ImportCheckpoint", "PublishMessage"])
def test_what_a_503_asks_to_wait_is_waited_out(desk: Desk, operation: str) -> None:
    """By every operation, before each further attempt."""
    desk.cloud.faults.add(Error(503, "APIGW.0106", retry_after=7), operation=operation, times=2)
    ended = desk.run({"select": {"name": "prod-erp"}})
    assert ended.statuses == ["started"]
    moments = [entry.time for entry in desk.cloud.journal.calls(operation)]
    assert len(moments) == 3
    assert all(later - earlier >= 7 for earlier, later in itertools.pairwise(moments))


def test_what_the_deadline_leaves_over_is_deferred(desk: Desk) -> None:
    """Nothing is sent for it, the topic is told in time, and the error asks for a repetition."""
    desk.cloud.faults.add(Latency(4.0), operation="ImportCheckpoint")
    ended = desk.run({"vault_ids": [ERP, FILES, MAIL, LAB]}, {"MAX_CONCURRENCY": "1"}, timeout=12.5)
    assert ended.statuses == ["started", "started", "failed", "deferred"]
    assert ended.of(MAIL)["error"]["code"] == "OutcomeUnknown"
    assert isinstance(ended.error, IncompleteSync)
    assert ended.took < 12.5
    assert not desk.cloud.journal.calls("ImportCheckpoint", vault_id=LAB)
    assert len(desk.documents()) == 1


def test_a_function_with_no_time_at_all_says_what_to_raise(desk: Desk) -> None:
    """FunctionGraph's default timeout of 3 s is the reserve: everything is deferred."""
    ended = desk.run({"vault_id": ERP}, timeout=3.0)
    assert ended.statuses == ["deferred"]
    assert "timeout" in ended.outcomes[0]["error"]["message"]
    ended = desk.run({"select": {"all": True}}, timeout=3.0)
    assert ended.statuses == ["deferred"]
    ended = desk.run(timer(json.dumps({"vault_id": ERP})), timeout=3.0)
    assert ended.statuses == ["deferred"]
    assert [entry.operation for entry in desk.cloud.journal] == ["PublishMessage"] * 3


def test_what_ended_the_run_is_said_at_once_whatever_the_pace(desk: Desk) -> None:
    """Nobody waits for a turn at a call that will not be made."""
    desk.credentials["secret_key"] = "wrong"
    ids = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(100)]
    ended = desk.run({"vault_ids": ids}, {"MAX_CALLS_PER_SECOND": "2"}, timeout=10.0)
    assert ended.document["counts"] == {"failed": 100}
    assert ended.took < 1


@pytest.mark.volume
def test_the_first_signed_call_goes_out_alone_even_when_it_is_the_notification(
    desk: Desk,
) -> None:
    """Five bad signatures lock the key, whoever makes them."""
    desk.credentials["secret_key"] = "wrong"
    ids = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(3_000)]
    ended = desk.run({"vault_ids": ids, "dry_run": True})
    assert isinstance(ended.error, NotificationFailed)
    assert len(desk.cloud.journal) == 1
