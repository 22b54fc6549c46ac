"""Whatever happens, what is known is published, and the error that leaves is one of ours."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import pytest

from local.emulator import AfterSeconds, AnswerLost, Course, Error, Failed, Latency, Success
from local.emulator.sample import HYBRID_VAULTS, PROJECT_ID, REGION
from tests.support.desk import Desk
from tests.support.events import kafka as kafka_at
from tests.support.virtual_time import START
from vault_sync import events, notification, orders, report, selection, steps, texts
from vault_sync.adoption import OperationLogs
from vault_sync.errors import ConfigurationError, IncompleteSync, VaultSyncError
from vault_sync.result import Result
from vault_sync.sync import VaultSync
from vault_sync.waiting import Waiting

ERP, FILES, MAIL, LAB = HYBRID_VAULTS
URN = f"urn:fss:cn-north-4:{PROJECT_ID}:function:default:vault-sync"


kafka = partial(kafka_at, time=int(START))


def codes(desk: Desk, event: Any, **settings: str) -> list[str | None]:
    """Return the code of each outcome's error."""
    found = desk.run(event, settings).outcomes
    return [one["error"]["code"] if one["error"] else None for one in found]


def email(desk: Desk) -> str:
    """Return the last e-mail."""
    return str(desk.cloud.smn().messages()[-1].text_for("email"))


BREAKS: list[tuple[Any, str]] = [
    (events, "read"),
    (orders, "orders_from"),
    (steps, "resolve"),
    (VaultSync, "outcome_of"),
    (VaultSync, "without_answer"),
    (OperationLogs, "list_since_events"),
    (report, "review"),
    (report, "window_of"),
    (Waiting, "until_ended"),
    (texts, "email"),
    (texts, "summary"),
    (texts, "subject"),
    (Result, "as_document"),
    (Result, "as_returned"),
    (notification, "wanted"),
]


@pytest.mark.parametrize(("where", "name"), BREAKS, ids=[name for _, name in BREAKS])
def test_whatever_breaks_what_is_known_is_published(
    desk: Desk, where: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In whichever step and thread: a message, and an error of ours that names no value."""

    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("with a secret in its text")

    monkeypatch.setattr(where, name, broken)
    event = [
        {"vault_id": ERP, "wait_seconds": 1, "requested_at": "2026-09-21T14:13:00Z"},
        {"select": {"name": "prod-*"}},
        {"action": "report"},
    ]
    ended = desk.run(event)
    if name != "without_answer":  # nobody is left behind here
        assert isinstance(ended.error, IncompleteSync)
        assert "ZeroDivisionError" in str(ended.error) or ended.outcomes
    told = "".join(str(message.text_for("default")) for message in desk.cloud.smn().messages())
    assert told
    assert "secret" not in told + json.dumps(ended.log) + str(ended.error)
    for task in desk.cloud.cbr().tasks():
        assert task.id in told


def test_something_unforeseen_is_told_by_its_type_and_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever mends it finds the line; the exception's own text may quote anything."""

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("with a secret in its text")

    monkeypatch.setattr(OperationLogs, "repeated", broken)
    error = desk.run({"vault_id": ERP}).of(ERP)["error"]
    assert error["code"] == "InternalError"
    assert re.fullmatch(r"ZeroDivisionError in sync\.py, line \d+", error["message"])


def test_a_report_of_the_first_year_is_rejected_and_the_vault_synchronised(desk: Desk) -> None:
    """The messages of one event do not touch each other."""
    first_year = {"action": "report", "requested_at": "0001-01-01T08:30:00+08:00"}
    ended = desk.run(kafka(json.dumps({"vault_id": ERP}), first_year))
    assert ended.error is None
    assert ended.statuses == ["started", "rejected"]


def test_a_chain_of_an_unknown_trigger_is_a_direct_one(desk: Desk) -> None:
    """Whatever stands where its type should be."""
    kinds: list[Any] = [{}, [], None, 5, "MARS"]
    for kind in kinds:
        event = {"continued": 1, "requests": [{"vault_id": ERP}], "trigger": {"type": kind}}
        assert desk.run(event).document["trigger"]["type"] == "DIRECT"


@pytest.mark.parametrize("mark", ["\n", "\u2028", "\u202e", "\ud800", "\x00", "\x85"])
def test_a_name_from_outside_stays_on_its_line(desk: Desk, mark: str) -> None:
    """In the log, the e-mail, the SMS and the document."""
    name = f"prod{mark}PROBLEM: all is lost"
    for vault in desk.cloud.cbr().vaults.values():
        vault.name = name
    desk.run({"select": {"all": True}, "correlation_id": name})
    desk.run({"action": "report", "max_age_hours": 1})
    for message in desk.cloud.smn().messages():
        for protocol in ("default", "email", "sms"):
            text = str(message.text_for(protocol))
            assert not (mark in text and mark != "\n")
            assert not [line for line in text.splitlines() if line.startswith("PROBLEM: all")]


def test_a_pattern_that_python_cannot_read_selects_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Early releases of 3.10 raise for a range such as [z-a]."""

    def early(*_: Any) -> bool:
        raise re.error("bad character range z-a")

    monkeypatch.setattr(selection, "fnmatchcase", early)
    assert codes(desk, {"select": {"name": "[z-a]*"}}) == ["EmptySelection"]


@pytest.mark.parametrize(
    "missing",
    ["operation_type", "an operation type that is a word", "id", "vault_id", "status", "times"],
)
def test_a_log_that_cannot_be_read_is_not_taken_for_no_log(
    desk: Desk, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sync's answer is lost, and its task ends at once: CBR is asked once."""
    from local.emulator.cbr import render  # noqa: PLC0415 - patched here alone

    honest = render.task_document

    def damaged(*arguments: Any, **named: Any) -> Any:
        document = honest(*arguments, **named)
        if missing == "an operation type that is a word":
            return document | {"operation_type": "\u202e sync"}
        for name in ["started_at", "created_at"] if missing == "times" else [missing]:
            document.pop(name)
        return document

    desk.cloud.faults.add(AnswerLost(), operation="ImportCheckpoint", times=1)
    desk.cloud.cbr().set_course(ERP, Course(ending=Success()))
    for module in ("local.emulator.cbr.responses", "local.emulator.cbr.render"):
        monkeypatch.setattr(f"{module}.task_document", damaged, raising=False)
    assert codes(desk, {"vault_id": ERP}) == ["OutcomeUnknown"]
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1


def test_a_hand_over_whose_answer_is_lost_is_made_once_and_the_vaults_stay(desk: Desk) -> None:
    """A repetition is adopted, a loss is not: they are deferred here, too."""
    desk.cloud.faults.add(Latency(5.0), operation="ImportCheckpoint")
    desk.cloud.faults.add(Error(502, "APIG.0201"), operation="AsyncInvokeFunction")
    settings = {"MAX_CONCURRENCY": "1", "CONTINUE_AS": URN}
    ended = desk.run({"vault_ids": list(HYBRID_VAULTS)}, settings, timeout=12.0)
    assert isinstance(ended.error, IncompleteSync)
    assert "deferred" in ended.statuses
    assert len(desk.cloud.journal.calls("AsyncInvokeFunction")) == 1


def test_a_slow_answer_leaves_time_to_look_for_the_task(desk: Desk) -> None:
    """CBR starts the sync and answers after 30 s; the timeout is 25 s."""
    desk.cloud.faults.add(Latency(30.0), operation="ImportCheckpoint")
    desk.cloud.cbr().set_course(ERP, Course(AfterSeconds(600), Success()))
    ended = desk.run({"vault_id": ERP}, timeout=25.0)
    assert ended.error is None
    (task,) = desk.cloud.cbr().tasks(ERP)
    assert ended.of(ERP)["operation_log_id"] == task.id


def test_a_second_message_of_the_same_second_is_no_repetition(desk: Desk) -> None:
    """Its restore point may be newer than the first one's sync."""
    assert desk.run(kafka(json.dumps({"vault_id": ERP}))).statuses == ["started"]
    desk.time.sleep(0.7)
    assert desk.run(kafka(json.dumps({"vault_id": ERP}))).statuses == ["started"]


@pytest.mark.parametrize(
    "time", [int(START) - 5, int(START - 5) * 1000, (START - 5) * 1000, f"{START - 4.5}"]
)
def test_a_redelivery_is_recognised_in_every_form_of_time(desk: Desk, time: Any) -> None:
    """Seconds, milliseconds, fractions."""
    event = kafka(json.dumps({"vault_id": ERP}), time=time)
    assert desk.run(event).statuses == ["started"]
    assert desk.run(event).statuses == ["already_done"]


def test_a_sync_that_failed_is_no_repetition(desk: Desk) -> None:
    """Of a redelivered event the vault is synchronised again."""
    desk.cloud.cbr().set_course(ERP, Course(ending=Failed()))
    event = {"vault_id": ERP, "requested_at": "2026-09-21T14:13:00Z"}
    assert desk.run(event).statuses == ["started"]
    assert desk.run(event).statuses == ["started"]


def test_a_task_is_adopted_however_long_it_has_run(desk: Desk) -> None:
    """CBR says that it runs, and so it is found; the e-mail says that it is older."""
    course = Course(AfterSeconds(100 * 3600), Success())
    task = desk.cloud.cbr().add_task(ERP, created_at=desk.time.now() - 30 * 3600, course=course)
    ended = desk.run({"vault_id": ERP})
    assert ended.error is None
    assert ended.of(ERP)["operation_log_id"] == task.id
    assert ended.of(ERP)["began_before_event"] is True
    assert "This task began before the event" in email(desk)
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 1


@pytest.mark.parametrize("wait", [None, 300])
def test_a_message_that_comes_while_an_older_sync_runs_gets_its_own_if_it_waits(
    desk: Desk, wait: int | None
) -> None:
    """The older sync may miss its restore point."""
    desk.cloud.cbr().set_course(ERP, Course(AfterSeconds(60), Success()))
    desk.run({"vault_id": ERP})
    desk.time.sleep(10)
    event = kafka({"vault_id": ERP} | ({"wait_seconds": wait} if wait else {}), time=START + 9.5)
    ended = desk.run(event, timeout=600)
    assert ended.statuses == ["started" if wait else "already_running"]
    assert len(desk.cloud.cbr().tasks(ERP)) == (2 if wait else 1)


def test_one_endpoint_is_one_cbr_whatever_region_is_named(desk: Desk) -> None:
    """One vault, one sync."""
    endpoint = "https://cbr.cn-north-4.myhuaweicloud.com"
    both = [{"vault_id": ERP}, {"vault_id": ERP, "region": "cn-south-1"}]
    ended = desk.run(both, {"CBR_ENDPOINT": endpoint})
    assert ended.statuses == ["started"]
    assert len(desk.cloud.cbr().tasks(ERP)) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"password": "hunter2"},
        {"vault_id": ERP, "token": {"Authorization": "hunter2"}},
        '{"password": "hunter2"',
        "hunter2",
        {"trigger_type": "KAFKA", "records": "hunter2"},
        {"lts": {"data": "aHVudGVyMg==hunter2"}},
        {"httpMethod": "POST", "requestContext": {}, "headers": {"authorization": "hunter2"}},
        {"vault_id": {"password": "hunter2"}},
        {"select": {"all": True, "token": "hunter2"}},
        {"vault_id": ERP, "projects": [{"password": "hunter2"}]},
    ],
)
def test_what_may_be_a_secret_is_never_shown(desk: Desk, event: Any) -> None:
    """Of unknown fields the name, of an envelope that is not read nothing."""
    ended = desk.run(event)
    told = "".join(str(message.text_for("email")) for message in desk.cloud.smn().messages())
    assert "hunter2" not in told + json.dumps(ended.log) + json.dumps(ended.result or {})


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"lts": {"data": "x"}}, "LTS"),
        ({"cts": {"trace_id": "x"}}, "CTS"),
        ({"Records": [{"s3": {}}]}, "OBS"),
        ({"records": [{"dds": {}}]}, "DDS"),
        ({"ShardID": "x", "StreamName": "y", "Message": {}}, "DIS"),
    ],
)
def test_a_trigger_that_cannot_carry_a_request_is_named(desk: Desk, event: Any, name: str) -> None:
    """With what to use instead."""
    (outcome,) = desk.run(event).outcomes
    assert f"event of {name}, which cannot carry a request" in outcome["error"]["message"]


def test_a_token_that_a_service_echoes_as_its_code_is_not_shown(desk: Desk) -> None:
    """Error codes are text from outside, too."""
    secret = str(desk.credentials["secret_key"])
    desk.cloud.faults.add(Error(400, f"Echo.{secret}", "no"), operation="ImportCheckpoint")
    ended = desk.run({"vault_id": ERP})
    assert ended.statuses == ["rejected"]
    assert secret not in json.dumps(ended.log) + email(desk)


def test_netrc_and_proxies_of_the_machine_take_no_part(
    desk: Desk, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `default` entry in ~/.netrc would replace the signature."""
    (tmp_path / ".netrc").write_text("default login me password hunter2\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert desk.run({"vault_id": ERP}).statuses == ["started"]


@pytest.mark.parametrize("retry_after", [0, 1, "Mon, 01 Jan 2001 00:00:00 GMT", None])
@pytest.mark.parametrize(("status", "code"), [(429, "APIGW.0308"), (503, "APIGW.0106")])
def test_a_retry_after_shortens_no_pause(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, status: int, code: str, retry_after: Any
) -> None:
    """The pauses are drawn from up to half a second, doubled each time; it can lengthen one."""
    monkeypatch.setattr(desk.time.random, "random", lambda: 0.999)
    busy = Error(status, code, retry_after=retry_after)
    desk.cloud.faults.add(busy, operation="ImportCheckpoint", times=4)
    ended = desk.run({"vault_id": ERP}, timeout=300)
    assert ended.statuses == ["started"]
    assert ended.took > (0.5 + 1 + 2 + 4) * 0.99


def test_a_redirect_is_a_failure_that_says_so(desk: Desk) -> None:
    """It is never followed, and not taken for an answer."""
    desk.cloud.faults.add(Error(301, "301", "moved"), operation="ImportCheckpoint")
    (outcome,) = desk.run({"vault_id": ERP}).outcomes
    assert outcome["error"]["code"] == "HTTP 301"
    assert outcome["error"]["message"] == "redirects are not followed"


def test_no_word_of_python_is_in_an_e_mail(desk: Desk) -> None:
    """A lost connection is told in plain words."""
    desk.cloud.faults.add(AnswerLost(), service="CBR")
    desk.run({"vault_id": ERP})
    text = email(desk)
    assert "AnswerLost" in text or "OutcomeUnknown" in text
    for word in ("Error(", "Exception", "Connection aborted", "errno", "object at", "'None'"):
        assert word not in text


def test_a_vaults_name_is_told_where_it_is_known(desk: Desk) -> None:
    """From a selection, and from the operation logs."""
    desk.run({"select": {"name": "prod-erp"}})
    assert f"vault prod-erp ({ERP})" in email(desk)
    event = {"vault_id": ERP, "requested_at": "2026-09-21T14:13:00Z"}
    assert desk.run(event).of(ERP)["vault_name"] == "prod-erp"


def test_a_default_request_outside_the_allowed_projects_is_a_wrong_setting(desk: Desk) -> None:
    """It would be rejected at every tick."""
    wrong = {"DEFAULT_REQUEST": json.dumps({"vault_id": ERP, "project_id": "elsewhere"})}
    assert isinstance(desk.run({}, wrong).error, ConfigurationError)
    allowed = wrong | {"ALLOWED_PROJECTS": "elsewhere"}
    assert not isinstance(desk.run({}, allowed).error, ConfigurationError)


def test_further_projects_do_not_lock_out_ones_own(desk: Desk) -> None:
    """ALLOWED_PROJECTS names further ones."""
    assert desk.run({"vault_id": ERP}, {"ALLOWED_PROJECTS": "another"}).statuses == ["started"]


@pytest.mark.parametrize(
    ("event", "statuses"),
    [
        ("\ufeff" + json.dumps({"vault_id": ERP}), ["started"]),
        (kafka("\ufeff" + json.dumps({"vault_id": ERP})), ["started"]),
        (kafka(None, json.dumps({"vault_id": ERP}), None), ["started"]),
        ({"vault_ids": ["not an id", ERP]}, ["rejected", "started"]),
        ({"trigger_type": "KAFKA", "topic_id": "t", "messages": [{"vault_id": ERP}]}, ["started"]),
        (
            {"specversion": "1.0", "data_base64": "eyJ2YXVsdF9pZCI6ICI4ZDNhOGIyOC1hNjk3LTQxZTItOG"
             "Q1ZC05MDM2NjlmOGEwMmQifQ=="},
            ["started"],
        ),
    ],
)  # fmt: skip
def test_what_can_be_understood_is_not_refused(desk: Desk, event: Any, statuses: list[str]) -> None:
    """A byte order mark, a deleted key, one bad id, an older shape, base64."""
    assert sorted(desk.run(event).statuses) == sorted(statuses)


def test_deleted_keys_alone_are_neither_a_problem_nor_a_message(desk: Desk) -> None:
    """They ask for nothing; the log says so."""
    ended = desk.run(kafka(None, None))
    assert ended.result is not None
    assert ended.result["counts"] == {}
    assert not desk.cloud.smn().messages()
    assert "2 messages were null" in ended.log[0]["message"]


def _behind(desk: Desk) -> dict[str, Any]:
    """Make one vault fresh, one failing, one running; one was never synchronised."""
    cbr, now = desk.cloud.cbr(), desk.time.now()
    cbr.add_task(ERP, created_at=now - 3600, course=Course(ending=Success()))
    cbr.add_task(FILES, created_at=now - 40 * 3600, course=Course(ending=Success()))
    cbr.add_task(FILES, created_at=now - 3600, course=Course(ending=Failed("B.1", "no bucket")))
    running = Course(AfterSeconds(1e6), Success())
    cbr.add_task(MAIL, created_at=now - 30 * 3600, course=running)
    return {"select": {"all": True, "older_than_hours": 26}}


def test_catching_up_synchronises_what_is_behind_and_nothing_else(desk: Desk) -> None:
    """A fresh vault and a busy one cost no call of their own."""
    ended = desk.run(_behind(desk))
    assert {one["vault_id"]: one["status"] for one in ended.outcomes} == {
        FILES: "started",
        LAB: "started",
    }
    assert len(desk.cloud.journal.calls("ImportCheckpoint")) == 2
    assert ended.of(LAB)["behind"] == {"last_success": None, "error": None}
    assert ended.of(FILES)["behind"]["error"]["code"] == "B.1"


def test_a_vault_that_fails_each_time_is_told_as_behind_with_the_reason(desk: Desk) -> None:
    """It is a problem, though its next sync could be started."""
    desk.run(_behind(desk))
    (message,) = desk.cloud.smn().messages()
    assert message.attributes == {"outcome": "problem"}
    assert "Behind: last successful sync 2026-09-19T22:13:20Z; since then: B.1" in email(desk)


def test_when_nothing_is_behind_nothing_is_published(desk: Desk) -> None:
    """It is no empty selection and no problem."""
    for vault in HYBRID_VAULTS:
        desk.cloud.cbr().add_task(vault, created_at=START - 60, course=Course(ending=Success()))
    ended = desk.run({"select": {"all": True, "older_than_hours": 26}})
    assert ended.result is not None
    assert ended.outcomes == []
    assert not desk.cloud.smn().messages()


def test_what_failed_for_a_passing_reason_is_handed_on_after_a_pause(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With CONTINUE_AS; the next invocation finds CBR well again."""
    handed: list[Any] = []

    def take(_: Any, urn: str, event: Any) -> str:
        handed.append((urn, event))
        return "request-2"

    monkeypatch.setattr("vault_sync.cloud.functiongraph.FunctionGraph.invoke_later", take)
    desk.cloud.faults.add(Error(503, "APIGW.0613"), operation="ImportCheckpoint", times=5)
    ended = desk.run({"vault_id": ERP}, {"CONTINUE_AS": URN}, timeout=300)
    assert ended.error is None
    assert ended.result is not None
    assert ended.result["continued"]["vaults"] == 1
    assert ended.took > 30
    ((urn, event),) = handed
    assert urn == URN
    assert desk.run(event).statuses == ["started"]


@pytest.mark.parametrize("continues", [True, False])
def test_a_selection_that_would_name_too_many_vaults_is_left_over_project_by_project(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, continues: bool
) -> None:
    """Whole projects are done or left: handed to a next invocation, or deferred and told so."""
    handed: list[Any] = []

    def taken(_: object, __: str, event: Any) -> str:
        handed.append(event)
        return "a-request"

    monkeypatch.setattr("vault_sync.cloud.functiongraph.FunctionGraph.invoke_later", taken)
    monkeypatch.setattr(steps, "MAX_VAULTS", 5)
    second = "b" * 32
    desk.cloud.add_project(second, REGION, "second")
    for project in (PROJECT_ID, second):
        for number in range(3):
            desk.cloud.cbr(project).add_vault(f"many-{number}")
    settings = {"ALLOWED_PROJECTS": second} | ({"CONTINUE_AS": URN} if continues else {})
    projects = [{"project_id": project} for project in (PROJECT_ID, second)]
    ended = desk.run({"select": {"name": "many-*"}, "projects": projects}, settings)
    done = {one["project_id"] for one in ended.outcomes if one["status"] == "started"}
    assert len(done) == 1
    assert ended.statuses.count("started") == 3
    if continues:
        ((request,),) = [event["requests"] for event in handed]
        assert {request["project_id"]} == {PROJECT_ID, second} - done
        assert request["select"] == {"name": "many-*"}
        return
    (left,) = [one for one in ended.outcomes if one["status"] == "deferred"]
    assert left["error"]["code"] == "TooManyVaults"
    assert isinstance(ended.error, IncompleteSync)


@pytest.mark.volume
def test_a_result_is_never_larger_than_functiongraph_delivers(desk: Desk) -> None:
    """20,000 vaults with long correlation ids: the counts are kept, the rest is in messages."""
    ids = [f"v{number}" for number in range(20_000)]
    event = {"vault_ids": ids, "correlation_id": "x" * 100, "dry_run": True}
    ended = desk.run(event, timeout=900)
    assert ended.result is not None
    assert len(json.dumps(ended.result)) <= 5 * 1024 * 1024
    assert ended.result["counts"] == {"would_start": 20_000}
    assert ended.result["left_out"] == 20_000 - len(ended.result["outcomes"])
    told = [one["vault_id"] for document in desk.documents() for one in document["outcomes"]]
    assert told == ids


def test_time_for_the_message_grows_with_what_there_is_to_tell(desk: Desk) -> None:
    """2,000 vaults keep two seconds more than the reserve."""
    desk.cloud.faults.add(Latency(0.1), operation="ImportCheckpoint")
    ids = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(2_000)]
    ended = desk.run({"vault_ids": ids}, timeout=12.0)
    assert isinstance(ended.error, VaultSyncError)
    last = max(entry.time for entry in desk.cloud.journal.calls("ImportCheckpoint"))
    assert last <= START + 12 - 3 - 2
    assert sum(document["counts"].get("started", 0) for document in desk.documents())


class TestApig:
    """An HTTP request through APIG: an answer in every case, and no exception."""

    def ask(self, desk: Desk, body: Any = None, **more: Any) -> dict[str, Any]:
        event = {"httpMethod": "POST", "requestContext": {"apiId": "api-1"}, "body": body} | more
        answer = desk.run(event).result
        assert answer is not None
        assert set(answer) == {"statusCode", "headers", "body", "isBase64Encoded"}
        return answer

    def test_a_post_is_answered_with_the_document(self, desk: Desk) -> None:
        answer = self.ask(desk, json.dumps({"vault_id": ERP}))
        assert answer["statusCode"] == 200
        document = json.loads(answer["body"])
        assert document["trigger"] == {"type": "APIG", "name": "api-1", "time": None}
        assert document["counts"] == {"started": 1}

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
    def test_what_only_looks_starts_nothing(self, desk: Desk, method: str) -> None:
        answer = self.ask(desk, json.dumps({"vault_id": ERP}), httpMethod=method)
        assert answer["statusCode"] == 405
        assert answer["headers"]["Allow"] == "POST"
        assert not desk.cloud.journal.entries

    @pytest.mark.parametrize(
        "body", ["!", '"text"', "[]", json.dumps({"vault_id": "a b"}), "x" * 4_000_000]
    )
    def test_what_cannot_be_used_is_a_400_with_the_reason_first(
        self, desk: Desk, body: str
    ) -> None:
        answer = self.ask(desk, body)
        assert answer["statusCode"] == 400
        assert answer["body"].startswith('{"reason": "InvalidRequest: body: ')

    def test_wrong_base64_is_a_400(self, desk: Desk) -> None:
        assert self.ask(desk, "!!", isBase64Encoded=True)["statusCode"] == 400

    def test_an_empty_body_uses_the_default_request(self, desk: Desk) -> None:
        desk.settings["DEFAULT_REQUEST"] = json.dumps({"vault_id": ERP})
        assert self.ask(desk)["statusCode"] == 200

    def test_what_failed_is_a_503_to_be_sent_again(self, desk: Desk) -> None:
        desk.cloud.faults.add(Error(503, "APIGW.0613"), operation="ImportCheckpoint")
        answer = self.ask(desk, json.dumps({"vault_id": ERP}))
        assert answer["statusCode"] == 503
        assert answer["headers"]["Retry-After"] == "60"
        assert json.loads(answer["body"])["counts"] == {"failed": 1}

    def test_wrong_settings_are_a_500_that_does_not_show_them(self, desk: Desk) -> None:
        desk.settings["MAX_ATTEMPTS"] = "hunter2"
        answer = self.ask(desk, json.dumps({"vault_id": ERP}))
        assert answer["statusCode"] == 500
        assert "hunter2" not in answer["body"]
        assert "MAX_ATTEMPTS" not in answer["body"]
