"""The sample events of events/, with a word about each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from local.sample_event import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ABOUT = {
    "timer": "A timer that selects vaults by a tag",
    "timer-without-request": "A timer without a request; DEFAULT_REQUEST says which vaults",
    "kafka": "A batch of three Kafka messages, one of them broken",
    "kafka-2021": "A Kafka batch in the shape of 2021",
    "rabbitmq": "RabbitMQ, two messages for three vaults",
    "rocketmq": "RocketMQ, one message",
    "dms": "The legacy queue service",
    "apig": "An HTTP request through APIG, its body in base64",
    "apig-text": "An HTTP request through APIG, its body as text",
    "eventgrid": "A CloudEvent of EventGrid",
    "eventgrid-rabbitmq": "EventGrid, from RabbitMQ",
    "eventgrid-rocketmq": "EventGrid, from RocketMQ",
    "eventgrid-transformed": "What a transform rule of EventGrid made",
    "request": "A bare request for two vaults",
    "request-select": "A bare request, vaults by tag",
    "request-select-all": "A bare request, all hybrid vaults",
    "request-wait": "A bare request that waits for its syncs to end",
    "request-dry-run": "A bare request that starts nothing",
    "request-report": "A bare request for a report of the last day's syncs",
    "timer-report": "A timer that asks for a report",
    "continued": "What an earlier invocation left over",
    "smn": "A message of another topic",
}
"""What each file shows, in the order of the page."""

_GROUPS = {
    "timer": "Timers",
    "request": "Requests by hand",
    "continued": "Requests by hand",
    "eventgrid": "EventGrid",
    "kafka": "Queues",
    "rabbitmq": "Queues",
    "rocketmq": "Queues",
    "dms": "Queues",
    "apig": "HTTP requests",
}
"""What a sample belongs to, by the first word of its name."""

_OTHERS = "Other triggers"

_SETTINGS = {"timer-without-request": {"DEFAULT_REQUEST": '{"select": {"all": true}}'}}
"""What a sample needs the function to be set to."""


@dataclass(frozen=True)
class Sample:
    """An event to invoke with.

    Attributes:
        group: The heading it stands under.
        settings: Environment variables of the function without which it makes no sense.
    """

    name: str
    about: str
    group: str
    event: str
    settings: Mapping[str, str] = field(default_factory=dict)


def samples(directory: Path = EVENTS) -> list[Sample]:
    """Read the samples: those described here in this order, then what else is there."""
    order = list(ABOUT)
    files = sorted(
        directory.glob("*.json"),
        key=lambda file: (order.index(file.stem) if file.stem in ABOUT else len(order), file.stem),
    )
    return [
        Sample(
            file.stem,
            ABOUT.get(file.stem, ""),
            _GROUPS.get(file.stem.partition("-")[0], _OTHERS),
            file.read_text(encoding="utf-8"),
            _SETTINGS.get(file.stem, {}),
        )
        for file in files
    ]


def samples_document() -> dict[str, object]:
    """Show the samples to the page."""
    return {"samples": [asdict(sample) for sample in samples()]}
