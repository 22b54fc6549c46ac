"""SMN's operation that publishes a message: read it, check it, answer.

API and limits: support.huaweicloud.com/api-smn/PublishMessage.html. The API page names no
code for each limit; the codes here are those of SMN's table that fit best.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from local.emulator.numbers import read_number
from local.emulator.operations import not_emulated
from local.emulator.service import Call, Result, ServiceError
from local.emulator.smn import errors
from local.emulator.smn.delivery import sms_problem

if TYPE_CHECKING:
    from local.emulator.smn.models import SmnBackend

MAX_SUBJECT_BYTES = 512
MAX_MESSAGE_BYTES = 256 * 1024
MAX_TIME_TO_LIVE = 86_400
DEFAULT_TIME_TO_LIVE = 3_600
MAX_ATTRIBUTES = 10
MAX_ARRAY = 10

CHAT_BOTS = frozenset({"dingding", "wechat", "feishu", "welink", "welinkRed", "dingTalkBot"})
TEXT_PROTOCOLS = frozenset(
    {"default", "email", "sms", "http", "https", "functiongraph", "functionstage"}
)
PROTOCOLS = TEXT_PROTOCOLS | CHAT_BOTS
_ATTRIBUTE_NAME = re.compile(r"[a-z0-9](?!.*?_{2})([a-z0-9_]{0,30}[a-z0-9])?")
_ATTRIBUTE_VALUE = re.compile(r"\w{1,32}")


def publish_message(call: Call) -> Result:
    """Publish a message. API: support.huaweicloud.com/api-smn/PublishMessage.html."""
    backend = cast("SmnBackend", call.backend)
    topic = backend.find_topic(call.parameters["topic_urn"])
    message = backend.publish(topic, now=call.now, **_read(call, backend))
    return Result({"request_id": call.request_id, "message_id": message.id}, message_id=message.id)


def _read(call: Call, backend: SmnBackend) -> dict[str, Any]:
    """Return what is within all limits; in `texts`, by protocol, there is always a `default`."""
    body = call.document()
    if not isinstance(body, dict):
        raise ServiceError(errors.INVALID_MESSAGE)
    if backend.cloud.readings.message_size == "request":
        _check_size(call.body)
    return {
        "subject": _subject(body.get("subject")),
        "texts": _texts(body, backend),
        "attributes": _attributes(body.get("message_attributes")),
        "time_to_live": _time_to_live(body.get("time_to_live")),
    }


def _check_size(content: bytes) -> None:
    if len(content) > MAX_MESSAGE_BYTES:
        raise ServiceError(errors.INVALID_MESSAGE)


def _subject(subject: object) -> str | None:
    if subject is None:
        return None
    if not isinstance(subject, str) or len(_encoded(subject)) > MAX_SUBJECT_BYTES:
        raise ServiceError(errors.INVALID_SUBJECT)
    return subject


def _texts(body: dict[str, Any], backend: SmnBackend) -> dict[str, object]:
    """Return the texts by protocol. A structure wins over a template, a template over a message."""
    structure = body.get("message_structure")
    if structure is not None:
        return _structure(structure, backend.cloud.readings.message_size)
    if body.get("message_template_name") is not None:
        raise not_emulated("PublishMessage with message_template_name")
    message = body.get("message")
    if not isinstance(message, str) or not message:
        raise ServiceError(errors.INVALID_MESSAGE)
    _check_size(_encoded(message))
    return {"default": message}


def _structure(structure: object, measured: str) -> dict[str, object]:
    if not isinstance(structure, str):
        raise ServiceError(errors.INVALID_STRUCTURE)
    if measured != "text":
        _check_size(_encoded(structure))
    try:
        texts = json.loads(structure)
    except (ValueError, RecursionError):
        raise ServiceError(errors.INVALID_STRUCTURE) from None
    if (
        not isinstance(texts, dict)
        or "default" not in texts
        or not all(_is_text_for(protocol, text) for protocol, text in texts.items())
    ):
        raise ServiceError(errors.INVALID_STRUCTURE)
    if "sms" in texts and sms_problem(texts["sms"]) is not None:
        raise ServiceError(errors.INVALID_MESSAGE)
    return texts


def _is_text_for(protocol: str, text: object) -> bool:
    if protocol in CHAT_BOTS:
        return isinstance(text, dict) and text.get("msgType") in ("text", "markdown")
    return protocol in TEXT_PROTOCOLS and isinstance(text, str)


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _attributes(given: object) -> dict[str, object]:
    if given is None:
        return {}
    if not isinstance(given, list) or len(given) > MAX_ATTRIBUTES:
        raise ServiceError(errors.INVALID_MESSAGE)
    attributes: dict[str, object] = {}
    for attribute in given:
        name, value = _attribute(attribute)
        if name in attributes:
            raise ServiceError(errors.INVALID_MESSAGE)
        attributes[name] = value
    return attributes


def _attribute(attribute: object) -> tuple[str, object]:
    if not isinstance(attribute, dict):
        raise ServiceError(errors.INVALID_MESSAGE)
    name, kind, value = (attribute.get(part) for part in ("name", "type", "value"))
    if not isinstance(name, str) or _ATTRIBUTE_NAME.fullmatch(name) is None:
        raise ServiceError(errors.INVALID_MESSAGE)
    if _are_values([value] if kind == "STRING" else value if kind == "STRING_ARRAY" else None):
        return name, value
    if kind == "PROTOCOL" and _are_values(value) and PROTOCOLS.issuperset(value):
        return "smn_protocol", value
    raise ServiceError(errors.INVALID_MESSAGE)


def _are_values(values: object) -> TypeGuard[list[str]]:
    return (
        isinstance(values, list)
        and 1 <= len(values) <= MAX_ARRAY
        and all(isinstance(v, str) and _ATTRIBUTE_VALUE.fullmatch(v) for v in values)
    )


def _time_to_live(value: object) -> int:
    if value is None:
        return DEFAULT_TIME_TO_LIVE
    seconds = read_number(value) if isinstance(value, str) else None
    if seconds is None or not 1 <= seconds <= MAX_TIME_TO_LIVE:
        raise ServiceError(errors.INVALID_MESSAGE)
    return seconds
