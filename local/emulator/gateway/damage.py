"""Carry out a fault's effect on an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.emulator.faults import effects
from local.emulator.gateway.errors import THROTTLED, gateway_document, refusal_answer
from local.emulator.service import Refusal
from local.emulator.transfer import Answer, Disconnect, Reply, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.service import Service

_HTML = b"<html><head><title>Welcome</title></head><body><h1>It works</h1></body></html>"
_HTML_CONTENT = "text/html; charset=utf-8"

DISCONNECTS: dict[type[effects.Effect], Disconnect] = {
    effects.ConnectionClosed: Disconnect.CLOSED,
    effects.ConnectionRefused: Disconnect.REFUSED,
    effects.HostUnresolvable: Disconnect.UNRESOLVABLE,
    effects.AnswerLost: Disconnect.RESET,
    effects.CutShort: Disconnect.CUT_SHORT,
}
_WITHOUT_ANSWER = frozenset(DISCONNECTS.values()) - {Disconnect.CUT_SHORT}


def damaged_reply(
    effect: effects.Effect | None,
    answer: Answer | None,
    latency: float,
    service: Service,
    request_id: str,
) -> Reply:
    """Return what is sent in place of the service's answer (None: it was not asked)."""
    disconnect = None if effect is None else DISCONNECTS.get(type(effect))
    if disconnect in _WITHOUT_ANSWER:
        return Reply(None, latency, disconnect)
    sent = _another_answer(effect, service, request_id)
    if sent is None:
        sent = _altered(effect, answer or json_answer(200, {}, request_id), request_id)
    return Reply(sent, latency, disconnect)


def _another_answer(
    effect: effects.Effect | None, service: Service, request_id: str
) -> Answer | None:
    """Return the answer that takes the place of the service's; None if the service's is sent."""
    if isinstance(effect, effects.Throttle):
        answer = refusal_answer(THROTTLED, None, request_id)
        return _with_retry_after(answer, effect.retry_after)
    if isinstance(effect, effects.Error):
        return _error(effect, service, request_id)
    if isinstance(effect, effects.HtmlAnswer):
        return Answer(effect.status, _HTML, {"Content-Type": _HTML_CONTENT})
    if isinstance(effect, effects.MissingResult):
        return json_answer(200, {}, request_id)
    if isinstance(effect, effects.EmptyBody):
        return Answer(200, b"", {"X-Request-Id": request_id})
    return None


def _altered(effect: effects.Effect | None, intact: Answer, request_id: str) -> Answer:
    """Return the service's answer as the effect leaves it."""
    if not intact.body:
        return intact
    if isinstance(effect, effects.TruncatedJson):
        return Answer(intact.status, intact.body[: len(intact.body) // 2], intact.headers)
    if isinstance(effect, effects.WrongTypes):
        return json_answer(intact.status, _with_wrong_types(json.loads(intact.body)), request_id)
    return intact


def _error(effect: effects.Error, service: Service, request_id: str) -> Answer:
    refusal = Refusal(effect.status, effect.code, effect.message)
    if effect.shape is None:
        answer = refusal_answer(refusal, service, request_id)
    else:
        document = _SHAPES[effect.shape](refusal, service, request_id)
        answer = json_answer(effect.status, document, request_id)
    return _with_retry_after(answer, effect.retry_after)


_SHAPES: dict[effects.Shape, Callable[[Refusal, Service, str], object]] = {
    "service": lambda refusal, service, request_id: service.render_error(refusal, request_id),
    "gateway": lambda refusal, _service, request_id: gateway_document(refusal, request_id),
    "openstack": lambda refusal, _service, _request_id: {
        "error": {"code": refusal.code, "message": refusal.message}
    },
}


def _with_retry_after(answer: Answer, retry_after: float | str | None) -> Answer:
    if retry_after is None:
        return answer
    text = retry_after if isinstance(retry_after, str) else f"{retry_after:g}"
    return Answer(answer.status, answer.body, {**answer.headers, "Retry-After": text})


def _with_wrong_types(value: object) -> object:
    """Change the type of every value inside, and keep the names."""
    if isinstance(value, dict):
        return {name: _of_another_type(inner) for name, inner in value.items()}
    return _of_another_type(value)


def _of_another_type(value: object) -> object:
    if isinstance(value, dict):
        return {name: _of_another_type(inner) for name, inner in value.items()} or 17
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return {"0": value[0]} if value else "none"
    return str(value)
