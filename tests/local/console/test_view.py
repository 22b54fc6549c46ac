"""What the page shows of the cloud."""

from __future__ import annotations

from typing import Any

import pytest

from local.console import view
from local.console.view import cloud_view
from local.emulator import AfterReads, AfterSeconds, Cloud, Course, Failed, Success
from local.emulator.faults.conditions import Conditions
from local.emulator.faults.effects import Latency
from local.emulator.sample import HYBRID_VAULTS, PUBLIC_VAULT, TOPIC_URN
from tests.local.console.conftest import Visitor
from tests.local.emulator.reaching import VAULT, Reach, StillClock, publish


def seen(cloud: Cloud) -> Any:
    return cloud_view(cloud)


def test_a_vault_shows_its_last_sync(cloud: Cloud, clock: StillClock) -> None:
    """The latest that began, running or ended; one that never had any shows none."""
    cbr = cloud.cbr()
    cbr.add_task(VAULT, created_at=clock.now() - 7200, course=Course(ending=Failed()))
    cbr.add_task(VAULT, created_at=clock.now() - 50, course=Course(AfterSeconds(100)))
    cbr.add_task(VAULT, created_at=clock.now() - 10, operation_type="backup")

    vaults = {vault["id"]: vault for vault in seen(cloud)["vaults"]["shown"]}

    last = vaults[VAULT]["last_sync"]
    assert (last["status"], last["progress"], last["started_at"]) == (
        "running",
        50,
        clock.now() - 50,
    )
    assert (vaults[VAULT]["name"], vaults[VAULT]["tags"]["sync"]) == ("prod-erp", "nightly")
    assert vaults[PUBLIC_VAULT]["cloud_type"] == "public"
    assert [vaults[other]["last_sync"] for other in list(HYBRID_VAULTS)[1:]] == [None] * 3


def test_a_vault_shows_its_last_day_by_quarters_of_an_hour(cloud: Cloud, clock: StillClock) -> None:
    """How many syncs began in each and how they stand; what is older is left out."""
    cbr, now = cloud.cbr(), clock.now()
    quarter = now // 900 * 900
    began = [
        (now - 24 * 3600 - 1, Course()),
        (quarter - 1800, Course()),
        (quarter - 1700, Course()),
        (quarter - 1600, Course(ending=Failed())),
        (quarter, Course(AfterSeconds(7200))),
    ]
    for moment, course in began:
        cbr.add_task(VAULT, created_at=moment, course=course)
    cbr.add_task(VAULT, created_at=quarter, operation_type="backup")

    vaults = {vault["id"]: vault for vault in seen(cloud)["vaults"]["shown"]}

    assert vaults[VAULT]["last_day"] == [
        {"from": quarter - 1800, "counts": {"success": 2, "failed": 1}},
        {"from": quarter, "counts": {"running": 1}},
    ]
    assert vaults[PUBLIC_VAULT]["last_day"] == []


def test_the_last_success_is_no_failure_and_no_running_sync(
    cloud: Cloud, clock: StillClock
) -> None:
    """When it ended; None if there was none."""
    cbr, now = cloud.cbr(), clock.now()
    cbr.add_task(VAULT, created_at=now - 7200, course=Course(AfterSeconds(60)))
    cbr.add_task(VAULT, created_at=now - 3600, course=Course(ending=Failed()))
    cbr.add_task(VAULT, created_at=now - 60, course=Course(AfterSeconds(600)))

    vaults = {vault["id"]: vault for vault in seen(cloud)["vaults"]["shown"]}

    assert vaults[VAULT]["last_success_at"] == now - 7140
    assert vaults[PUBLIC_VAULT]["last_success_at"] is None


def test_the_calls_that_a_fault_met_are_shown(
    inside: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest first, each with the rule; no more than are wanted."""
    inside.cloud.faults.put(Latency(0.001), Conditions(service="SMN"), name="slow")
    for _ in range(3):
        publish(inside.smn(), message="text")
    monkeypatch.setattr(view, "MAX_FAULTY_CALLS", 2)

    calls = seen(inside.cloud)["faulty_calls"]

    assert [(call["rule"], call["kind"], call["operation"]) for call in calls] == [
        ("slow", "latency", "PublishMessage")
    ] * 2
    assert calls[0]["time"] >= calls[1]["time"]


def test_operation_logs_show_what_a_task_found_or_why_it_failed(cloud: Cloud) -> None:
    """The latest first; what is not known yet is not shown."""
    cbr, now = cloud.cbr(), cloud.clock.now()
    cbr.add_task(VAULT, created_at=now - 30, course=Course(ending=Success(7, 2, 1)))
    cbr.add_task(VAULT, created_at=now - 20, course=Course(ending=Failed("B.1", "broken")))
    cbr.add_task(VAULT, created_at=now - 10, course=Course(AfterSeconds(60), Success(9)))

    running, failed, done = seen(cloud)["operation_logs"]["shown"]

    assert done["counts"] == {"added": 7, "removed": 2, "unreadable": 1}
    assert failed["error"] == {"code": "B.1", "message": "broken"}
    assert (running["counts"], running["error"], running["ended_at"]) == (None, None, None)


def test_looking_does_not_count_as_a_look(cloud: Cloud) -> None:
    """A task that ends after two looks of the function does not end by the page."""
    cloud.cbr().add_task(VAULT, course=Course(AfterReads(2)))

    for _ in range(5):
        assert seen(cloud)["operation_logs"]["shown"][0]["ended_at"] is None


def test_the_inbox_shows_what_each_subscriber_receives(inside: Reach) -> None:
    """Or why it received nothing."""
    topic = inside.cloud.smn().topics[TOPIC_URN]
    topic.subscribe("email", "late@example.com", confirmed=False)
    texts = '{"default": "long", "sms": "short"}'
    publish(inside.smn(), message_structure=texts, subject="hello")

    (message,) = seen(inside.cloud)["messages"]["shown"]

    assert (message["subject"], message["topic_urn"]) == ("hello", TOPIC_URN)
    email, sms, https, late = message["deliveries"]
    assert (email["protocol"], email["text"], email["dropped"]) == ("email", "long", None)
    assert sms["text"] == "short"
    assert late["dropped"] == "the subscription is not confirmed"
    assert '"message": "long"' in https["text"]


def test_the_view_is_bounded(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest are shown, and how many there are; a long text is cut, saying how much."""
    monkeypatch.setattr(view, "MAX_OPERATION_LOGS", 2)
    monkeypatch.setattr(view, "MAX_TEXT_CHARACTERS", 10)
    for second in range(5):
        cloud.cbr().add_task(VAULT, created_at=float(second))
    topic = next(iter(cloud.smn().topics.values()))
    cloud.smn().publish(
        topic,
        now=0,
        subject=None,
        texts={"default": "x" * 25},
        attributes={},
        time_to_live=3600,
    )

    logs, (message,) = seen(cloud)["operation_logs"], seen(cloud)["messages"]["shown"]

    assert (logs["total"], [log["started_at"] for log in logs["shown"]]) == (5, [4, 3])
    assert (message["deliveries"][0]["text"], message["deliveries"][0]["left_out"]) == (
        "x" * 10,
        15,
    )


def test_nothing_is_sent_twice(visitor: Visitor) -> None:
    """While nothing happens the answer is 304; afterwards it is the new state."""
    tag = visitor.get("/_console/view").headers["ETag"]
    assert visitor.cloud.clock.now() == float(visitor.get("/_console/view").headers["Cloud-Time"])

    unchanged = visitor.get("/_console/view", **{"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "Cloud-Time" in unchanged.headers

    visitor.cloud.cbr().add_task(VAULT)
    assert visitor.get("/_console/view", **{"If-None-Match": tag}).status_code == 200


def test_no_secret_is_shown(visitor: Visitor) -> None:
    """Neither the account's keys nor those the function was given."""
    visitor.cloud.add_credentials("AK-TEMPORARY", "SK-HIDDEN", "TOKEN-HIDDEN")

    text = visitor.get("/_console/view").text

    assert "HIDDEN" not in text
    assert "local-cloud-secret-key" not in text
