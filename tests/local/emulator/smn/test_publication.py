"""What SMN accepts, in which words it refuses, and what its subscribers receive."""

from __future__ import annotations

import json
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException
from huaweicloudsdksmn.v2 import MessageAttribute, PublishMessageRequest

from local.emulator import Delivery, Readings
from local.emulator.sample import PROJECT_ID, TOPIC_URN
from tests.local.emulator.reaching import Reach, StillClock, publish

MESSAGE_LIMIT = 256 * 1024


def refused(reach: Reach, topic_urn: str = TOPIC_URN, **message: Any) -> tuple[int, str]:
    with pytest.raises(ClientRequestException) as caught:
        publish(reach.smn(), topic_urn, **message)
    assert reach.cloud.smn().messages() == []
    return caught.value.status_code, caught.value.error_code


def received(reach: Reach, protocol: str) -> list[Delivery]:
    """What the subscribers of a protocol were sent, or why not, message by message."""
    return [
        delivery
        for message in reach.cloud.smn().messages()
        for delivery in message.deliveries
        if delivery.protocol == protocol
    ]


@pytest.mark.parametrize(
    ("urn", "expected"),
    [
        ("no-urn", (400, "SMN.0005")),
        ("urn:smn:cn-north-4:" + PROJECT_ID, (400, "SMN.0005")),
        (f"urn:smn:cn-north-4:{PROJECT_ID}:other", (404, "SMN.0006")),
        (f"urn:smn:cn-east-3:{PROJECT_ID}:vault-sync", (404, "SMN.0006")),
        ("urn:smn:cn-north-4:" + "1" * 32 + ":vault-sync", (403, "SMN.0001")),
    ],
)
def test_a_wrong_topic_is_refused(reach: Reach, urn: str, expected: tuple[int, str]) -> None:
    """Malformed, unknown, in another region, in another project."""
    assert refused(reach, urn, message="x") == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({}, (403, "SMN.0009")),
        ({"message": ""}, (403, "SMN.0009")),
        ({"message": 17}, (403, "SMN.0009")),
        ({"subject": "only"}, (403, "SMN.0009")),
        ({"message": "x", "subject": "ü" * 257}, (403, "SMN.0008")),
        ({"message": "x", "subject": 17}, (403, "SMN.0008")),
        ({"message": "x" * (MESSAGE_LIMIT + 1)}, (403, "SMN.0009")),
        ({"message_structure": {"default": "x"}}, (400, "SMN.0021")),
        ({"message_structure": "no json"}, (400, "SMN.0021")),
        ({"message_structure": "[" * 100_000}, (400, "SMN.0021")),
        ({"message_structure": '["default"]'}, (400, "SMN.0021")),
        ({"message_structure": '{"email": "x"}'}, (400, "SMN.0021")),
        ({"message_structure": '{"default": "x", "pigeon": "x"}'}, (400, "SMN.0021")),
        ({"message_structure": '{"default": "x", "email": 17}'}, (400, "SMN.0021")),
        ({"message_structure": '{"default": "x", "feishu": "x"}'}, (400, "SMN.0021")),
        ({"message_structure": json.dumps({"default": "x", "sms": "x" * 491})}, (403, "SMN.0009")),
        ({"message_structure": '{"default": "x", "sms": "[x]"}'}, (403, "SMN.0009")),
        ({"message_structure": '{"default": "x", "sms": "【x】"}'}, (403, "SMN.0009")),
        ({"message": "x", "time_to_live": "0"}, (403, "SMN.0009")),
        ({"message": "x", "time_to_live": "86401"}, (403, "SMN.0009")),
        ({"message": "x", "time_to_live": 60}, (403, "SMN.0009")),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_message_beyond_a_limit_is_refused(
    inside: Reach, message: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Each limit with its code, and nothing is published."""
    assert refused(inside, **message) == expected


@pytest.mark.parametrize(
    "attributes",
    [
        [MessageAttribute("Outcome", "STRING", "ok")],
        [MessageAttribute("o" * 33, "STRING", "ok")],
        [MessageAttribute("_outcome", "STRING", "ok")],
        [MessageAttribute("the__outcome", "STRING", "ok")],
        [MessageAttribute("outcome", "STRING", "")],
        [MessageAttribute("outcome", "STRING", "o" * 33)],
        [MessageAttribute("outcome", "STRING", "8d3a8b28-a697-41e2-8d5d-903669f8a02d")],
        [MessageAttribute("outcome", "STRING_ARRAY", [])],
        [MessageAttribute("outcome", "STRING_ARRAY", [f"v{n}" for n in range(11)])],
        [MessageAttribute("outcome", "NUMBER", "1")],
        [MessageAttribute("outcome", "STRING_ARRAY", "ok")],
        [MessageAttribute("smn_protocol", "PROTOCOL", ["pigeon"])],
        [MessageAttribute("outcome", "STRING", "ok")] * 2,
        [MessageAttribute(f"a{n}", "STRING", "v") for n in range(11)],
        ["outcome"],
        "outcome",
    ],
    ids=lambda value: str(value)[:60],
)
def test_wrong_message_attributes_are_refused(inside: Reach, attributes: Any) -> None:
    """Name, type, value and number."""
    assert refused(inside, message="x", message_attributes=attributes) == (403, "SMN.0009")


def test_a_refusal_can_repeat_what_is_no_valid_unicode(reach: Reach) -> None:
    """A lone surrogate in the request does not break the answer."""
    structure = '{"default": "x", "\\ud800": "x"}'

    assert refused(reach, message_structure=structure) == (400, "SMN.0021")


@pytest.mark.parametrize(
    "message",
    [
        {"message": "x" * MESSAGE_LIMIT},
        {"message": "x", "subject": "ü" * 256},
        {"message": "x", "time_to_live": "86400"},
        {"message_structure": json.dumps({"default": "x", "sms": "x" * 490})},
        {"message_structure": json.dumps({"default": "x", "feishu": {"msgType": "text"}})},
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_message_at_a_limit_is_accepted(inside: Reach, message: dict[str, Any]) -> None:
    """The limit itself is allowed."""
    assert publish(inside.smn(), **message).message_id


def test_the_size_of_a_structure_is_that_of_its_whole_json(inside: Reach) -> None:
    """With braces, quotes and the names of the protocols: the limit in SMN's description."""
    around = len(json.dumps({"default": ""}))
    text = "x" * (MESSAGE_LIMIT - around)

    assert publish(inside.smn(), message_structure=json.dumps({"default": text})).message_id
    inside.cloud.reset()
    longer = json.dumps({"default": text + "x"})
    assert refused(inside, message_structure=longer) == (403, "SMN.0009")
    inside.cloud.readings = Readings(message_size="text")
    assert publish(inside.smn(), message_structure=longer).message_id


def test_the_reading_of_the_size_limit_can_be_switched(inside: Reach) -> None:
    """Counted on the wire, a character outside ASCII has six bytes."""
    message = "上" * (MESSAGE_LIMIT // 6)
    publish(inside.smn(), message=message)
    inside.cloud.reset()
    inside.cloud.readings = Readings(message_size="request")

    assert refused(inside, message=message) == (403, "SMN.0009")


def test_each_protocol_receives_its_own_text(inside: Reach) -> None:
    """E-mail with the subject, SMS without, the web as SMN's JSON; others the default."""
    structure = {"default": "long", "sms": "short", "https": '{"schema": "vault-sync/1"}'}
    answer = publish(inside.smn(), subject="All well", message_structure=json.dumps(structure))

    (email,), (sms,), (https,) = (received(inside, p) for p in ("email", "sms", "https"))
    assert (email.subject, email.text, email.dropped) == ("All well", "long", None)
    assert (sms.subject, sms.text, sms.dropped) == (None, "short", None)
    assert json.loads(https.text) == {
        "type": "Notification",
        "topic_urn": TOPIC_URN,
        "message_id": answer.message_id,
        "subject": "All well",
        "message": '{"schema": "vault-sync/1"}',
        "timestamp": "2026-11-23T08:00:00Z",
    }


def test_a_structure_wins_over_a_message(inside: Reach) -> None:
    """As the API page orders them."""
    publish(inside.smn(), message="plain", message_structure='{"default": "structured"}')

    assert [d.text for d in received(inside, "email")] == ["structured"]


def test_null_is_a_field_that_was_left_out(inside: Reach) -> None:
    """Some clients send it for whatever their caller did not give."""
    optional = (
        "subject message_structure message_template_name message_attributes time_to_live tags"
    )
    body = {"message": "plain", **dict.fromkeys(optional.split())}

    inside.smn().publish_message(PublishMessageRequest(topic_urn=TOPIC_URN, body=body))

    assert [d.text for d in received(inside, "email")] == ["plain"]


def test_a_template_is_refused_honestly(inside: Reach) -> None:
    """501: there are none."""
    with pytest.raises(ServerResponseException, match="message_template_name is not emulated"):
        publish(inside.smn(), message_template_name="greeting", message="plain")


def test_a_filter_lets_only_its_messages_pass(inside: Reach) -> None:
    """A subscription that wants problems is not told of success."""
    topic = inside.cloud.smn().topics[TOPIC_URN]
    topic.subscribe("http", "http://pager.example.com", filters={"outcome": ["problem"]})
    for outcome in ("ok", "problem"):
        attribute = MessageAttribute("outcome", "STRING", outcome)
        publish(inside.smn(), message=outcome, message_attributes=[attribute])

    assert [delivery.dropped for delivery in received(inside, "http")] == [
        "the subscription's filter wants outcome to be problem",
        None,
    ]


def test_a_message_may_be_for_some_protocols_alone(inside: Reach) -> None:
    """The attribute of type PROTOCOL; an array of strings passes a filter by any of them."""
    topic = inside.cloud.smn().topics[TOPIC_URN]
    topic.subscribe("http", "http://pager.example.com", filters={"site": ["berlin"]})
    attributes = [
        MessageAttribute("smn_protocol", "PROTOCOL", ["http", "email"]),
        MessageAttribute("site", "STRING_ARRAY", ["munich", "berlin"]),
    ]
    publish(inside.smn(), message="x", message_attributes=attributes)

    dropped = {p: received(inside, p)[0].dropped for p in ("email", "sms", "http")}
    assert dropped == {"email": None, "sms": "the message is for other protocols", "http": None}


def test_an_unconfirmed_subscription_receives_nothing(inside: Reach) -> None:
    """Until somebody follows its link."""
    inside.cloud.smn().topics[TOPIC_URN].subscribe("http", "http://x", confirmed=False)
    publish(inside.smn(), message="x")

    assert received(inside, "http")[0].dropped == "the subscription is not confirmed"


def test_a_text_that_cannot_be_an_sms_is_not_sent_as_one(inside: Reach) -> None:
    """A default text with brackets is published, but not by SMS."""
    publish(inside.smn(), message="[vault] synchronised")

    assert received(inside, "email")[0].dropped is None
    assert received(inside, "sms")[0].dropped == "an SMS must not contain [ ] 【 】"


def test_a_topic_sends_a_hundred_mails_in_ten_minutes(inside: Reach, clock: StillClock) -> None:
    """What exceeds is accepted, and not sent; ten minutes later it is again."""
    client = inside.smn()
    for _ in range(101):
        publish(client, message="x")
    clock.time += 600
    publish(client, message="x")

    sent = [delivery.dropped is None for delivery in received(inside, "email")]
    assert sent == [True] * 100 + [False, True]
    assert all(delivery.dropped is None for delivery in received(inside, "https"))


def test_a_body_that_is_no_object_is_refused(inside: Reach) -> None:
    """403 SMN.0009."""
    with pytest.raises(ClientRequestException, match=r"SMN\.0009"):
        inside.smn().publish_message(PublishMessageRequest(topic_urn=TOPIC_URN, body="no json"))
