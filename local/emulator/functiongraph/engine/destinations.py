"""Telling somebody how an asynchronous request ended.

The notification has the shape that was captured from FunctionGraph: `asyncnotification.json` in
github.com/opentelekomcloud/opentelekomcloud-functiongraph-java.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from local.emulator.functiongraph.engine import platform
from local.emulator.functiongraph.engine.schedules import zone_of
from local.emulator.service import ServiceError
from local.emulator.smn.publication import DEFAULT_TIME_TO_LIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.functiongraph.engine.records import Record
    from local.emulator.functiongraph.engine.requests import AsyncRequest
    from local.emulator.service import CloudState

MAX_PAYLOAD_BYTES = 256 * 1024
"""A larger result is left out (support.huaweicloud.com/usermanual-functiongraph/
functiongraph_01_0390_03.html)."""

FAILED = "UnhandledInvocationError"
EXPIRED = "MaximumEventAgeExceeded"
"""Only the first is documented; the second is this project's word for a request that grew too
old."""


def notification(request: AsyncRequest, record: Record, region: str) -> dict[str, Any]:
    """Return the document that a destination gets."""
    succeeded = record.status == "SUCCESS"
    moment = datetime.fromtimestamp(record.ended_at or record.accepted_at, timezone.utc)
    payload = record.result or "" if record.error is None else json.dumps(record.error)
    condition = EXPIRED if record.status == "DISCARD" else FAILED
    return {
        "timestamp": moment.astimezone(zone_of(region)).isoformat(timespec="milliseconds"),
        "request_context": {
            "request_id": request.id,
            "function_urn": request.function.versioned_urn,
            "condition": "" if succeeded else condition,
            "approximate_invoke_count": request.attempts,
        },
        "request_payload": request.event,
        "response_context": {"status_code": 200 if succeeded else 500, "function_error": ""},
        "response_payload": payload if len(payload.encode()) <= MAX_PAYLOAD_BYTES else "",
    }


class Destinations:
    """Tells the destinations of policies. Its caller holds the cloud's lock.

    hand_on: gives a text to the function of a URN, and returns why that failed.
    """

    def __init__(
        self,
        cloud: CloudState,
        asked: platform.Platform,
        hand_on: Callable[[str, str], str | None],
    ) -> None:
        self._cloud = cloud
        self._platform = asked
        self._hand_on = hand_on

    def tell(self, request: AsyncRequest, record: Record) -> None:
        """Tell the destination of the request's policy how it ended, if there is one."""
        configured = request.policy.get("destination_config")
        which = "on_success" if record.status == "SUCCESS" else "on_failure"
        destination = (configured if isinstance(configured, dict) else {}).get(which)
        if not destination:
            return
        region = request.function.urn.split(":")[2]
        text = json.dumps(notification(request, record, region))
        why = self._deliver(
            request, destination["destination"], json.loads(destination["param"]), text
        )
        if why is not None:
            record.log.append(f"the {which} destination was not told: {why}")

    def _deliver(
        self, request: AsyncRequest, kind: str, parameter: dict[str, str], text: str
    ) -> str | None:
        if kind == "SMN":
            return self._publish(request, str(parameter.get("topic_urn", "")), text)
        if kind == "FunctionGraph":
            return self._hand_on(str(parameter.get("func_urn", "")), text)
        return f"the local cloud has no {kind}"

    def _publish(self, request: AsyncRequest, topic_urn: str, text: str) -> str | None:
        """Publish with the function's agency; return why that failed."""
        purpose = "tell the topic of a finished run"
        refused = self._platform.refusal(request.function, platform.NOTIFY, purpose)
        if refused is not None:
            return str(refused)
        project_id = (topic_urn.split(":") + [""] * 4)[3]
        if project_id not in self._cloud.account.projects:
            return f"there is no project {project_id!r} for the topic {topic_urn}"
        backend = self._cloud.backend("SMN", project_id)
        try:
            topic = backend.find_topic(topic_urn)
        except ServiceError as error:
            return str(error)
        backend.publish(
            topic,
            now=self._cloud.clock.now(),
            subject=None,
            texts={"default": text},
            attributes={},
            time_to_live=DEFAULT_TIME_TO_LIVE,
        )
        return None
