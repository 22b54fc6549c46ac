"""Whether the function would take the requests of an event, as the function itself judges it.

The schema is that of `vault_sync.request`; nothing of it is said here a second time.
"""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from json.decoder import JSONDecoder
from typing import Any, NamedTuple

from deploy.template.checks.settings import function_module
from local.invoke.function import FUNCTION

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w+|\[\d+\])*", re.ASCII)
_STEP = re.compile(r"\[(\d+)\]|(\w+)", re.ASCII)
_SPACE = re.compile(r"[\s,:]*")


class Doubt(NamedTuple):
    """Why the function would reject a request.

    Attributes:
        text: The function's own words, and the field that may be meant.
        position: Where in the event's text; None where it is inside a message of an envelope.
    """

    text: str
    position: int | None


def first_doubt(event: str) -> Doubt | None:
    """Return why the function would reject the first message that it would reject, or None.

    Args:
        event: JSON text.
    """
    incoming = _function_module("events").read(json.loads(event))
    for message in incoming.messages:
        doubt = _doubt(message)
        if doubt is None:
            continue
        if incoming.trigger.type != "DIRECT":
            return Doubt(f"{message.source}: {doubt}", None)
        return Doubt(doubt, _position(event, doubt))
    return None


def field_names() -> dict[str, list[str]]:
    """Return the fields of a request, and those of its `select`."""
    request = _function_module("request")
    both = {**request.SyncRequest.model_fields, **request.ReportRequest.model_fields}
    return {"request": list(both), "select": list(request.VaultSelection.model_fields)}


def _doubt(message: Any) -> str | None:
    """Return why a message would be rejected; one without a request may have a default one."""
    if hasattr(message, "error"):
        return str(message.error.message)
    if message.carries_none:
        return None
    try:
        _function_module("request").request_from(message.payload)
    except _function_module("errors").BadInput as bad:
        return _with_suggestion(str(bad.detail.message))
    return None


def _with_suggestion(text: str) -> str:
    """Name the field that may be meant, where the first problem is an unknown field."""
    path, mark, others = text.partition(": unknown field")
    if not mark or not _PATH.fullmatch(path):
        return text
    known = field_names()["select" if path.startswith("select.") else "request"]
    near = get_close_matches(path.rpartition(".")[2], known, n=1)
    return f"{path}{mark} (is {near[0]} meant?){others}" if near else text


def _position(event: str, text: str) -> int | None:
    """Return where the field stands that a text begins with; None if it begins with no field."""
    path = _PATH.fullmatch(text.partition(": ")[0])
    if path is None or not event.lstrip().startswith("{"):
        return None
    steps = [int(index) if index else name for index, name in _STEP.findall(path.group())]
    return _find(event, event.index("{"), steps)


def _find(text: str, at: int, steps: list[int | str]) -> int | None:
    """Return where the member that the steps lead to begins, from a value at `at`."""
    if not steps:
        return at
    first, *others = steps
    is_object = text[at] == "{"
    index, at = 0, _after_space(text, at + 1)
    while text[at] not in "}]":
        key: int | str = index
        begin = at
        if is_object:
            key, at = JSONDecoder().raw_decode(text, at)
            at = _after_space(text, at)
        if key == first:
            return begin if not others or text[at] not in "{[" else _find(text, at, others)
        _, at = JSONDecoder().raw_decode(text, at)
        index, at = index + 1, _after_space(text, at)
    return None


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _function_module(name: str) -> Any:
    return function_module(name, FUNCTION)
