"""Topics and subscriptions are created, listed, changed and deleted; who confirmed is sent to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import (
    ClientRequestException,
    ServerResponseException,
)
from huaweicloudsdksmn.v2 import (
    AddSubscriptionRequest,
    CancelSubscriptionRequest,
    CreateTopicRequest,
    DeleteTopicRequest,
    ListSubscriptionsByTopicRequest,
    ListSubscriptionsRequest,
    ListTopicDetailsRequest,
    ListTopicsRequest,
    ListTopicsWithAssociatedResourcesRequest,
    UpdateTopicRequest,
)

from local.emulator import Readings
from local.emulator.admin.routes import answer_admin
from local.emulator.sample import PROJECT_ID, TOPIC_URN
from local.emulator.smn import models, subscriptions
from local.emulator.transfer import Request
from tests.local.emulator.reaching import Reach, StillClock, publish

NIGHTLY = f"urn:smn:cn-north-4:{PROJECT_ID}:nightly"
UNKNOWN = f"{TOPIC_URN}:{'0' * 32}"


def create(reach: Reach, **body: Any) -> Any:
    return reach.smn().create_topic(CreateTopicRequest(body=body))


def subscribe(reach: Reach, topic_urn: str = TOPIC_URN, **body: Any) -> Any:
    request = AddSubscriptionRequest(topic_urn=topic_urn, body=body)
    return reach.smn().add_subscription(request)


def subscribers(reach: Reach, **filters: Any) -> list[str]:
    listed = reach.smn().list_subscriptions(ListSubscriptionsRequest(**filters))
    return [subscription.endpoint for subscription in listed.subscriptions]


def confirm(reach: Reach, subscription_urn: str) -> tuple[int, Any]:
    path = f"/_local/subscriptions/{subscription_urn}/confirm"
    answer = answer_admin(reach.cloud, Request("POST", path, {}))
    return answer.status, json.loads(answer.body)


def dropped(reach: Reach, endpoint: str) -> str | None:
    message = reach.cloud.smn().messages()[-1]
    (why,) = [d.dropped for d in message.deliveries if d.endpoint == endpoint]
    return why


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["nightly", "vault-sync"]),
        ({"limit": 1}, ["nightly"]),
        ({"limit": 1, "offset": 1}, ["vault-sync"]),
        ({"name": "vault-sync"}, ["vault-sync"]),
        ({"fuzzy_name": "vault"}, ["vault-sync"]),
        ({"fuzzy_display_name": "Vault s"}, ["vault-sync"]),
        ({"topic_id": "none"}, []),
        ({"enterprise_project_id": "0"}, ["nightly", "vault-sync"]),
        ({"enterprise_project_id": "other"}, []),
    ],
    ids=str,
)
def test_topics_are_listed_by_every_filter(
    inside: Reach, filters: dict[str, Any], names: list[str]
) -> None:
    """Newest first, page by page."""
    inside.cloud.smn().add_topic("nightly")

    listed = inside.smn().list_topics(ListTopicsRequest(**filters))

    assert [topic.name for topic in listed.topics] == names


def test_a_wrong_page_of_topics_is_refused(inside: Reach) -> None:
    """400 SMN.0015."""
    with pytest.raises(ClientRequestException, match=r"SMN\.0015"):
        inside.smn().list_topics(ListTopicsRequest(limit=101))


def test_a_topic_that_cannot_be_is_refused(inside: Reach) -> None:
    """At once, naming the value."""
    with pytest.raises(ValueError, match="'no spaces!'"):
        inside.cloud.smn().add_topic("no spaces!")
    with pytest.raises(ValueError, match="exists already"):
        inside.cloud.smn().add_topic("vault-sync")


def test_a_topic_is_created_once(reach: Reach) -> None:
    """201 when it is new, 200 and unchanged when it is there; messages can be published to it."""
    made = create(reach, name="nightly", display_name="Nightly")
    again = create(reach, name="nightly", display_name="Another")

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.topic_urn == again.topic_urn == NIGHTLY
    assert reach.cloud.smn().topics[NIGHTLY].display_name == "Nightly"
    assert publish(reach.smn(), NIGHTLY, message="x").message_id


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "SMN.0002", "Parameter: Name is invalid.")),
        ({"name": "-x"}, (400, "SMN.0002", "Parameter: Name is invalid.")),
        ({"name": 17}, (400, "SMN.0002", "Parameter: Name is invalid.")),
        (
            {"name": "x", "display_name": "ü" * 97},
            (400, "SMN.0003", "Parameter: DisplayName is invalid."),
        ),
    ],
    ids=str,
)
def test_a_topic_that_cannot_be_is_refused_in_smns_words(
    reach: Reach, body: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    """Status, code and text of its table."""
    with pytest.raises(ClientRequestException) as caught:
        create(reach, **body)

    refusal = caught.value
    assert (refusal.status_code, refusal.error_code, refusal.error_msg) == expected


def test_a_topic_is_shown_changed_and_deleted(reach: Reach, clock: StillClock) -> None:
    """With its subscriptions; what is not there cannot be shown."""
    client = reach.smn()
    clock.time += 60
    client.update_topic(UpdateTopicRequest(TOPIC_URN, {"display_name": "Changed"}))

    shown = client.list_topic_details(ListTopicDetailsRequest(TOPIC_URN))
    assert (shown.name, shown.display_name) == ("vault-sync", "Changed")
    assert (shown.create_time, shown.update_time) == (
        "2026-11-23T08:00:00Z",
        "2026-11-23T08:01:00Z",
    )
    client.delete_topic(DeleteTopicRequest(TOPIC_URN))
    assert subscribers(reach) == []
    with pytest.raises(ClientRequestException, match=r"SMN\.0006.*Topic not found\."):
        client.list_topic_details(ListTopicDetailsRequest(TOPIC_URN))


def test_topics_have_no_further_resources(inside: Reach) -> None:
    """ListTopicsWithAssociatedResources gives what ListTopics gives."""
    inside.cloud.smn().add_topic("nightly")
    listed = inside.smn().list_topics(ListTopicsRequest())

    request = ListTopicsWithAssociatedResourcesRequest(limit=100, offset=0)
    more = inside.smn().list_topics_with_associated_resources(request)

    assert more.topic_count == listed.topic_count == 2
    assert more.to_json_object()["topics"] == listed.to_json_object()["topics"]


def test_a_subscription_receives_nothing_before_it_is_confirmed(reach: Reach) -> None:
    """`POST /_local/subscriptions/{subscription_urn}/confirm` confirms it."""
    added = subscribe(reach, protocol="https", endpoint="https://hooks.example.com/new")
    publish(reach.smn(), message="x")
    assert dropped(reach, "https://hooks.example.com/new") == "the subscription is not confirmed"

    assert confirm(reach, added.subscription_urn) == (
        200,
        {"subscription_urn": added.subscription_urn, "confirmed": True},
    )
    publish(reach.smn(), message="x")

    assert dropped(reach, "https://hooks.example.com/new") is None


@pytest.mark.parametrize("urn", ["none", UNKNOWN])
def test_what_is_no_subscription_cannot_be_confirmed(inside: Reach, urn: str) -> None:
    """404, naming it."""
    assert confirm(inside, urn) == (404, {"error": f"there is no subscription {urn}"})


def test_a_function_need_not_confirm(inside: Reach) -> None:
    """It is of the same account."""
    subscribe(inside, protocol="functionstage", endpoint="urn:fss:cn-north-4:p:function:d:f:latest")

    assert subscribers(inside, status=1, protocol="functionstage")


def test_a_subscription_is_added_once(inside: Reach) -> None:
    """201 when it is new, 200 when it is there; another protocol is another subscription."""
    first = subscribe(inside, protocol="email", endpoint="a@example.com", remark="A")
    again = subscribe(inside, protocol="email", endpoint="a@example.com")
    other = subscribe(inside, protocol="sms", endpoint="+8613600000001")

    assert [a.status_code for a in (first, again, other)] == [201, 200, 201]
    assert first.subscription_urn == again.subscription_urn != other.subscription_urn


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"protocol": "pigeon", "endpoint": "x"}, "SMN.0011"),
        ({"endpoint": "x"}, "SMN.0011"),
        ({"protocol": "default", "endpoint": "x"}, "SMN.0011"),
        ({"protocol": "email", "endpoint": "nobody"}, "SMN.0012"),
        ({"protocol": "http", "endpoint": "https://example.com"}, "SMN.0012"),
        ({"protocol": "https", "endpoint": "http://example.com"}, "SMN.0012"),
        ({"protocol": "sms", "endpoint": "call me"}, "SMN.0012"),
        ({"protocol": "functionstage", "endpoint": "f"}, "SMN.0012"),
        ({"protocol": "email"}, "SMN.0012"),
        ({"protocol": "email", "endpoint": "a@example.com", "remark": "ü" * 65}, "SMN.0017"),
    ],
    ids=str,
)
def test_a_subscription_that_cannot_be_is_refused(
    inside: Reach, body: dict[str, Any], code: str
) -> None:
    """400, and nothing is added."""
    with pytest.raises(ClientRequestException) as caught:
        subscribe(inside, **body)

    assert (caught.value.status_code, caught.value.error_code) == (400, code)
    assert len(subscribers(inside)) == 3


def test_several_subscriptions_at_once_are_refused_honestly(inside: Reach) -> None:
    """501, naming the field."""
    with pytest.raises(ServerResponseException, match="with subscriptions is not emulated"):
        subscribe(inside, subscriptions=[{"protocol": "email", "endpoint": "a@example.com"}])


@pytest.mark.parametrize(
    ("filters", "endpoints"),
    [
        ({}, ["operator@example.com", "+8613600000000", "a@example.com"]),
        ({"protocol": "email"}, ["operator@example.com", "a@example.com"]),
        ({"endpoint": "+8613600000000"}, ["+8613600000000"]),
        ({"status": 0}, ["a@example.com"]),
        ({"status": 1}, ["operator@example.com", "+8613600000000"]),
        ({"status": 3}, []),
        ({"fuzzy_remark": "nightly"}, ["a@example.com"]),
        ({"limit": 1, "offset": 1}, ["+8613600000000"]),
    ],
    ids=str,
)
def test_subscriptions_are_listed_by_every_filter(
    inside: Reach, filters: dict[str, Any], endpoints: list[str]
) -> None:
    """Of all topics, the oldest first; the count is of what the filters leave."""
    inside.cloud.smn().topics[TOPIC_URN].subscriptions.pop()
    create(inside, name="nightly")
    subscribe(inside, NIGHTLY, protocol="email", endpoint="a@example.com", remark="the nightly one")

    assert subscribers(inside, **filters) == endpoints


def test_a_topics_subscriptions_are_listed(inside: Reach) -> None:
    """Its own alone, with what each is."""
    create(inside, name="nightly")
    urn = subscribe(inside, NIGHTLY, protocol="email", endpoint="a@example.com").subscription_urn

    request = ListSubscriptionsByTopicRequest(topic_urn=NIGHTLY)
    listed = inside.smn().list_subscriptions_by_topic(request).to_json_object()

    assert listed["subscription_count"] == 1
    assert listed["subscriptions"] == [
        {
            "topic_urn": NIGHTLY,
            "protocol": "email",
            "subscription_urn": urn,
            "owner": PROJECT_ID,
            "endpoint": "a@example.com",
            "remark": "",
            "status": 0,
            "filter_polices": [],
        }
    ]


@pytest.mark.parametrize(
    "page", [{"limit": 0}, {"limit": 101}, {"limit": "ten"}, {"offset": -1}], ids=str
)
def test_a_wrong_page_is_refused(inside: Reach, page: dict[str, Any]) -> None:
    """400 SMN.0015; a status that is none is 400 SMN.0077."""
    with pytest.raises(ClientRequestException, match=r"SMN\.0015.*Offset or limit is invalid\."):
        subscribers(inside, **page)
    with pytest.raises(ClientRequestException, match=r"SMN\.0077"):
        subscribers(inside, status=5)


def test_a_cancelled_subscription_is_gone(reach: Reach) -> None:
    """It receives nothing more, and cannot be cancelled again."""
    urn = reach.cloud.smn().topics[TOPIC_URN].subscriptions[0].urn
    reach.smn().cancel_subscription(CancelSubscriptionRequest(urn))
    publish(reach.smn(), message="x")

    assert "operator@example.com" not in subscribers(reach)
    assert len(reach.cloud.smn().messages()[-1].deliveries) == 2
    with pytest.raises(ClientRequestException, match=r"SMN\.0013"):
        reach.smn().cancel_subscription(CancelSubscriptionRequest(urn))


@pytest.mark.parametrize(
    ("urn", "expected"),
    [
        ("none", (400, "SMN.0014")),
        (TOPIC_URN, (400, "SMN.0014")),
        (UNKNOWN, (404, "SMN.0013")),
        (UNKNOWN.replace(PROJECT_ID, "1" * 32), (403, "SMN.0001")),
    ],
    ids=["no urn", "a topic", "unknown", "another project's"],
)
def test_what_is_no_subscription_cannot_be_cancelled(
    inside: Reach, urn: str, expected: tuple[int, str]
) -> None:
    """Malformed, unknown, in another project."""
    with pytest.raises(ClientRequestException) as caught:
        inside.smn().cancel_subscription(CancelSubscriptionRequest(urn))

    assert (caught.value.status_code, caught.value.error_code) == expected


def test_topics_and_subscriptions_have_a_limit(
    inside: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    """403 SMN.0004 and SMN.0007 beyond it; what is there already is no further one."""
    monkeypatch.setattr("local.emulator.smn.topics.MAX_TOPICS", 1)
    monkeypatch.setattr(subscriptions, "MAX_SUBSCRIPTIONS", 3)
    assert (models.MAX_TOPICS, models.MAX_SUBSCRIPTIONS) == (3000, 10_000)

    assert create(inside, name="vault-sync").status_code == 200
    with pytest.raises(ClientRequestException, match=r"SMN\.0004"):
        create(inside, name="nightly")
    with pytest.raises(ClientRequestException, match=r"SMN\.0007"):
        subscribe(inside, protocol="email", endpoint="a@example.com")


@pytest.mark.parametrize(
    ("urn", "code", "newer"),
    [
        (f"{TOPIC_URN}-none", (404, "SMN.0006"), (400, "SMN.00010008")),
        ("none", (400, "SMN.0005"), (400, "SMN.00000005")),
    ],
)
def test_the_reading_of_the_form_of_refusals_can_be_switched(
    reach: Reach, urn: str, code: tuple[int, str], newer: tuple[int, str]
) -> None:
    """`code` and `message`, or `error_code` with eight digits and `error_msg`."""
    for form, number in (("code", code), ("error_code", newer)):
        reach.cloud.readings = Readings(smn_errors=form)  # type: ignore[arg-type]  # a literal
        with pytest.raises(ClientRequestException) as caught:
            publish(reach.smn(), urn, message="x")
        assert (caught.value.status_code, caught.value.error_code) == number
        assert caught.value.error_msg in ("Topic not found.", "Parameter: TopicUrn is invalid.")
