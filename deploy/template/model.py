"""The template's shape: every key, its type and its limits.

Keys follow the document that Huawei's own FunctionGraph plug-in writes
(support.huaweicloud.com/devg-functiongraph/functiongraph_01_1831.html) and, where that has none,
the names of the FunctionGraph v2 API in capitals. Events are in `events`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from deploy.template.events import AnyEvent
from deploy.template.parts import Identifier, TemplatePart, Text, TopicUrn

MEMORY_SIZES = Literal[
    128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 8192, 10240
]


TEXTS = ("Variables", "Encrypted")
"""Keys below which the template's values are the texts that stand there."""


HandlerName = Annotated[
    str, StringConstraints(max_length=128, pattern=r"^(?:\w+/)*[A-Za-z_]\w*\.[A-Za-z_]\w*$")
]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Variables = dict[VariableName, Text]


class Environment(TemplatePart):
    """Environment variables; the encrypted ones are hidden in the console."""

    variables: Variables = Field(default_factory=dict)
    encrypted: Variables = Field(default_factory=dict)


class Vpc(TemplatePart):
    """The VPC and the network ID of the subnet that the function is attached to."""

    vpc_id: Identifier
    subnet_id: Identifier


class LogConfig(TemplatePart):
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


class Destination(TemplatePart):
    """Where FunctionGraph reports an asynchronous run."""

    type: Literal["SMN"]
    topic_urn: TopicUrn


class AsyncInvoke(TemplatePart):
    """What FunctionGraph does with asynchronous runs that fail."""

    max_retries: Annotated[int, Field(ge=0, le=3)]
    max_age_seconds: Annotated[int, Field(ge=1, le=86_400)]
    on_failure: Destination | None = None
    on_success: Destination | None = None


class Function(TemplatePart):
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


class Resource(TemplatePart):
    """One resource: the function."""

    type: Literal["HC::Serverless::Function"]
    properties: Function


class Template(TemplatePart):
    """The whole document. ``Parameters`` are read and put in before."""

    hc_crm_template_version: Literal["v2"]
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    resources: Annotated[dict[str, Resource], Field(min_length=1, max_length=1)]

    @property
    def function(self) -> Function:
        """The one function that the template describes."""
        return next(iter(self.resources.values())).properties
