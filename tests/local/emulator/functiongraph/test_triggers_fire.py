from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from local.emulator.functiongraph.engine.schedules import duration, next_firing, zone_of
from local.emulator.sample import TOPIC_URN

if TYPE_CHECKING:
    from tests.local.emulator.functiongraph.conftest import Account

ECHO = "def handler(event, context):\n    return event"
VPC = {"vpc_id": "v", "subnet_id": "s"}
KAFKA = {"instance_id": "k", "topic_ids": ["one", "two"], "batch_size": 2}
RABBITMQ = {"instance_id": "r", "exchange_name": "e", "access_password": "x", "batch_size": 10}


def seconds(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def cron(schedule: str) -> dict[str, Any]:
    return {"schedule_type": "Cron", "schedule": schedule}


@pytest.mark.parametrize(
    ("schedule", "after", "zone", "expected"),
    [
        ("0 17 6 * * *", "2026-11-23T06:16:59", "Asia/Shanghai", "2026-11-23T06:17:00"),
        ("0 17 6 * * *", "2026-11-23T06:17:00", "Asia/Shanghai", "2026-11-24T06:17:00"),
        ("*/10 * * * * ?", "2026-11-23T06:16:51", "Asia/Shanghai", "2026-11-23T06:17:00"),
        ("0 0 8 ? * 0", "2026-11-23T00:00:00", "Asia/Shanghai", "2026-11-29T08:00:00"),
        ("0 0 8 1 *", "2026-11-23T00:00:00", "Asia/Shanghai", "2026-12-01T08:00:00"),
        ("CRON_TZ=Europe/Berlin 0 0 8 * * *", "2026-07-01T00:00:00", "UTC", "2026-07-01T06:00:00"),
        ("CRON_TZ=Europe/Berlin 0 0 8 * * *", "2026-12-01T00:00:00", "UTC", "2026-12-01T07:00:00"),
    ],
)
def test_a_cron_fires_when_it_says(schedule: str, after: str, zone: str, expected: str) -> None:
    """Seconds first, Sunday is 0, `?` is any; in the region's time zone or that of CRON_TZ."""
    found = next_firing(cron(schedule), 0.0, seconds(after, zone), "cn-north-4")
    assert found == seconds(expected, zone)


@pytest.mark.parametrize(
    ("data", "period"),
    [
        ({"schedule_type": "Rate", "schedule": "3m"}, 180),
        ({"schedule_type": "Rate", "schedule": "1d"}, 86_400),
        (cron("@every 1h30m"), 5400),
    ],
)
def test_a_rate_counts_from_the_triggers_creation(data: dict[str, Any], period: float) -> None:
    """The first firing is one period after it, the next ones each a period later."""
    assert next_firing(data, 1000.0, 1000.0, "cn-north-4") == 1000 + period
    assert next_firing(data, 1000.0, 1000.0 + period, "cn-north-4") == 1000 + 2 * period
    assert next_firing(data, 1000.0, 1000.0 + 2.5 * period, "cn-north-4") == 1000 + 3 * period


@pytest.mark.parametrize("text", ["", "h", "1x", "1h 30m", "0s"])
def test_what_is_no_duration_is_an_error(text: str) -> None:
    """A schedule that cannot be read never fires silently."""
    with pytest.raises(ValueError, match="is no duration"):
        duration(text)


def test_a_timer_fires_at_its_times_with_its_event(account: Account) -> None:
    """Every ten seconds for a minute are six events, each with its own scheduled time."""
    urn = account.deploy(ECHO)
    data = {**cron("*/10 * * * * *"), "name": "often", "user_event": '{"a": 1}'}
    account.trigger(urn, "TIMER", data)
    begin = account.clock.now()
    events = [json.loads(record.event) for record in account.go_on(60)]
    assert len(events) == 6
    first = events[0]
    assert (first["trigger_type"], first["trigger_name"]) == ("TIMER", "often")
    assert first["user_event"] == '{"a": 1}'
    assert first["time"].endswith("+08:00")
    times = [datetime.fromisoformat(event["time"]).timestamp() for event in events]
    assert [later - times[0] for later in times] == [0, 10, 20, 30, 40, 50]
    assert 0 < times[0] - begin <= 10


def test_a_disabled_timer_does_not_fire(account: Account) -> None:
    """Status DISABLED is silence."""
    urn = account.deploy(ECHO)
    account.trigger(urn, "TIMER", {**cron("* * * * * *"), "name": "off"}, "DISABLED")
    assert account.go_on(30) == []


def test_what_a_timer_missed_fires_once(account: Account) -> None:
    """When nobody looked for an hour, the timer does not catch up event by event."""
    urn = account.deploy(ECHO)
    account.trigger(urn, "TIMER", {**cron("*/10 * * * * *"), "name": "often"})
    account.attend()
    account.clock.sleep(3600)
    assert len(account.attend()) == 1


@pytest.mark.parametrize("queue", ["kafka", "rocketmq"])
def test_messages_of_topics_come_in_batches(account: Account, queue: str) -> None:
    """No event has more messages than the batch size; those of two topics share an envelope."""
    urn = account.deploy(ECHO, func_vpc=VPC)
    account.trigger(urn, queue.upper(), KAFKA)
    account.admin("POST", queue, {"topic": "one", "messages": ["a", {"b": 1}, "c"]})
    account.admin("POST", queue, {"topic": "two", "messages": ["d"]})
    events = [json.loads(record.event) for record in account.attend()]
    assert [event["records"] for event in events] == [
        [{"messages": ["a", '{"b": 1}'], "topic_id": "one"}],
        [{"messages": ["c"], "topic_id": "one"}, {"messages": ["d"], "topic_id": "two"}],
    ]
    assert events[0]["instance_id"] == "k"
    assert events[0]["trigger_type"] == queue.upper()
    assert 0 <= account.clock.now() - events[0]["event_time"] < 5
    assert account.go_on(60) == []


def test_messages_wait_while_a_trigger_is_disabled(account: Account) -> None:
    """They are counted, and delivered when it is enabled."""
    urn = account.deploy(ECHO, func_vpc=VPC)
    account.trigger(urn, "KAFKA", {**KAFKA, "topic_ids": ["one"]}, "DISABLED")
    put = account.admin("POST", "kafka", {"messages": ["a"]})
    assert [trigger["trigger_status"] for trigger in put["triggers"]] == ["DISABLED"]
    assert account.attend() == []
    (function,) = account.admin("GET", "functions")["functions"]
    assert function["triggers"][0]["waiting_messages"] == 1
    next(iter(account.engine.functions()[urn[:-7]].triggers.values())).status = "ACTIVE"
    assert len(account.attend()) == 1


def test_rabbitmq_messages_name_instance_and_exchange_in_the_record(account: Account) -> None:
    """The envelope differs from Kafka's in just that."""
    urn = account.deploy(ECHO, func_vpc=VPC)
    account.trigger(urn, "RABBITMQ", RABBITMQ)
    account.admin("POST", "rabbitmq", {"messages": ["a", "b"]})
    (record,) = account.attend()
    event = json.loads(record.event)
    assert event["trigger_type"] == "RABBITMQ"
    assert event["records"] == [{"messages": ["a", "b"], "instance_id": "r", "exchange": "e"}]


def test_a_queue_is_read_only_if_the_agency_allows_it(account: Account) -> None:
    """Without dms:instance:get the messages wait, and the refusal is shown."""
    account.cloud.add_agency(
        "narrow", {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["vpc:*:*"]}]}
    )
    urn = account.deploy(ECHO, func_vpc=VPC, xrole="narrow")
    account.trigger(urn, "RABBITMQ", RABBITMQ)
    account.admin("POST", "rabbitmq", {"messages": ["a"]})
    assert account.attend() == []
    (refusal,) = account.admin("GET", "functions")["refusals"]
    assert refusal == (
        "agency 'narrow' does not allow dms:instance:get, needed to read the queue of the "
        "RABBITMQ trigger"
    )


def test_a_published_message_reaches_functions_that_listen(account: Account) -> None:
    """By an SMN trigger or a `functionstage` subscription; filters of a subscription hold."""
    by_trigger = account.deploy(ECHO, name="by-trigger")
    account.trigger(by_trigger, "SMN", {"topic_urn": TOPIC_URN})
    by_subscription = account.deploy(ECHO, name="by-subscription")
    topic = account.cloud.smn().find_topic(TOPIC_URN)
    topic.subscribe("functionstage", by_subscription, filters={"outcome": ["problem"]})
    for outcome in ("ok", "problem"):
        account.cloud.smn().publish(
            topic,
            now=account.clock.now(),
            subject="s",
            texts={"default": "text", "functionstage": f"for machines: {outcome}"},
            attributes={"outcome": outcome},
            time_to_live=60,
        )
    records = account.attend()
    assert [record.function_urn for record in records] == [by_trigger, by_trigger, by_subscription]
    event = json.loads(records[2].event)
    told = event["record"][0]
    assert told["event_subscription_urn"] == by_subscription
    assert told["smn"]["message"] == "for machines: problem"
    assert told["smn"]["topic_urn"] == TOPIC_URN
    moment = datetime.fromisoformat(told["smn"]["timestamp"].replace("Z", "+00:00"))
    assert abs(moment.timestamp() - account.clock.now()) < 5
    assert account.go_on(60) == []


def test_every_region_of_china_has_chinas_time() -> None:
    """A region whose zone is not known has UTC."""
    assert zone_of("cn-south-1").key == "Asia/Shanghai"
    assert zone_of("eu-west-101").key == "Europe/Dublin"
    assert zone_of("xx-nowhere-1").key == "UTC"
