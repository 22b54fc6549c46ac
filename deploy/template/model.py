"""The template's shape: every key, its type and its limits.

Keys follow the document that Huawei's own FunctionGraph plug-in writes
(support.huaweicloud.com/devg-functiongraph/functiongraph_01_1831.html) and, where that has none,
the names of the FunctionGraph v2 API in capitals. An event's ``Properties`` are the API's
``event_data`` in its own spelling, so that they reach the API and Terraform unchanged
(support.huaweicloud.com/api-functiongraph/functiongraph_06_0122.html).
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
    model_validator,
)
from pydantic.alias_generators import to_pascal

MEMORY_SIZES = Literal[
    128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 8192, 10240
]
TOPIC_URN = r"^urn:smn:[a-z0-9-]{1,64}:[A-Za-z0-9_-]{1,64}:[A-Za-z0-9][A-Za-z0-9_-]{0,254}$"
MAX_USER_EVENT_BYTES = 2047
"""The additional information of a timer is below 2 KB (tr-aos/fgs-timereventmap.html)."""


def _text(value: Any) -> Any:
    """The value of a parameter that is a number or a truth value, as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


TEXTS = ("Variables", "Encrypted")
"""Keys below which the template's values are the texts that stand there."""


def _json_text(value: Any) -> Any:
    """A mapping may be written where the API wants JSON text."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value


def _short_enough(value: str) -> str:
    if len(value.encode()) > MAX_USER_EVENT_BYTES:
        raise ValueError(f"{len(value.encode())} bytes, but FunctionGraph takes less than 2 KB")
    return value


Text = Annotated[str, BeforeValidator(_text)]
TopicUrn = Annotated[str, Field(pattern=TOPIC_URN)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^\S+$")]
HandlerName = Annotated[
    str, StringConstraints(max_length=128, pattern=r"^(?:\w+/)*[A-Za-z_]\w*\.[A-Za-z_]\w*$")
]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Variables = dict[VariableName, Text]
BatchSize = Annotated[int, Field(ge=1, le=1000)]


class Part(BaseModel):
    """What every part of the template has in common: unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_pascal, populate_by_name=False
    )


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


class Event(Part):
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


class Environment(Part):
    """Environment variables; the encrypted ones are hidden in the console."""

    variables: Variables = Field(default_factory=dict)
    encrypted: Variables = Field(default_factory=dict)


class Vpc(Part):
    """The VPC and the network ID of the subnet that the function is attached to."""

    vpc_id: Identifier
    subnet_id: Identifier


class LogConfig(Part):
    """Logs in LTS; without IDs FunctionGraph makes group and stream itself."""

    enabled: bool = True
    group_id: Identifier | None = None
    group_name: str | None = None
    stream_id: Identifier | None = None
    stream_name: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> LogConfig:
        given = [self.group_id, self.group_name, self.stream_id, self.stream_name]
        if any(given) and not all(given):
            raise ValueError("GroupId, GroupName, StreamId and StreamName go together")
        return self


class Destination(Part):
    """Where FunctionGraph reports an asynchronous run."""

    type: Literal["SMN"]
    topic_urn: TopicUrn


class AsyncInvoke(Part):
    """What FunctionGraph does with asynchronous runs that fail."""

    max_retries: Annotated[int, Field(ge=0, le=3)]
    max_age_seconds: Annotated[int, Field(ge=1, le=86_400)]
    on_failure: Destination | None = None
    on_success: Destination | None = None


class Function(Part):
    """``Properties`` of the function."""

    name: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?$")
    ]
    package: Annotated[str, StringConstraints(min_length=1, max_length=60)] = "default"
    description: Annotated[str, StringConstraints(max_length=480)] = (
        ""  # of 512: the mark of apply comes after it
    )
    func_type: Literal["v2"] = "v2"
    runtime: Literal["Python3.10", "Python3.12"]
    handler: HandlerName
    initializer_handler: HandlerName | None = None
    initializer_timeout: Annotated[int, Field(ge=1, le=300)] | None = None
    code_type: Literal["zip", "obs"] = "zip"
    code_uri: Annotated[str, StringConstraints(min_length=1)]
    code_url: Annotated[str, StringConstraints(pattern=r"^https://\S+\.zip$")] | None = None
    memory_size: MEMORY_SIZES
    timeout: Annotated[int, Field(ge=3, le=259_200)]
    max_instances: Annotated[int, Field(ge=-1, le=1000)] | None = None
    agency: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")]
    execution_agency: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")] | None = None
    enterprise_project_id: Identifier | None = None
    vpc: Vpc | None = None
    dependencies: Annotated[list[Identifier], Field(max_length=20)] = Field(default_factory=list)
    log_config: LogConfig = Field(default_factory=LogConfig)
    environment: Environment = Field(default_factory=Environment)
    async_invoke: AsyncInvoke | None = None
    events: dict[str, AnyEvent] = Field(default_factory=dict)


class Resource(Part):
    """One resource: the function."""

    type: Literal["HC::Serverless::Function"]
    properties: Function


class Template(Part):
    """The whole document. ``Parameters`` are read and put in before."""

    hc_crm_template_version: Literal["v2"]
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    resources: Annotated[dict[str, Resource], Field(min_length=1, max_length=1)]

    @property
    def function(self) -> Function:
        """The one function that the template describes."""
        return next(iter(self.resources.values())).properties
