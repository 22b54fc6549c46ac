"""The admin path: another process sees the state, and sets it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.emulator import Cloud, LocalCloud, Readings
from local.emulator.admin.routes import ROUTES
from local.emulator.sample import ACCESS_KEY, HYBRID_VAULTS, PROJECT_ID, SECRET_KEY, TOPIC_URN
from local.emulator.transfer import Request
from local.emulator.transport.http_exchange import _answer_admin
from tests.local.emulator.reaching import VAULT, Reach, operation_logs, publish, reached, sync

if TYPE_CHECKING:
    from collections.abc import Iterator


class Admin:
    """The admin path of a served cloud."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach

    def ask(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, f"{self.reach.url}/_local{path}", json=body, timeout=5)
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status_code, answer.json()


@pytest.fixture
def admin(cloud: Cloud) -> Iterator[Admin]:
    with reached(cloud, "http") as way:
        yield Admin(way)


def test_the_overview_lists_what_exists(admin: Admin) -> None:
    """With or without a slash at the end, and it says who is served."""
    for path in ("", "/"):
        status, overview = admin.ask("GET", path)
        assert status == 200
        assert [(r["method"], r["path"]) for r in overview["exists"]] == [
            (route.method, route.path) for route in ROUTES
        ]
        assert "this machine alone" in overview["about"].replace("\n", " ")


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("PUT", "/state")])
def test_an_unknown_path_answers_what_exists(admin: Admin, method: str, path: str) -> None:
    """404, and it does not show in the journal."""
    status, answer = admin.ask(method, path)

    assert status == 404
    assert answer["error"] == f"there is no {method} /_local{path}"
    assert len(answer["exists"]) == len(ROUTES)
    assert len(admin.reach.cloud.journal) == 0


def test_state_shows_vaults_tasks_and_topics(admin: Admin) -> None:
    """And looking at it is not looking at a task."""
    sync(admin.reach.cbr())
    _, state = admin.ask("GET", "/state")

    (project,) = state["projects"]
    assert (project["id"], state["access_keys"]) == (PROJECT_ID, [ACCESS_KEY])
    assert set(HYBRID_VAULTS) < {vault["id"] for vault in project["vaults"]}
    assert [log["vault_id"] for log in project["operation_logs"]] == [VAULT]
    assert [topic["topic_urn"] for topic in project["topics"]] == [TOPIC_URN]
    assert admin.reach.cloud.cbr().tasks()[0].reads == 0
    assert SECRET_KEY not in str(state)


def test_journal_and_messages_are_read_from_outside(admin: Admin) -> None:
    """Whole, narrowed, and the requests that fit no route."""
    sync(admin.reach.cbr())
    publish(admin.reach.smn(), subject="s", message="x")
    requests.get(f"{admin.reach.url}/nowhere", timeout=5)

    _, whole = admin.ask("GET", "/journal")
    _, syncs = admin.ask("GET", f"/journal?operation=ImportCheckpoint&vault_id={VAULT}&status=200")
    _, applied = admin.ask("GET", "/journal?applied=false")
    _, unmatched = admin.ask("GET", "/journal/unmatched")
    _, messages = admin.ask("GET", "/messages")

    assert [e["operation"] for e in whole["entries"]] == [
        "ImportCheckpoint",
        "PublishMessage",
        None,
    ]
    assert [e["number"] for e in syncs["entries"]] == [1]
    assert applied["entries"] == []
    assert [e["path"] for e in unmatched["entries"]] == ["/nowhere"]
    assert [d["protocol"] for d in messages["messages"][0]["deliveries"]] == [
        "email",
        "sms",
        "https",
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("vault=x", "cannot be narrowed by vault, only by applied, fault"),
        ("status=ok", "status must be a number, not 'ok'"),
        ("applied=yes", "applied must be true or false, not 'yes'"),
    ],
)
def test_a_wrong_narrowing_is_refused(admin: Admin, query: str, words: str) -> None:
    """400, saying what would do."""
    status, answer = admin.ask("GET", f"/journal?{query}")

    assert (status, words in answer["error"]) == (400, True)


def test_faults_are_added_shown_and_ended_from_outside(admin: Admin) -> None:
    """The same rules as in Python, as JSON."""
    rule = {
        "effect": {"kind": "error", "status": 500, "code": "BackupService.9910"},
        "operation": "ImportCheckpoint",
        "nth": [1, 3],
        "name": "first and third",
    }
    status, added = admin.ask("POST", "/faults", rule)
    assert (status, added["name"], added["nth"]) == (200, "first and third", [1, 3])
    admin.ask("POST", "/faults", {"effect": {"kind": "throttle"}, "rate": 1, "burst": 1})

    with pytest.raises(Exception, match="9910"):
        sync(admin.reach.cbr())

    _, shown = admin.ask("GET", "/faults")
    assert [(f["name"], f["matched"], f["fired"]) for f in shown["faults"]] == [
        ("first and third", 1, 1),
        ("throttle-2", 1, 0),
    ]
    assert [f["name"] for f in admin.ask("GET", "/faults/unused")[1]["faults"]] == ["throttle-2"]
    assert len(admin.ask("DELETE", "/faults/throttle-2")[1]["faults"]) == 1
    assert admin.ask("DELETE", "/faults/throttle-2")[0] == 404
    assert admin.ask("DELETE", "/faults") == (200, {"faults": []})


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "effect: Field required"),
        ({"effect": {"kind": "explosion"}}, "'explosion'"),
        ({"effect": {"kind": "error", "status": 500}}, "code"),
        ({"effect": {"kind": "answer_lost", "applied": False}}, "applied"),
        ({"effect": {"kind": "answer_lost"}, "operaton": "ListVault"}, "operaton"),
        ({"effect": {"kind": "answer_lost"}, "nth": 0}, "nth counts from 1"),
        ({"effect": {"kind": "answer_lost"}, "between": [2, 1]}, "between"),
    ],
)
def test_a_wrong_fault_rule_is_refused(admin: Admin, rule: object, words: str) -> None:
    """400 naming the field; no rule comes into force."""
    status, answer = admin.ask("POST", "/faults", rule)

    assert (status, words in answer["error"]) == (400, True)
    assert admin.reach.cloud.faults.rules == ()


def test_a_fault_of_a_name_that_is_taken_is_refused(admin: Admin) -> None:
    """400."""
    rule = {"effect": {"kind": "answer_lost"}, "name": "twice"}
    admin.ask("POST", "/faults", rule)

    assert admin.ask("POST", "/faults", rule)[0] == 400


def test_vaults_are_added_and_changed_from_outside(admin: Admin) -> None:
    """With the course of their syncs."""
    failing = {"progression": {"kind": "after_reads", "reads": 1}, "ending": {"status": "failed"}}
    _, added = admin.ask("POST", "/vaults", {"name": "new", "tags": {"sync": "now"}})
    vault_id = added["vault"]["id"]

    status, changed = admin.ask(
        "PATCH", f"/vaults/{vault_id}", {"courses": [failing, {}], "tags": {"a": "b"}}
    )
    assert (status, changed["vault"]["tags"]) == (200, [{"key": "a", "value": "b"}])
    sync(admin.reach.cbr(), vault_id)
    log = operation_logs(admin.reach.cbr(), vault_id=vault_id).operation_logs[0]
    assert log.status == "failed"

    admin.ask("PATCH", f"/vaults/{vault_id}", {"status": "frozen"})
    with pytest.raises(Exception, match=r"BackupService\.6112"):
        sync(admin.reach.cbr(), vault_id)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/vaults", {"vault_id": VAULT}, 400),
        ("POST", "/vaults", {"cloud_type": "private"}, 400),
        ("POST", "/vaults", {"project_id": "none"}, 400),
        ("POST", "/vaults", {"courses": [{"progression": {"kind": "after_reads"}}]}, 400),
        ("PATCH", "/vaults/none", {}, 404),
        ("PATCH", f"/vaults/{VAULT}", {"name": "new"}, 400),
        ("POST", "/topics", {}, 400),
        ("POST", "/topics", {"name": "no spaces!"}, 400),
        ("POST", "/credentials", {"access_key": ""}, 400),
        ("POST", "/faults", ["effect"], 400),
    ],
)
def test_what_cannot_be_set_up_is_refused(
    admin: Admin, method: str, path: str, body: object, status: int
) -> None:
    """With a reason, and nothing has changed."""
    _, before = admin.ask("GET", "/state")
    answered, answer = admin.ask(method, path, body)

    assert answered == status
    assert answer["error"]
    assert admin.ask("GET", "/state")[1] == before


def test_topics_and_credentials_are_added_from_outside(admin: Admin) -> None:
    """A topic with a filtered subscription; a key that may publish alone."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials  # noqa: PLC0415 - here alone

    subscription = {"protocol": "http", "endpoint": "http://x", "filters": {"outcome": ["problem"]}}
    _, topic = admin.ask("POST", "/topics", {"name": "pager", "subscriptions": [subscription]})
    key = {"access_key": "PUBLISHER", "secret_key": "s", "actions": ["smn:topic:publish"]}
    assert admin.ask("POST", "/credentials", key) == (200, {"access_key": "PUBLISHER"})

    client = admin.reach.smn(BasicCredentials("PUBLISHER", "s", PROJECT_ID))
    publish(client, topic["topic_urn"], message="x")

    (message,) = admin.reach.cloud.smn().messages(topic["topic_urn"])
    assert message.deliveries[0].dropped == "the subscription's filter wants outcome to be problem"


def test_readings_are_shown_and_changed_from_outside(admin: Admin) -> None:
    """What is left out stays as it was; what is wrong changes nothing."""
    status, shown = admin.ask("PATCH", "/readings", {"smn_errors": "error_code"})
    assert (status, shown["readings"]["smn_errors"]) == (200, "error_code")
    assert admin.reach.cloud.readings == Readings(smn_errors="error_code")

    for wrong, words in (
        ({"smn_errors": "new"}, "smn_errors: Input should be 'code' or 'error_code'"),
        ({"log_delay": 2}, "log_delay: Unexpected keyword argument"),
        ({"log_delay_seconds": -1}, "log_delay_seconds must be a number from 0 on, not -1.0"),
        ([], "the body: Input should be an object"),
    ):
        status, answer = admin.ask("PATCH", "/readings", wrong)
        assert (status, words in answer["error"]) == (400, True), answer

    assert admin.ask("GET", "/readings") == (200, shown)


def test_reset_from_outside_goes_back_to_the_beginning(admin: Admin) -> None:
    """Tasks, journal and faults are gone, the sample account is there."""
    sync(admin.reach.cbr())

    assert admin.ask("POST", "/reset") == (200, {"reset": True})
    _, state = admin.ask("GET", "/state")
    assert state["projects"][0]["operation_logs"] == []
    assert len(state["projects"][0]["vaults"]) == 5
    assert len(admin.reach.cloud.journal) == 0


@pytest.mark.parametrize("number", ["²", "٣", "-1", "1.0", "9" * 5000, "x", "%20200"])
@pytest.mark.parametrize("query", ["/journal?status=", "/invocations?limit="])
def test_what_is_no_number_is_a_mistake_of_the_caller(
    admin: Admin, query: str, number: str
) -> None:
    """400, with the parameter's name."""
    status, answer = admin.ask("GET", query + number)

    assert status == 400
    assert query.rpartition("?")[2].removesuffix("=") in answer["error"]


@pytest.mark.parametrize("peer", ["192.0.2.7", "2001:db8::7", None, "nobody"])
def test_other_machines_are_not_served(cloud: Cloud, peer: str | None) -> None:
    """Even where the server listens for them: 403."""
    request = Request("GET", "/_local/state", {"host": "127.0.0.1:80"})

    assert _answer_admin(cloud, request, peer).status == 403
    assert _answer_admin(cloud, request, "127.0.0.1").status == 200
    assert _answer_admin(cloud, request, "::1").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost:8080"}, 200),
        ({"host": "[::1]:8080"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "192.0.2.7"}, 403),
        ({"host": "[broken"}, 403),
        ({}, 403),
        ({"host": "localhost", "origin": "http://evil.example"}, 403),
    ],
    ids=str,
)
def test_web_pages_are_not_served(cloud: Cloud, headers: dict[str, str], status: int) -> None:
    """A page in this machine's browser can neither post here nor lead its own name here."""
    assert _answer_admin(cloud, Request("POST", "/_local/reset", headers), "::1").status == status


def test_the_server_listens_on_loopback() -> None:
    """Unless it is told otherwise."""
    with LocalCloud() as served:
        assert served.url.startswith("http://127.0.0.1:")
