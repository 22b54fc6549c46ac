from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from local.emulator import Error
from local.emulator.readings import Readings
from local.emulator.sample import HYBRID_VAULTS
from tests.support.desk import Desk
from vault_sync import texts
from vault_sync.envelopes import Trigger
from vault_sync.errors import ErrorDetail, NotificationFailed
from vault_sync.notification import compose
from vault_sync.orders import Mention, SyncOrder
from vault_sync.outcomes import Outcome, Status
from vault_sync.project import Project
from vault_sync.result import Result

ERP, FILES, *_ = HYBRID_VAULTS
MISSING = "00000000-0000-4000-8000-000000000000"


def conclusion(*outcomes: Outcome, name: str | None = "nightly") -> Result:
    return Result(
        "request-1",
        Trigger("TIMER", name),
        Project("cn-north-4", "p" * 32),
        list(outcomes),
        notes=["A note."],
    )


def outcome(status: Status, number: int = 0, **fields: Any) -> Outcome:
    error = ErrorDetail("BackupService.6105", "The vault does not exist", "id-1")
    order = SyncOrder(
        f"vault-{number}", Project("cn-north-4", "p"), False, False, None, Mention("event"),
        also=fields.pop("also", ()), more=fields.pop("more", 0),
    )  # fmt: skip
    return Outcome(
        status,
        order,
        f"task-{number}" if status is Status.STARTED else None,
        fields.pop("error", error if status.problem else None),
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
    assert "Fired by a direct request" in lines
    assert json.loads(str(message.text_for("default")))["summary"] == lines[0]


def test_a_returned_value_of_problems_alone_is_cut_where_functiongraph_would_not_deliver_it() -> (
    None
):
    """At most 5 MB; the counts are whole, and it says how many are in the notifications alone."""
    error = ErrorDetail("InvalidRequest", "x" * 300)
    rejected = [outcome(Status.REJECTED, number, error=error) for number in range(15_000)]
    returned = conclusion(*rejected).as_returned("summary", "urn", ["id"])
    assert len(json.dumps(returned)) <= 5 * 1024 * 1024
    assert returned["counts"] == {"rejected": 15_000}
    assert 0 < returned["left_out"] == 15_000 - len(returned["outcomes"]) < 10_000


def test_text_in_any_script_stays_readable(desk: Desk) -> None:
    """In the document, too, which is what protocols without a text of their own show."""
    desk.cloud.cbr().add_vault("财务")
    desk.run({"select": {"name": "财务"}})
    (message,) = desk.cloud.smn().messages()
    for protocol in ("default", "email"):
        assert "财务" in str(message.text_for(protocol))


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
        [outcome(Status.STARTED)],
        [outcome(Status.REJECTED, error=ErrorDetail("X", "[very] 【long】 " * 100))],
        [
            outcome(Status.FAILED, number, error=ErrorDetail("Y" * 200, "z" * 300))
            for number in range(9)
        ],
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
    long = Result("r", Trigger("TIMER"), Project("日" * 300, "p"), [outcome(Status.STARTED)])
    assert len(texts.subject(long).encode()) <= 512


def test_a_large_document_is_split_into_messages_that_smn_accepts() -> None:
    """Every outcome is in exactly one part, and each part says which it is."""
    outcomes = [
        outcome(Status.REJECTED, number, error=ErrorDetail("InvalidRequest", "值" * 300))
        for number in range(500)
    ]
    parts = list(compose(conclusion(*outcomes), "digest"))
    assert len(parts) > 1
    seen = []
    for number, part in enumerate(parts, start=1):
        texts_of = json.loads(part.message_structure)
        assert len(json.dumps(json.dumps(texts_of))) <= 256 * 1024
        document = json.loads(texts_of["default"])
        assert document["part"] == {"number": number, "of": len(parts), "counts": {"rejected": 500}}
        assert document["counts"] == {"rejected": len(document["outcomes"])}
        assert f"part {number} of {len(parts)}" in texts_of["email"]
        seen += [one["vault_id"] for one in document["outcomes"]]
    assert seen == [f"vault-{number}" for number in range(500)]


@pytest.mark.parametrize("others", [0, 1])
def test_one_item_is_never_cut_however_large(others: int) -> None:
    """It has a message to itself; there is none about nothing before it."""
    large = outcome(Status.REJECTED, 0, error=ErrorDetail("InvalidRequest", "x" * 300_000))
    small = [outcome(Status.REJECTED, number + 1) for number in range(others)]
    parts = list(compose(conclusion(large, *small), "digest"))
    told = [json.loads(json.loads(part.message_structure)["default"]) for part in parts]
    assert [len(document["outcomes"]) for document in told] == [1] * (others + 1)


def test_a_message_holds_the_document_once() -> None:
    """So 200 outcomes are one message, failed ones with their reasons included."""
    outcomes = [outcome(Status.FAILED, number) for number in range(200)]
    assert len(list(compose(conclusion(*outcomes), "digest"))) == 1


@pytest.mark.parametrize("measured", ["text", "message", "request"])
@pytest.mark.volume
def test_many_vaults_are_told_however_smn_measures_a_message(
    desk: Desk, measured: Literal["text", "message", "request"]
) -> None:
    """SMN takes each part at once; nothing is told twice."""
    desk.cloud.readings = Readings(message_size=measured)
    ids = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(1_500)]
    ended = desk.run({"vault_ids": ids}, timeout=900)
    assert ended.error is None
    told = [one["vault_id"] for document in desk.documents() for one in document["outcomes"]]
    assert sorted(told) == sorted(ids)
    assert len(desk.documents()) > 1
    assert len(desk.cloud.journal.calls("PublishMessage")) == len(desk.documents())
    assert {one["part"]["counts"]["started"] for one in desk.documents()} == {1_500}


def test_a_message_that_smn_refuses_is_not_sent_again(desk: Desk) -> None:
    """Asking again cannot help."""
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
    mentions = tuple(Mention(f"records[0].messages[{number}]") for number in range(50))
    document = outcome(Status.STARTED, also=mentions, more=950).as_document()
    assert len(document["also_named"]) == 51
    assert document["also_named"][-1]["source"] == "and 950 more"


def test_a_long_list_is_cut_in_the_e_mail_only() -> None:
    """A person reads a hundred lines, and is told how many there are."""
    text = texts.email(conclusion(*[outcome(Status.STARTED, number) for number in range(150)]))
    assert "... and 50 more" in text
    assert "Note: A note." in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "log"),
        (ErrorDetail("APIGW.0301", ""), "agency"),
        (ErrorDetail("HTTP 403", "no"), "policy"),
        (ErrorDetail("X", "Policy doesn't allow cbr:vaults:sync to be performed"), "policy"),
        (ErrorDetail("Unheard.0001", "?"), "docs/when-a-problem-mail-comes.md"),
    ],
)
def test_every_error_says_what_to_do_next(error: ErrorDetail | None, words: str) -> None:
    """There is advice for any code."""
    assert words in texts.advice(error)
