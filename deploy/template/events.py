"""The template's events: each is a trigger of the function.

An event's ``Properties`` are the API's ``event_data`` in its own spelling, so they reach the API
unchanged (support.huaweicloud.com/api-functiongraph/functiongraph_06_0122.html).
"""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from deploy.template.parts import Identifier, TemplatePart, TopicUrn

MAX_USER_EVENT_BYTES = 2047
"""The additional information of a timer is below 2 KB (tr-aos/fgs-timereventmap.html)."""


def _json_text(value: Any) -> Any:
    """A mapping may be written where the API wants JSON text."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value


def _short_enough(value: str) -> str:
    if len(value.encode()) > MAX_USER_EVENT_BYTES:
        raise ValueError(f"{len(value.encode())} bytes, but FunctionGraph takes less than 2 KB")
    return value


BatchSize = Annotated[int, Field(ge=1, le=1000)]


class EventData(BaseModel):
    """``Properties`` of an event: the API's own keys, so no capitals."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    SECRETS: ClassVar[frozenset[str]] = frozenset()


class TimerData(EventData):
    """When a timer fires, and what it says."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
    schedule_type: Literal["Rate", "Cron"]
    schedule: str
    user_event: Annotated[str, BeforeValidator(_json_text), AfterValidator(_short_enough)] = ""


class KafkaData(EventData):
    """A DMS for Kafka instance and its topics."""

    SECRETS: ClassVar[frozenset[str]] = frozenset({"kafka_password"})
    instance_id: Identifier
    topic_ids: Annotated[list[Identifier], Field(min_length=1)]
    batch_size: BatchSize
    kafka_user: str | None = None
    kafka_password: str | None = None
    kafka_connect_address: str | None = None
    kafka_ssl_enable: bool | None = None


class RabbitmqData(EventData):
    """A DMS for RabbitMQ instance and an exchange."""

    SECRETS: ClassVar[frozenset[str]] = frozenset({"access_password"})
    instance_id: Identifier
    exchange_name: Annotated[str, StringConstraints(min_length=1)]
    access_password: Annotated[str, StringConstraints(min_length=1)]
    batch_size: BatchSize
    access_user: str | None = None
    vhost: str | None = None
    connect_address: str | None = None
    ssl_enable: bool | None = None


class RocketmqData(EventData):
    """A DMS for RocketMQ instance and its topics.

    That the type exists is documented (support.huaweicloud.com/intl/en-us/api-functiongraph/
    functiongraph_06_0122.html), the names of its fields are not: these are Kafka's, and what the
    console asks for (instance, topic, batch size).
    """

    instance_id: Identifier
    topic_ids: Annotated[list[Identifier], Field(min_length=1)]
    batch_size: BatchSize


class ApiFunction(BaseModel):
    """How APIG calls the function."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    invocation_type: Literal["sync", "async"] = "sync"
    timeout: Annotated[int, Field(ge=1, le=60_000)] = 5000


class ApigData(EventData):
    """The API of an APIG group that fires the function.

    Source: CreateFunctionTrigger
    (support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0122.html).
    """

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]\w{2,63}$")]
    type: Literal[1, 2]
    path: Annotated[str, StringConstraints(pattern=r"^/\S*$", max_length=512)]
    protocol: Literal["HTTP", "HTTPS", "BOTH"]
    req_method: Literal["ANY", "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"]
    group_id: Identifier
    match_mode: Literal["SWA", "NORMAL"]
    env_name: str
    env_id: str
    auth: Literal["IAM", "APP", "NONE"]
    backend_type: Literal["FUNCTION"] | None = None
    func_info: ApiFunction | None = None


class SmnData(EventData):
    """The SMN topic to listen to."""

    topic_urn: TopicUrn


class Event(TemplatePart):
    """What is common to all triggers. ``Enabled: false`` means there is none."""

    TAG: ClassVar[str]
    enabled: bool = True


class TimerEvent(Event):
    """Fires by the clock. A DISABLED timer exists and does not fire."""

    TAG: ClassVar[str] = "TIMER"
    type: Literal["TIMER"]
    status: Literal["ACTIVE", "DISABLED"] = "ACTIVE"
    properties: TimerData


class KafkaEvent(Event):
    """Fires for messages of Kafka topics."""

    TAG: ClassVar[str] = "KAFKA"
    type: Literal["KAFKA"]
    status: Literal["ACTIVE", "DISABLED"] = "ACTIVE"
    properties: KafkaData


class RabbitmqEvent(Event):
    """Fires for messages of a RabbitMQ exchange; cannot be disabled."""

    TAG: ClassVar[str] = "RABBITMQ"
    type: Literal["RABBITMQ"]
    status: Literal["ACTIVE"] = "ACTIVE"
    properties: RabbitmqData


class RocketmqEvent(Event):
    """Fires for messages of RocketMQ topics; begins disabled and is enabled by ``apply``."""

    TAG: ClassVar[str] = "ROCKETMQ"
    type: Literal["ROCKETMQ"]
    status: Literal["ACTIVE", "DISABLED"] = "ACTIVE"
    properties: RocketmqData


class ApigEvent(Event):
    """Fires for HTTP requests to an API; cannot be disabled."""

    TAG: ClassVar[str] = "APIG"
    type: Literal["APIG"]
    status: Literal["ACTIVE"] = "ACTIVE"
    properties: ApigData


class SmnEvent(Event):
    """Fires for messages of an SMN topic; cannot be disabled."""

    TAG: ClassVar[str] = "SMN"
    type: Literal["SMN"]
    status: Literal["ACTIVE"] = "ACTIVE"
    properties: SmnData


AnyEvent = Annotated[
    TimerEvent | KafkaEvent | RabbitmqEvent | RocketmqEvent | ApigEvent | SmnEvent,
    Field(discriminator="type"),
]
