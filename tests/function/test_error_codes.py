from __future__ import annotations

from typing import Any

import pytest

from local.emulator import (
    AfterSeconds,
    AnswerLost,
    ConnectionClosed,
    ConnectionRefused,
    Course,
    CutShort,
    EmptyBody,
    Error,
    HostUnresolvable,
    HtmlAnswer,
    Latency,
    MissingResult,
    Success,
    Throttle,
    TruncatedJson,
    WrongTypes,
)
from local.emulator.sample import HYBRID_VAULTS
from tests.support.desk import Desk
from vault_sync.cloud.failures import kind_of
from vault_sync.errors import IncompleteSync, Kind

ERP = next(iter(HYBRID_VAULTS))
ATTEMPTS = 5

# Status and code as the services document them, and what the function makes of them.
TABLE: list[tuple[int, str, Kind]] = [
    (429, "APIGW.0308", Kind.THROTTLED),
    (429, "APIG.0308", Kind.THROTTLED),
    (429, "429", Kind.THROTTLED),
    (503, "503", Kind.TRANSIENT),
    (503, "APIGW.0613", Kind.TRANSIENT),
    *[
        (500, f"APIGW.{number}", Kind.TRANSIENT)
        for number in ("0601", "0605", "0606", "0608", "0609", "0611", "0705")
    ],
    (500, "BackupService.9910", Kind.TRANSIENT),
    (500, "BackupService.0002", Kind.TRANSIENT),
    (500, "SMN.0016", Kind.TRANSIENT),
    (500, "SMN.0018", Kind.TRANSIENT),
    (502, "APIGW.0201", Kind.UNKNOWN),
    (502, "APIGW.0610", Kind.UNKNOWN),
    (504, "APIGW.0201", Kind.UNKNOWN),
    (500, "APIGW.0201", Kind.UNKNOWN),
    (500, "500", Kind.UNKNOWN),
    (408, "408", Kind.UNKNOWN),
    (400, "BackupService.7302", Kind.RUNNING),
    (404, "BackupService.6105", Kind.REFUSED),
    (400, "BackupService.6105", Kind.REFUSED),
    (400, "BackupService.7300", Kind.REFUSED),
    (400, "BackupService.6112", Kind.REFUSED),
    (400, "BackupService.9900", Kind.REFUSED),
    (400, "BackupService.6136", Kind.REFUSED),
    (413, "APIGW.0201", Kind.REFUSED),
    (404, "APIGW.0101", Kind.REFUSED),
    (401, "anything", Kind.UNAUTHENTICATED),
    (401, "APIGW.0301", Kind.UNAUTHENTICATED),
    (401, "APIGW.0303", Kind.UNAUTHENTICATED),
    (401, "APIGW.0307", Kind.UNAUTHENTICATED),
    (500, "BackupService.9998", Kind.UNAUTHENTICATED),
    (403, "anything", Kind.FORBIDDEN),
    (403, "BackupService.8600", Kind.FORBIDDEN),
    *[
        (403, f"APIGW.{number}", Kind.FORBIDDEN)
        for number in ("0302", "0304", "0306", "0310", "0802")
    ],
    *[
        (403, f"SMN.{number}", Kind.FORBIDDEN)
        for number in ("0001", "0070", "0071", "0083", "0195")
    ],
    (400, "SMN.0005", Kind.REFUSED),
    (404, "SMN.0006", Kind.REFUSED),
]


@pytest.mark.parametrize(("status", "code", "kind"), TABLE)
def test_an_answer_is_classified_by_its_code_first(status: int, code: str, kind: Kind) -> None:
    """The decision table: codes win over statuses, a 401 wins over codes."""
    assert kind_of(status, code) is kind


ENDS: dict[Kind, tuple[str, int]] = {
    Kind.THROTTLED: ("failed", ATTEMPTS),
    Kind.TRANSIENT: ("failed", ATTEMPTS),
    Kind.UNKNOWN: ("failed", ATTEMPTS),
    Kind.RUNNING: ("already_running", ATTEMPTS),
    Kind.REFUSED: ("rejected", 1),
    Kind.UNAUTHENTICATED: ("failed", 1),
    Kind.FORBIDDEN: ("failed", 1),
}


@pytest.mark.parametrize(
    ("status", "code", "kind"), [row for row in TABLE if "." in row[1] and "SMN" not in row[1]]
)
def test_a_sync_answered_so_for_ever_ends_as_its_kind_says(
    desk: Desk, status: int, code: str, kind: Kind
) -> None:
    """Each code of the services, answered to every attempt: status, attempts, words, error."""
    desk.cloud.faults.add(Error(status, code, "As the service says."), operation="ImportCheckpoint")
    ended = desk.run({"vault_id": ERP}, {"MAX_ATTEMPTS": str(ATTEMPTS)}, timeout=300)
    expected, attempts = ENDS[kind]
    assert ended.statuses == [expected]
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == attempts
    assert ended.outcomes[0]["error"]["code"] == code
    assert ended.outcomes[0]["error"]["message"] == "As the service says."
    assert ended.outcomes[0]["error"]["request_id"]
    assert isinstance(ended.error, IncompleteSync) == (expected == "failed")


@pytest.mark.parametrize(
    "effect",
    [
        Throttle(),
        Throttle(3),
        Throttle("Mon, 21 Sep 2026 14:13:25 GMT"),
        Throttle("soon"),
        Error(503, "APIGW.0613", retry_after=4),
        Error(500, "BackupService.9910"),
        Error(502, "APIGW.0201"),
        ConnectionRefused(),
        HostUnresolvable(),
        ConnectionClosed(),
        EmptyBody(applied=False),
        HtmlAnswer(applied=False),
        TruncatedJson(applied=False),
    ],
)
@pytest.mark.parametrize("operation", ["ImportCheckpoint", "ListVault", "PublishMessage"])
def test_a_fault_that_passes_costs_time_and_nothing_else(
    desk: Desk, effect: Any, operation: str
) -> None:
    """Two faulty answers, then good ones: the vaults are synchronised once, and it is told."""
    desk.cloud.faults.add(effect, operation=operation, times=2)
    ended = desk.run({"select": {"all": True}}, timeout=300)
    assert ended.error is None
    assert ended.document["counts"] == {"started": len(HYBRID_VAULTS)}
    assert len(desk.cloud.cbr().tasks()) == len(HYBRID_VAULTS)
    assert len(desk.documents()) == 1
    assert not desk.cloud.faults.unused()


def test_a_sync_whose_answer_has_no_task_twice_is_asked_for_again(desk: Desk) -> None:
    """CBR did nothing, and the operation logs show it."""
    fault = MissingResult(applied=False)
    desk.cloud.faults.add(fault, operation="ImportCheckpoint", times=2)
    ended = desk.run({"select": {"all": True}}, timeout=300)
    assert ended.document["counts"] == {"started": len(HYBRID_VAULTS)}
    assert len(desk.cloud.cbr().tasks()) == len(HYBRID_VAULTS)


@pytest.mark.parametrize(
    "effect",
    [
        AnswerLost(),
        CutShort(),
        Latency(45.0),
        Error(502, "APIGW.0201", applied=True),
        Error(504, "APIGW.0201", applied=True),
        Error(500, "BackupService.9910", applied=True),
        MissingResult(),
        EmptyBody(),
        HtmlAnswer(),
        TruncatedJson(),
        WrongTypes(),
    ],
)
@pytest.mark.parametrize("seconds", [0.0, 600.0])
def test_a_sync_whose_answer_was_lost_is_found_and_not_asked_for_again(
    desk: Desk, effect: Any, seconds: float
) -> None:
    """It took effect: one request, one task, adopted from the operation logs."""
    if seconds:
        desk.cloud.course = Course(AfterSeconds(seconds), Success())
    desk.cloud.faults.add(effect, operation="ImportCheckpoint")
    ended = desk.run({"vault_id": ERP}, timeout=120)
    (task,) = desk.cloud.cbr().tasks(ERP)
    assert ended.statuses == ["already_running" if seconds else "started"]
    assert ended.of(ERP)["operation_log_id"] == task.id
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1
    assert ended.error is None


def test_a_refusal_that_cannot_be_read_is_not_taken_for_one(desk: Desk) -> None:
    """CBR was at it, but its code came as a number: the operation logs tell."""
    desk.cloud.course = Course(AfterSeconds(600), Success())
    begun = desk.run({"vault_id": ERP}).of(ERP)["operation_log_id"]
    desk.cloud.faults.add(WrongTypes(), operation="ImportCheckpoint", times=1)
    ended = desk.run({"vault_id": ERP})
    assert ended.statuses == ["already_running"]
    assert ended.of(ERP)["operation_log_id"] == begun


def test_a_lost_answer_that_cannot_be_looked_up_is_not_asked_for_again(desk: Desk) -> None:
    """No blind repetition: `failed` says that the outcome is unknown, and repeating is safe."""
    desk.cloud.faults.add(AnswerLost(), operation="ImportCheckpoint", name="lost")
    desk.cloud.faults.add(Error(500, "APIGW.0601"), operation="ListOpLogs", name="blind")
    ended = desk.run({"vault_id": ERP}, timeout=120)
    assert ended.statuses == ["failed"]
    assert ended.of(ERP)["error"]["code"] == "OutcomeUnknown"
    assert isinstance(ended.error, IncompleteSync)
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1
    assert len(desk.cloud.journal.calls("ListOpLogs")) == 5


def test_7302_without_a_look_is_still_running(desk: Desk) -> None:
    """CBR says that it is at it; only the task's id is missing when tasks may not be listed."""
    desk.cloud.course = Course(AfterSeconds(600), Success())
    desk.run({"vault_id": ERP})
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ListOpLogs")
    ended = desk.run({"vault_id": ERP})
    assert ended.statuses == ["already_running"]
    assert ended.of(ERP)["operation_log_id"] is None
    assert ended.of(ERP)["error"]["code"] == "BackupService.7302"
    assert ended.error is None


def test_a_transient_answer_is_repeated_even_without_permission_to_look(desk: Desk) -> None:
    """The service answered that it did nothing; looking would only have been safer."""
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ListOpLogs")
    desk.cloud.faults.add(Error(500, "APIGW.0601"), operation="ImportCheckpoint", times=1)
    ended = desk.run({"vault_id": ERP})
    assert ended.statuses == ["started"]


def test_a_listing_that_fails_keeps_a_dated_event_from_starting_what_may_have_run(
    desk: Desk,
) -> None:
    """Without the answer nobody can tell a repeated delivery from a first one."""
    desk.cloud.faults.add(Error(500, "APIGW.0601"), operation="ListOpLogs")
    ended = desk.run({"vault_id": ERP, "requested_at": "2026-09-21T14:13:00Z"}, timeout=120)
    assert ended.statuses == ["failed"]
    assert not desk.cloud.journal.calls("ImportCheckpoint")
    assert isinstance(ended.error, IncompleteSync)
    (message,) = desk.cloud.smn().messages()
    assert "may not be listed" not in str(message.text_for("email"))  # that is not why


def test_a_read_that_times_out_is_repeated_within_the_deadline(desk: Desk) -> None:
    """A listing changes nothing, so it may be asked for again at once."""
    desk.cloud.faults.add(Latency(45.0), operation="ListVault", times=1)
    ended = desk.run({"select": {"all": True}}, timeout=120)
    assert ended.document["counts"] == {"started": len(HYBRID_VAULTS)}
    assert len(desk.cloud.journal.calls("ListVault")) == 2


def test_who_waits_for_a_slot_when_the_gate_closes_waits_on(desk: Desk) -> None:
    """Slots are taken ahead of time; a 429 that comes meanwhile holds for them, too."""
    vaults = [desk.cloud.cbr().add_vault(f"more-{number}").id for number in range(12)]
    desk.cloud.faults.add(Throttle(retry_after=10), operation="ImportCheckpoint", nth=3)
    desk.run({"vault_ids": vaults}, {"MAX_CALLS_PER_SECOND": "4"})
    calls = desk.cloud.journal.calls("ImportCheckpoint")
    refused = next(entry for entry in calls if entry.status == 429)
    after = [entry.time - refused.time for entry in calls if entry.time > refused.time]
    assert len(after) == 10
    assert min(after) >= 10


def test_retry_after_is_honoured_by_every_worker(desk: Desk) -> None:
    """A 429 closes one gate: nobody calls until the time the service named is over."""
    desk.cloud.faults.add(Throttle(7), operation="ImportCheckpoint", nth=2)
    ended = desk.run({"vault_ids": list(HYBRID_VAULTS)}, timeout=120)
    assert ended.document["counts"] == {"started": 4}
    times = [entry.time for entry in desk.cloud.journal.calls("ImportCheckpoint")]
    throttled = times[1]
    assert all(time <= throttled or time >= throttled + 7 for time in times)
    assert ended.took >= 7
