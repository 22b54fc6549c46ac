"""Read and check what a caller wants to publish.

API and limits: support.huaweicloud.com/api-smn/PublishMessage.html. The API page names no
code for each limit; the codes here are those of SMN's table that fit best.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from local.emulator.service import MALFORMED, Call, ServiceError
from local.emulator.smn import errors
from local.emulator.smn.delivery import sms_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator.smn.models import SmnBackend

MAX_SUBJECT_BYTES = 512
MAX_MESSAGE_BYTES = 256 * 1024
MAX_TIME_TO_LIVE = 86_400
DEFAULT_TIME_TO_LIVE = 3_600
MAX_ATTRIBUTES = 10
MAX_TAG_KEY = 21
MAX_TAG_VALUE_BYTES = 1024

CHAT_BOTS = frozenset({"dingding", "wechat", "feishu", "welink", "welinkRed", "dingTalkBot"})
TEXT_PROTOCOLS = frozenset(
    {"default", "email", "sms", "http", "https", "functiongraph", "functionstage"}
)
PROTOCOLS = TEXT_PROTOCOLS | CHAT_BOTS
_ATTRIBUTE_NAME = re.compile(r"[a-z0-9_]{1,32}")
_TEMPLATE_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}")
_DIGITS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Publication:
    """A message that is within all limits: texts by protocol, `default` among them."""

    subject: str | None
    texts: Mapping[str, object]
    attributes: Mapping[str, object]
    time_to_live: int


def read_publication(call: Call, backend: SmnBackend) -> Publication:
    """Check the body of PublishMessage. Raises ServiceError in SMN's words."""
    body = call.document()
    if body is MALFORMED or not isinstance(body, dict):
        raise errors.invalid_message("The body must be a JSON object.")
    if backend.surroundings.readings().message_size == "request":
        _check_size(call.body)
    return Publication(
        _subject(body.get("subject")),
        _texts(body, backend),
        _attributes(body.get("message_attributes")),
        _time_to_live(body.get("time_to_live")),
    )


def _check_size(content: bytes) -> None:
    if len(content) > MAX_MESSAGE_BYTES:
        raise errors.invalid_message(f"It has {len(content)} bytes of {MAX_MESSAGE_BYTES} allowed.")


def _subject(subject: object) -> str | None:
    if subject is None:
        return None
    if not isinstance(subject, str):
        raise errors.invalid_subject("It must be a string.")
    size = len(subject.encode(errors="surrogatepass"))
    if size > MAX_SUBJECT_BYTES:
        raise errors.invalid_subject(f"It has {size} bytes of {MAX_SUBJECT_BYTES} allowed.")
    return subject


def _texts(body: dict[str, Any], backend: SmnBackend) -> dict[str, object]:
    """Return the texts by protocol. A structure wins over a template, a template over a message."""
    structure = body.get("message_structure")
    if structure is not None:
        return _structure(structure, backend.surroundings.readings().message_size)
    if body.get("message_template_name") is not None:
        return _from_template(body["message_template_name"], body.get("tags"), backend)
    message = body.get("message")
    if not isinstance(message, str) or not message:
        raise errors.invalid_message(
            "One of message, message_structure, message_template_name is needed."
        )
    _check_size(message.encode(errors="surrogatepass"))
    return {"default": message}


def _structure(structure: object, measured: str) -> dict[str, object]:
    if not isinstance(structure, str):
        raise errors.invalid_structure("It must be a string that holds JSON.")
    if measured != "text":
        _check_size(structure.encode(errors="surrogatepass"))
    try:
        texts = json.loads(structure)
    except (ValueError, RecursionError):
        raise errors.invalid_structure("It is no JSON.") from None
    if not isinstance(texts, dict) or not isinstance(texts.get("default"), str):
        raise errors.invalid_structure("The key default is mandatory.")
    for protocol, text in texts.items():
        _check_protocol_text(protocol, text)
    return texts


def _check_protocol_text(protocol: str, text: object) -> None:
    if protocol not in PROTOCOLS:
        raise errors.invalid_structure(f"The protocol {protocol} does not exist.")
    if protocol in CHAT_BOTS:
        if not isinstance(text, dict) or text.get("msgType") not in ("text", "markdown"):
            raise errors.invalid_structure(f"{protocol} needs msgType text or markdown.")
        return
    if not isinstance(text, str):
        raise errors.invalid_structure(f"{protocol} must be a string.")
    problem = sms_problem(text) if protocol == "sms" else None
    if problem is not None:
        raise errors.invalid_message(problem)


def _from_template(name: object, tags: object, backend: SmnBackend) -> dict[str, object]:
    if not isinstance(name, str) or _TEMPLATE_NAME.fullmatch(name) is None:
        raise errors.invalid_template_name()
    values = _template_values(tags)
    template = backend.templates.get(name)
    if template is None:
        raise ServiceError(errors.NO_SUCH_TEMPLATE)
    if "default" not in template:
        raise ServiceError(errors.NO_DEFAULT_TEMPLATE)
    texts: dict[str, object] = {}
    for protocol, text in template.items():
        filled = text
        for key, value in values.items():
            filled = filled.replace("{" + key + "}", value)
        texts[protocol] = filled
    return texts


def _template_values(tags: object) -> dict[str, str]:
    if tags is None:
        return {}
    if not isinstance(tags, dict):
        raise errors.invalid_tag("tags must be an object.")
    for key, value in tags.items():
        if len(key) > MAX_TAG_KEY:
            raise errors.invalid_tag(f"A key holds {MAX_TAG_KEY} characters.")
        if not isinstance(value, str) or len(value.encode(errors="surrogatepass")) > (
            MAX_TAG_VALUE_BYTES
        ):
            raise errors.invalid_tag(f"A value is a string of up to {MAX_TAG_VALUE_BYTES} bytes.")
    return tags


def _attributes(given: object) -> dict[str, object]:
    if given is None:
        return {}
    if not isinstance(given, list) or len(given) > MAX_ATTRIBUTES:
        raise errors.invalid_message(f"message_attributes: a list of up to {MAX_ATTRIBUTES}.")
    attributes: dict[str, object] = {}
    for attribute in given:
        name, value = _attribute(attribute)
        if name in attributes:
            raise errors.invalid_message(f"message_attributes: {name} is there twice.")
        attributes[name] = value
    return attributes


def _attribute(attribute: object) -> tuple[str, object]:
    if not isinstance(attribute, dict):
        raise errors.invalid_message("message_attributes: each is an object.")
    name, kind, value = (attribute.get(part) for part in ("name", "type", "value"))
    if not isinstance(name, str) or _ATTRIBUTE_NAME.fullmatch(name) is None:
        raise errors.invalid_message("message_attributes: a name is 1 to 32 of a-z, 0-9 and _.")
    if kind == "STRING" and isinstance(value, str) and value:
        return name, value
    if kind == "STRING_ARRAY" and _are_strings(value):
        return name, value
    if kind == "PROTOCOL" and _are_strings(value) and PROTOCOLS.issuperset(value):
        return "smn_protocol", value
    raise errors.invalid_message(f"message_attributes: {name} has no value of its type {kind}.")


def _are_strings(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _time_to_live(value: object) -> int:
    if value is None:
        return DEFAULT_TIME_TO_LIVE
    if not isinstance(value, str) or _DIGITS.fullmatch(value) is None:
        raise errors.invalid_message("time_to_live: a string of digits.")
    if not 1 <= int(value) <= MAX_TIME_TO_LIVE:
        raise errors.invalid_message(f"time_to_live: from 1 to {MAX_TIME_TO_LIVE} seconds.")
    return int(value)
