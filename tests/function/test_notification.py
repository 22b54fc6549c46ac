from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from local import Error
from local.emulator.readings import Readings
from local.emulator.sample import HYBRID_VAULTS
from tests.support.desk import Desk
from vault_sync import texts
from vault_sync.advice import for_error
from vault_sync.document import Conclusion
from vault_sync.errors import ErrorDetail, NotificationFailed
from vault_sync.messages import Trigger
from vault_sync.notification import compose
from vault_sync.orders import Naming, Place
from vault_sync.outcomes import MAX_NAMINGS_SHOWN, Outcome, Status

ERP, FILES, *_ = HYBRID_VAULTS
MISSING = "00000000-0000-4000-8000-000000000000"


def conclusion(*outcomes: Outcome, name: str | None = "nightly") -> Conclusion:
    return Conclusion(
        "request-1",
        Trigger("TIMER", name),
        Place("cn-north-4", "p" * 32),
        outcomes,
        notes=("A note.",),
    )


def outcome(status: Status, number: int = 0, **fields: Any) -> Outcome:
    error = ErrorDetail("BackupService.6105", "The vault does not exist", "id-1")
    return Outcome(
        status,
        "event",
        vault_id=f"vault-{number}",
        operation_log_id=f"task-{number}" if status == "started" else None,
        error=fields.pop("error", error if status in {"rejected", "failed"} else None),
        **fields,
    )


def test_an_e_mail_says_what_is_wrong_first_and_what_to_do_about_it(desk: Desk) -> None:
    """The text a tired person reads, whole."""
    desk.run({"vault_ids": [ERP, MISSING]})
    (message,) = desk.cloud.smn().messages()
    assert message.subject == "CBR vault sync PROBLEM: 1 rejected, 1 started (cn-north-4)"
    assert message.attributes == {"outcome": "problem"}
    task = desk.cloud.cbr().tasks(ERP)[0].id
    lines = str(message.text_for("email")).splitlines()
    assert lines[:10] == [
        "CBR vault sync PROBLEM: 1 rejected, 1 started",
        "",
        "Rejected (asking again cannot help): 1",
        f"  vault {MISSING}",
        "    at event",
        "    BackupService.6105: The vault does not exist.",
        "    What to do: Check the vault id and its project; the vault is not there.",
        "",
        "Sync started: 1",
        f"  vault {ERP}  task {task}",
    ]
    assert str(message.text_for("default")) == str(message.text_for("email"))


def test_good_news_is_ok(desk: Desk) -> None:
    """The attribute lets a subscription leave it out."""
    desk.run({"vault_id": ERP})
    (message,) = desk.cloud.smn().messages()
    assert message.attributes == {"outcome": "ok"}
    assert str(message.subject).startswith("CBR vault sync OK: 1 started")


@pytest.mark.parametrize("protocol", ["http", "https", "functionstage", "functiongraph"])
def test_machines_get_the_document(desk: Desk, protocol: str) -> None:
    """Each protocol that a program reads carries the same JSON."""
    ended = desk.run({"vault_id": ERP})
    (message,) = desk.cloud.smn().messages()
    document = json.loads(str(message.text_for(protocol)))
    assert document["outcomes"] == ended.outcomes


@pytest.mark.parametrize(
    "outcomes",
    [
        [outcome("started")],
        [outcome("rejected", error=ErrorDetail("X", "[very] 【long】 " * 100))],
        [outcome("failed", number, error=ErrorDetail("Y" * 200, "z" * 300)) for number in range(9)],
        [],
    ],
)
def test_a_text_message_is_one_that_smn_accepts(outcomes: list[Outcome]) -> None:
    """At most 490 characters and none of its forbidden brackets."""
    text = texts.sms(conclusion(*outcomes))
    assert 0 < len(text) <= 490
    assert not set(text) & set("[]【】")


def test_a_subject_fits_into_512_bytes_whatever_the_names() -> None:
    """It is cut at a whole character."""
    long = Conclusion("r", Trigger("TIMER"), Place("日" * 300, "p"), [outcome("started")])
    assert len(texts.subject(long).encode()) <= 512


def test_a_large_document_is_split_into_messages_that_smn_accepts() -> None:
    """Every outcome is in exactly one part, and each part says which it is."""
    outcomes = [
        outcome("rejected", number, error=ErrorDetail("InvalidRequest", "值" * 300))
        for number in range(500)
    ]
    parts = compose(conclusion(*outcomes), "digest")
    assert len(parts) > 1
    seen = []
    for number, part in enumerate(parts, start=1):
        assert max(len(text.encode()) for text in part.texts.values()) <= 256 * 1024
        document = json.loads(part.texts["https"])
        assert document["part"] == {"number": number, "of": len(parts), "counts": {"rejected": 500}}
        assert document["counts"] == {"rejected": len(document["outcomes"])}
        assert f"part {number} of {len(parts)}" in part.texts["email"]
        seen += [one["vault_id"] for one in document["outcomes"]]
    assert seen == [one.vault_id for one in outcomes]


@pytest.mark.parametrize("measured", ["text", "message", "request"])
@pytest.mark.volume
def test_many_vaults_are_told_however_smn_measures_a_message(
    desk: Desk, measured: Literal["text", "message", "request"]
) -> None:
    """What it refuses for its size is cut until it is taken; nothing is told twice."""
    desk.cloud.readings = Readings(message_size=measured)
    ids = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(1_500)]
    ended = desk.run({"vault_ids": ids}, timeout=900)
    assert ended.error is None
    told = [one["vault_id"] for document in desk.documents() for one in document["outcomes"]]
    assert sorted(told) == sorted(ids)
    assert len(desk.documents()) > 1
    parts = [document["part"] for document in desk.documents()]
    assert {part["counts"]["started"] for part in parts} == {1_500}
    assert any("cut" in part for part in parts) == (measured != "text")


def test_a_message_too_small_to_be_cut_is_refused_for_good(desk: Desk) -> None:
    """A refusal for another reason than size is no reason to cut."""
    desk.cloud.faults.add(Error(403, "SMN.0009", "Message is invalid."), operation="PublishMessage")
    ended = desk.run({"vault_id": ERP})
    assert isinstance(ended.error, NotificationFailed)
    assert len(desk.cloud.journal.calls("PublishMessage")) == 1


def test_the_function_does_not_answer_its_own_notification(desk: Desk) -> None:
    """Subscribed to its own topic it would talk to itself for ever."""
    own = {"schema": "vault-sync/1", "outcomes": []}
    ended = desk.run({"record": [{"event_source": "smn", "smn": {"message": json.dumps(own)}}]})
    assert ended.statuses == ["rejected"]
    assert ended.outcomes[0]["error"]["code"] == "OwnNotification"
    assert not desk.cloud.journal.entries


def test_a_vault_named_very_often_still_fits_into_a_document() -> None:
    """The first places are listed, the rest are counted."""
    namings = tuple(Naming(f"records[0].messages[{number}]", None) for number in range(1_000))
    document = outcome("started", also_named=namings).as_document()
    assert len(document["also_named"]) == MAX_NAMINGS_SHOWN + 1
    assert document["also_named"][-1]["source"] == "and 950 more"


def test_a_long_list_is_cut_in_the_e_mail_only() -> None:
    """A person reads a hundred lines, and is told how many there are."""
    text = texts.email(conclusion(*[outcome("started", number) for number in range(150)]))
    assert "... and 50 more" in text
    assert "Note: A note." in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "log"),
        (ErrorDetail("APIGW.0301", ""), "agency"),
        (ErrorDetail("HTTP 403", "no"), "policy"),
        (ErrorDetail("X", "Policy doesn't allow cbr:vaults:sync to be performed"), "policy"),
        (ErrorDetail("Unheard.0001", "?"), "docs/operations.md"),
    ],
)
def test_every_error_says_what_to_do_next(error: ErrorDetail | None, words: str) -> None:
    """There is advice for any code."""
    assert words in for_error(error)
