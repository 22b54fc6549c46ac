from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from local.emulator import AfterSeconds, Course, Error, Latency, Success
from local.emulator.readings import Readings
from local.emulator.sample import HYBRID_VAULTS, PROJECT_ID, PUBLIC_VAULT, REGION, TOPIC_URN
from tests.support.desk import Desk
from tests.support.events import kafka, timer
from vault_sync.errors import ConfigurationError, IncompleteSync, NotificationFailed

ERP, FILES, MAIL, LAB = HYBRID_VAULTS
MISSING = "00000000-0000-4000-8000-000000000000"


def test_a_timer_synchronises_its_vault_and_tells_the_topic(desk: Desk) -> None:
    """The whole way: an event, a sync in CBR, a document returned, published and logged."""
    ended = desk.run(timer(json.dumps({"vault_id": ERP})))
    assert ended.result is not None
    (task,) = desk.cloud.cbr().tasks(ERP)
    assert task.auto_trigger
    assert ended.result["schema"] == "vault-sync/1"
    assert ended.result["trigger"] == {
        "type": "TIMER",
        "name": "nightly",
        "time": "2026-09-21T14:13:00Z",
    }
    assert (ended.result["region"], ended.result["project_id"]) == (REGION, PROJECT_ID)
    assert ended.result["counts"] == {"started": 1}
    assert ended.result["outcomes"] == [
        {
            "vault_id": ERP,
            "project_id": PROJECT_ID,
            "region": REGION,
            "status": "started",
            "operation_log_id": task.id,
            "auto_trigger": True,
            "source": "user_event",
            "correlation_id": None,
            "error": None,
        }
    ]
    (message,) = desk.cloud.smn().messages()
    assert ended.result["notification"] == {"topic_urn": TOPIC_URN, "message_ids": [message.id]}


def test_result_notification_and_final_log_line_are_one_document(desk: Desk) -> None:
    """What is returned is what is published and what is logged."""
    ended = desk.run({"vault_ids": [ERP, MISSING], "correlation_id": "ticket 7"})
    assert ended.result is not None
    document = {key: value for key, value in ended.result.items() if key != "notification"}
    assert desk.documents() == [document]
    assert {key: ended.document[key] for key in document} == document
    assert ended.log[-1] == ended.document
    assert all(line["request_id"] == document["invocation_id"] for line in ended.log)


@pytest.mark.volume
def test_a_message_in_ten_broken_ways_leaves_the_others_alone(desk: Desk) -> None:
    """200 messages, 20 of them broken: 180 right outcomes, 20 rejected, one notification."""
    desk.cloud.readings = Readings(message_size="text")
    vaults = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(180)]
    broken: list[Any] = [
        "not json",
        "",
        '{"vault_id": 7}',
        '{"vault_ids": {"a": 1}}',
        '{"vault_id": "x", "vualt": true}',
        "{}",
        "x" * 1_000_000,
        "[" * 50_000,
        "null",
        5,
        [],
        {"select": {"all": "yes"}},
        {"vault_id": ""},
        '{"vault_id": NaN}',
        '{"vault_id": "a", "vault_id": "b"}',
        '{"vault_id": "x", "project_id": "elsewhere"}',
        '{"select": {"name": "no-such-*"}}',
        '{"vault_id": "x", "requested_at": "yesterday"}',
        json.dumps({"vault_id": MISSING}),
        json.dumps({"vault_id": PUBLIC_VAULT}),
    ]
    messages: list[Any] = [json.dumps({"vault_id": vault}) for vault in vaults]
    for number, message in enumerate(broken):
        messages.insert(number * 10, message)
    ended = desk.run(kafka(*messages))
    assert ended.error is None
    assert ended.document["counts"] == {"started": 180, "rejected": 20}
    rejected = [one for one in ended.outcomes if one["status"] == "rejected"]
    assert [one["source"] for one in rejected] == [
        f"records[0].messages[{number * 10}]" for number in range(20)
    ]
    assert all(one["error"]["message"] for one in rejected)
    assert [one["vault_id"] for one in ended.outcomes if one["status"] == "started"] == vaults
    (document,) = desk.documents()
    assert document["outcomes"] == ended.outcomes
    asked = Counter(entry.vault_id for entry in desk.cloud.journal.calls("ImportCheckpoint"))
    assert asked == dict.fromkeys([*vaults, MISSING, PUBLIC_VAULT], 1)


def test_a_vault_named_again_is_one_sync_and_one_outcome(desk: Desk) -> None:
    """Its further places in the event are told with it."""
    ended = desk.run(
        kafka(
            json.dumps({"vault_id": ERP, "correlation_id": "a"}),
            json.dumps({"vault_ids": [FILES, ERP], "correlation_id": "b"}),
            json.dumps({"select": {"name": "prod-erp"}, "correlation_id": "c"}),
        )
    )
    assert ended.statuses == ["started", "started"]
    assert ended.of(ERP)["also_named"] == [
        {"source": "records[0].messages[1]", "correlation_id": "b"},
        {"source": "records[0].messages[2]", "correlation_id": "c"},
    ]
    assert "also_named" not in ended.of(FILES)
    assert len(desk.cloud.cbr().tasks()) == 2


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ({"all": True}, {ERP, FILES, MAIL, LAB}),
        ({"name": "prod-*"}, {ERP, FILES, MAIL}),
        ({"name": "test-lab"}, {LAB}),
        ({"tags": {"sync": ["nightly"]}}, {ERP, FILES}),
        ({"tags": {"sync": ["nightly", "hourly"], "site": ["berlin"]}}, {ERP, MAIL}),
    ],
)
def test_a_selection_finds_the_hybrid_vaults_it_means(
    desk: Desk, select: dict[str, Any], expected: set[str]
) -> None:
    """By all, by name, by tags; a public vault is never among them."""
    ended = desk.run({"select": select})
    assert {one["vault_id"] for one in ended.outcomes} == expected
    assert set(ended.statuses) == {"started"}


@pytest.mark.volume
def test_a_selection_reads_every_page(desk: Desk) -> None:
    """2,500 vaults are three pages of a list, and each vault is synchronised once."""
    for number in range(2_500):
        desk.cloud.cbr().add_vault(f"many-{number}", tags={"many": "yes"})
    ended = desk.run({"select": {"name": "many-*"}, "dry_run": True})
    assert ended.document["counts"] == {"would_start": 2_500}
    assert len(desk.cloud.journal.calls("ListVault")) == 3
    ended = desk.run({"select": {"tags": {"many": ["yes"]}}, "dry_run": True})
    assert ended.document["counts"] == {"would_start": 2_500}
    assert len(desk.cloud.journal.calls("ShowVaultResourceInstances")) == 3


def test_a_selection_without_a_match_is_said(desk: Desk) -> None:
    """Nothing is passed over in silence."""
    ended = desk.run({"select": {"name": "cloud-servers"}})
    assert ended.statuses == ["rejected"]
    assert ended.outcomes[0]["error"]["code"] == "EmptySelection"
    assert "cloud-servers" in ended.outcomes[0]["error"]["message"]


def test_a_selection_that_cannot_be_listed_fails_and_the_rest_goes_on(desk: Desk) -> None:
    """A 403 ends the listings, not the syncs."""
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ListVault")
    ended = desk.run(kafka('{"select": {"all": true}}', json.dumps({"vault_id": ERP})))
    assert ended.statuses == ["failed", "started"]
    assert ended.outcomes[0]["project_id"] == PROJECT_ID
    assert isinstance(ended.error, IncompleteSync)
    assert len(desk.documents()) == 1


def test_a_repeated_delivery_starts_nothing(desk: Desk) -> None:
    """What started after the event's own time is adopted: done, or still running."""
    desk.cloud.cbr().vaults[FILES].courses = [Course(AfterSeconds(600), Success())]
    event = timer(json.dumps({"vault_ids": [ERP, FILES]}))
    first, again = desk.run(event), desk.run(event)
    assert first.statuses == ["started", "started"]
    assert again.statuses == ["already_done", "already_running"]
    assert again.of(ERP)["operation_log_id"] == first.of(ERP)["operation_log_id"]
    assert again.of(FILES)["operation_log_id"] == first.of(FILES)["operation_log_id"]
    assert len(desk.cloud.cbr().tasks()) == 2


def test_a_sync_from_before_the_event_is_none_of_its_own(desk: Desk) -> None:
    """A later tick of the same timer synchronises again."""
    desk.run(timer(json.dumps({"vault_id": ERP})))
    desk.time.sleep(3600)
    ended = desk.run(timer(json.dumps({"vault_id": ERP}), time="2026-09-21T15:13:00Z"))
    assert ended.statuses == ["started"]


def test_a_bare_request_without_a_time_is_done_each_time(desk: Desk) -> None:
    """Somebody who asks again by hand wants it again; with `requested_at` it is a repetition."""
    assert desk.run({"vault_id": ERP}).statuses == ["started"]
    assert desk.run({"vault_id": ERP}).statuses == ["started"]
    repeated = {"vault_id": ERP, "requested_at": "2026-09-21T22:13:20+08:00"}
    assert desk.run(repeated).statuses == ["already_done"]


def test_a_sync_that_runs_already_is_adopted(desk: Desk) -> None:
    """7302 is no failure: the running task is found and told."""
    desk.cloud.cbr().vaults[ERP].courses = [Course(AfterSeconds(600), Success())]
    first = desk.run({"vault_id": ERP})
    desk.time.sleep(60)
    again = desk.run({"vault_id": ERP})
    assert again.statuses == ["already_running"]
    assert again.of(ERP)["operation_log_id"] == first.of(ERP)["operation_log_id"]
    assert again.error is None


@pytest.mark.parametrize("how", ["request", "setting"])
def test_a_dry_run_starts_nothing_and_tells_what_it_would(desk: Desk, how: str) -> None:
    """DRY_RUN or `dry_run`: decide and report."""
    if how == "setting":
        ended = desk.run({"vault_id": ERP}, {"DRY_RUN": "true"})
    else:
        ended = desk.run({"vault_id": ERP, "dry_run": True})
    assert ended.statuses == ["would_start"]
    assert not desk.cloud.cbr().tasks()
    assert not desk.cloud.journal.calls("ImportCheckpoint")
    assert len(desk.documents()) == 1


def test_a_timer_without_a_request_uses_the_default(desk: Desk) -> None:
    """DEFAULT_REQUEST is what a timer without additional information asks for."""
    ended = desk.run(timer(""), {"DEFAULT_REQUEST": json.dumps({"vault_id": ERP})})
    assert ended.statuses == ["started"]
    assert ended.outcomes[0]["source"] == "DEFAULT_REQUEST"
    ended = desk.run(timer(""))
    assert ended.statuses == ["rejected"]
    assert "DEFAULT_REQUEST" in ended.outcomes[0]["error"]["message"]


def test_an_event_of_nothing_but_bad_messages_calls_cbr_not_at_all(desk: Desk) -> None:
    """It is told to the topic, and returned: repeating it could not help."""
    ended = desk.run({"key": "value"})
    assert ended.statuses == ["rejected"]
    assert [entry.operation for entry in desk.cloud.journal] == ["PublishMessage"]


def test_another_project_is_reached_only_when_it_is_allowed(desk: Desk) -> None:
    """A queue is no way into other projects."""
    desk.cloud.add_project("b" * 32, REGION, "second")
    vault = desk.cloud.cbr("b" * 32).add_vault("other")
    request = {"vault_id": vault.id, "project_id": "b" * 32}
    ended = desk.run(request)
    assert ended.outcomes[0]["error"]["code"] == "ProjectNotAllowed"
    assert not desk.cloud.journal.calls("ImportCheckpoint")
    ended = desk.run(request, {"ALLOWED_PROJECTS": f"{PROJECT_ID},{'b' * 32}"})
    assert ended.statuses == ["started"]
    assert ended.outcomes[0]["project_id"] == "b" * 32


def test_an_unknown_region_is_rejected_and_nobody_is_called_for_it(desk: Desk) -> None:
    """A message cannot make up a host."""
    ended = desk.run(
        kafka(
            json.dumps({"vault_id": ERP, "region": "no-such-1"}),
            json.dumps({"select": {"all": True}, "region": "no-such-1"}),
            json.dumps({"vault_id": FILES}),
        )
    )
    assert ended.statuses == ["rejected", "rejected", "started"]
    assert ended.outcomes[0]["error"]["code"] == "UnknownRegion"


@pytest.mark.parametrize(
    ("settings", "credentials", "words"),
    [
        ({"SMN_TOPIC_URN": ""}, {}, "SMN_TOPIC_URN is required"),
        ({"MAX_ATTEMPTS": "0", "DRY_RUN": "x"}, {}, "MAX_ATTEMPTS: '0'"),
        ({}, {"access_key": ""}, "execution agency"),
        ({"SMN_TOPIC_URN": "urn:smn:no-such-9:p:t"}, {}, "'no-such-9' is not known"),
        ({"REGION": "cn-nrth-4"}, {}, "REGION: the region 'cn-nrth-4' is not known"),
    ],
)
def test_an_unusable_configuration_stops_before_any_call(
    desk: Desk, settings: dict[str, str], credentials: dict[str, str | None], words: str
) -> None:
    """ConfigurationError names what to set; it is logged, and nothing was called."""
    desk.credentials |= credentials
    ended = desk.run({"vault_id": ERP}, settings)
    assert isinstance(ended.error, ConfigurationError)
    assert words in str(ended.error)
    assert ended.log[-1]["level"] == "ERROR"
    assert not len(desk.cloud.journal)


def test_settings_come_from_the_environment_where_the_context_has_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FunctionGraph documents getUserData; os.environ is the fallback."""
    desk.settings = {}
    monkeypatch.setenv("SMN_TOPIC_URN", TOPIC_URN)
    assert desk.run({"vault_id": ERP}).statuses == ["started"]


def test_an_smn_that_never_answers_raises_with_every_task_id(desk: Desk) -> None:
    """The ids are in the error and in an ERROR line, and nothing is lost."""
    desk.cloud.faults.add(Error(500, "SMN.0018"), operation="PublishMessage")
    ended = desk.run({"vault_ids": [ERP, FILES]})
    assert isinstance(ended.error, NotificationFailed)
    for one in ended.outcomes:
        assert one["operation_log_id"] in str(ended.error)
    errors = [line for line in ended.log if "operation_log_ids" in line]
    assert errors[0]["operation_log_ids"] == [one["operation_log_id"] for one in ended.outcomes]
    assert errors[0]["level"] == "ERROR"
    assert len(desk.cloud.journal.calls("PublishMessage")) == 5


def test_a_quarter_of_a_second_is_kept_for_the_end(desk: Desk) -> None:
    """An answer that comes at the last moment must still be told before FunctionGraph's timeout."""
    desk.cloud.faults.add(Latency(1000.0), service="SMN")
    assert desk.run({"vault_id": ERP}, timeout=60.0).took == pytest.approx(59.75)


def test_a_notification_is_published_again_until_it_is_accepted(desk: Desk) -> None:
    """A fault of SMN that passes costs nothing but time."""
    desk.cloud.faults.add(Error(500, "SMN.0018"), operation="PublishMessage", times=2)
    ended = desk.run({"vault_id": ERP})
    assert ended.error is None
    assert len(desk.documents()) == 1


def test_only_problems_are_told_when_that_is_wanted(desk: Desk) -> None:
    """NOTIFY_ON=problems is silent about good news."""
    quiet = {"NOTIFY_ON": "problems"}
    ended = desk.run({"vault_id": ERP}, quiet)
    assert ended.result is not None
    assert ended.result["notification"]["message_ids"] == []
    assert not desk.documents()
    desk.run({"vault_id": MISSING}, quiet)
    assert len(desk.documents()) == 1


def test_one_message_an_operation_when_that_is_wanted(desk: Desk) -> None:
    """`per_operation`: each task in a message of its own, what brought no task in one more."""
    ended = desk.run({"vault_ids": [ERP, FILES, MISSING]}, {"NOTIFICATION_MODE": "per_operation"})
    assert ended.result is not None
    assert len(ended.result["notification"]["message_ids"]) == 3
    told = [[one["vault_id"] for one in document["outcomes"]] for document in desk.documents()]
    assert sorted(told) == sorted([[ERP], [FILES], [MISSING]])


@pytest.mark.parametrize("most", [1, 4])
def test_messages_are_published_as_many_at_a_time_as_there_may_be_calls(
    desk: Desk, most: int
) -> None:
    """MAX_CONCURRENCY is for them as it is for syncs: no more, and no fewer."""
    vaults = [desk.cloud.cbr().add_vault(f"more-{number}").id for number in range(60)]
    desk.cloud.faults.add(Latency(1.0), service="SMN")
    settings = {"NOTIFICATION_MODE": "per_operation", "MAX_CONCURRENCY": f"{most}"}
    desk.run({"vault_ids": vaults}, settings, timeout=200.0)
    sent = [entry.time for entry in desk.cloud.journal.calls("PublishMessage")]
    assert len(sent) == 60
    assert max(sum(began <= other < began + 1 for other in sent) for began in sent) == most


def test_with_one_message_an_operation_there_is_none_about_nothing(desk: Desk) -> None:
    """A report is a message of its own; where there is neither rest nor report there is no more."""
    mode = {"NOTIFICATION_MODE": "per_operation"}
    desk.run({"vault_ids": [ERP, FILES]}, mode)
    assert len(desk.documents()) == 2
    desk.run({"action": "report"}, mode)
    assert len(desk.documents()) == 3


def test_a_message_from_the_beginning_of_time_changes_nothing_for_the_others(desk: Desk) -> None:
    """What CBR keeps is the furthest that anybody looks back."""
    ended = desk.run(
        kafka(
            json.dumps({"vault_id": ERP, "requested_at": "0001-01-01T00:00:00Z"}),
            json.dumps({"vault_id": FILES}),
            time=int(desk.time.now()) - 10,
        )
    )
    assert ended.statuses == ["started", "started"]
    assert ended.error is None


def test_duplicates_are_one_outcome_also_when_nothing_was_done(desk: Desk) -> None:
    """A vault named twice is deferred once."""
    ended = desk.run([{"vault_id": ERP}, {"vault_id": ERP}, {"vault_id": FILES}], timeout=3.0)
    assert ended.statuses == ["deferred", "deferred"]
    assert len(ended.of(ERP)["also_named"]) == 1
