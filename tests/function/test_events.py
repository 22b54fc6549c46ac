from __future__ import annotations

import json
from typing import Any

import pytest

from vault_sync.envelopes import Message, Unreadable
from vault_sync.events import read

REQUEST = '{"vault_id": "v1"}'

TIMER = {
    "version": "v2.0",
    "time": "2026-11-23T08:30:00+08:00",
    "trigger_type": "TIMER",
    "trigger_name": "nightly",
    "user_event": REQUEST,
}
KAFKA = {
    "event_version": "v1.0",
    "event_time": 1576737962,
    "trigger_type": "KAFKA",
    "region": "cn-north-4",
    "instance_id": "81335d56-b9fe-4679-ba95-7030949cc76b",
    "records": [{"messages": [REQUEST, REQUEST], "topic_id": "vaults"}],
}
KAFKA_2021 = {
    **{key: value for key, value in KAFKA.items() if key != "instance_id"},
    "event_time": "1576737962",
    "records": [{"messages": [REQUEST], "topic_id": "vaults", "instance_id": "81335d56"}],
}
RABBITMQ = {
    "event_version": "v1.0",
    "event_time": 1576737962,
    "trigger_type": "RABBITMQ",
    "region": "cn-north-4",
    "records": [{"messages": [REQUEST], "instance_id": "81335d56", "exchange": "backup"}],
}
ROCKETMQ = {**KAFKA, "trigger_type": "ROCKETMQ"}
DMS = {
    "queue_id": "queue-1",
    "region": "cn-north-4",
    "event_type": "MessageCreated",
    "consumer_group_id": "group-1",
    "messages": [{"body": {"vault_id": "v1"}, "attributes": {}}, {"body": REQUEST}],
}
SMN = {
    "record": [
        {
            "event_version": "1.0",
            "event_source": "smn",
            "event_subscription_urn": "urn:fss:cn-north-4:p:function:default:sync:latest",
            "smn": {
                "topic_urn": "urn:smn:cn-north-4:p:requests",
                "timestamp": "2026-11-23T07:11:40Z",
                "message_attributes": None,
                "message": REQUEST,
                "type": "notification",
                "message_id": "a51671f7",
                "subject": "sync",
            },
        }
    ],
    "functionname": "sync",
    "requestId": "7c307f6a",
    "timestamp": "Mon Nov 23 2026 15:11:40 GMT+0800 (CST)",
}
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "016d5bd3-6231-4e9e-86ef-e451a070d598",
    "source": "backup-events",
    "type": "RABBITMQ:CloudTrace:RabbitmqCall",
    "time": "2026-11-23T11:51:10Z",
    "datacontenttype": "application/json",
    "data": {"vault_id": "v1"},
}


@pytest.mark.parametrize(
    ("event", "kind", "name", "time", "sources"),
    [
        (TIMER, "TIMER", "nightly", "2026-11-23T08:30:00+08:00", ["user_event"]),
        (
            KAFKA,
            "KAFKA",
            "vaults",
            "2019-12-19T06:46:02Z",
            ["records[0].messages[0]", "records[0].messages[1]"],
        ),
        (KAFKA_2021, "KAFKA", "vaults", "2019-12-19T06:46:02Z", ["records[0].messages[0]"]),
        (RABBITMQ, "RABBITMQ", "backup", "2019-12-19T06:46:02Z", ["records[0].messages[0]"]),
        (
            ROCKETMQ,
            "ROCKETMQ",
            "vaults",
            "2019-12-19T06:46:02Z",
            ["records[0].messages[0]", "records[0].messages[1]"],
        ),
        (DMS, "DMS", "queue-1", None, ["messages[0].body", "messages[1].body"]),
        (
            SMN,
            "SMN",
            "urn:smn:cn-north-4:p:requests",
            "2026-11-23T07:11:40Z",
            ["record[0].smn.message"],
        ),
        (CLOUD_EVENT, "EVENTGRID", "backup-events", "2026-11-23T11:51:10Z", ["data"]),
        ([CLOUD_EVENT], "EVENTGRID", "backup-events", "2026-11-23T11:51:10Z", ["[0].data"]),
        ([{"vault_id": "v1"}, REQUEST], "DIRECT", None, None, ["[0]", "[1]"]),
        ({"vault_id": "v1"}, "DIRECT", None, None, ["event"]),
        (REQUEST, "DIRECT", None, None, ["event"]),
        (REQUEST.encode(), "DIRECT", None, None, ["event"]),
        (json.dumps(TIMER), "TIMER", "nightly", "2026-11-23T08:30:00+08:00", ["user_event"]),
    ],
)
def test_every_envelope_is_understood(
    event: Any, kind: str, name: str | None, time: str | None, sources: list[str]
) -> None:
    """A trigger's type, name, time and messages are found in the shape it delivers."""
    incoming = read(event)
    assert incoming.trigger.as_document() == {"type": kind, "name": name, "time": time}
    assert [message.source for message in incoming.messages] == sources
    for message in incoming.messages:
        assert isinstance(message, Message)
        assert message.payload in (REQUEST, {"vault_id": "v1"})


@pytest.mark.parametrize(
    ("payload", "opened"),
    [({"message": REQUEST}, REQUEST), ({"context": REQUEST}, REQUEST), ({"a": 1}, {"a": 1})],
)
def test_the_object_some_producers_put_around_a_message_is_opened(
    payload: Any, opened: Any
) -> None:
    """`{"message": ...}` and `{"context": ...}` are wrappings, other objects are not."""
    assert read({**CLOUD_EVENT, "data": payload}).messages == [
        Message("data", opened, read(CLOUD_EVENT).trigger.time)
    ]


@pytest.mark.parametrize(
    "blank", [{**TIMER, "user_event": ""}, {**TIMER, "user_event": None}, {}, None, " "]
)
def test_an_event_that_leaves_the_request_out_says_so(blank: Any) -> None:
    """What DEFAULT_REQUEST is for: a timer without additional information, an empty event."""
    (message,) = read(blank).messages
    assert isinstance(message, Message)
    assert message.carries_none


@pytest.mark.parametrize(
    ("event", "source", "words"),
    [
        ({"trigger_type": "KAFKA"}, "records", "expected a list, found"),
        ({**KAFKA, "records": None, "messages": []}, "records", "expected a list, found null"),
        ({**KAFKA, "records": None}, "records", "expected a list, found null"),
        ({**KAFKA, "records": [5]}, "records[0]", "expected an object with `messages`, found 5"),
        (
            {**KAFKA, "records": [{"messages": "text"}]},
            "records[0].messages",
            "expected a list, found text",
        ),
        ({**KAFKA, "records": []}, "event", "has no messages"),
        ({**DMS, "messages": ["text"]}, "messages[0]", "expected an object with `body`"),
        (
            {"record": [{"event_source": "smn", "smn": []}]},
            "record[0].smn",
            "expected an object with `message`",
        ),
        ('{"vault_id": ', "event", "not JSON: Expecting value at line 1"),
        ('{"vault_id": NaN}', "event", "NaN is not a JSON value"),
        ("[" * 100_000, "event", "nested too deeply"),
        ([], "event", "has no messages"),
        ("[" + " " * 6_291_455 + "]", "event", "lower the trigger's batch size"),
        (
            {**KAFKA, "records": [{"messages": ["{}"] * 10_001}]},
            "event",
            "lower the trigger's batch size",
        ),
        (
            {**KAFKA, "records": [{"messages": [" " * (3 * 1024 * 1024 + 1)] * 2}]},
            "event",
            "split the request",
        ),
    ],
)
def test_what_does_not_have_its_shape_is_named_with_its_place(
    event: Any, source: str, words: str
) -> None:
    """Nothing is passed over: an unreadable part is there, with what was expected and found."""
    (part,) = read(event).messages
    assert isinstance(part, Unreadable)
    assert part.source == source
    assert words in part.error.message


def test_the_largest_event_is_read() -> None:
    """6,291,456 bytes with its quotation marks, and 10,000 messages: one more is too many."""
    assert len(read({**KAFKA, "records": [{"messages": [REQUEST] * 10_000}]}).messages) == 10_000
    (part,) = read(REQUEST + " " * (6_291_455 - len(REQUEST))).messages
    assert isinstance(part, Message)


def test_an_unreadable_record_does_not_hide_the_others() -> None:
    """One bad record never changes what is read of the rest."""
    records = [{"messages": [REQUEST]}, "bad", {"messages": [REQUEST], "exchange": "b"}]
    incoming = read({**RABBITMQ, "records": records})
    assert [part.source for part in incoming.messages] == [
        "records[0].messages[0]",
        "records[1]",
        "records[2].messages[0]",
    ]
    assert incoming.trigger.name == "b"


@pytest.mark.parametrize(
    "time", ["yesterday", "", None, True, "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_time_that_cannot_be_read_is_no_time(time: Any) -> None:
    """A timer whose time is garbage still fires; it just cannot be recognised when repeated."""
    incoming = read({**TIMER, "time": time})
    assert incoming.trigger.time is None
    assert len(incoming.messages) == 1


@pytest.mark.parametrize("time", [-1, True, 10**16, "x", "1e3", "9" * 16])
def test_an_epoch_that_cannot_be_read_is_no_time(time: Any) -> None:
    """The same for a queue."""
    assert read({**KAFKA, "event_time": time}).trigger.time is None
