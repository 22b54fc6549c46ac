"""Answers the requests of the page: its files, what it shows, and what it asks for."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from local.console.access import ConsoleError, admit
from local.console.deployed import deployed_functions, deployed_invocations, invoke_deployed
from local.console.function_run import FunctionRun
from local.console.invocations import MAX_KEPT, Invocations
from local.console.page_files import PREFIX, page_file
from local.console.view import cloud_view
from local.emulator.transfer import MAX_BODY_BYTES, Answer
from local.invoke.event_text import MAX_EVENT_BYTES
from local.invoke.function import FUNCTION, refuse_mistyped
from local.invoke.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.cloud import Cloud
    from local.emulator.transfer import Request

PAGE = "/"
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""The page runs its own scripts alone, talks to its own server alone, and is in nobody's frame."""

_ACCEPTED, _NOT_MODIFIED = 202, 304
_BAD_REQUEST, _NOT_FOUND, _METHOD_NOT_ALLOWED, _TOO_LARGE = 400, 404, 405, 413


class Console:
    """The page of one cloud.

    url: gives where the cloud is served; asked when the function is run.
    invocations: by default those of the function in function/.
    """

    def __init__(
        self, cloud: Cloud, url: Callable[[], str], invocations: Invocations | None = None
    ) -> None:
        self._cloud = cloud
        self._invocations = invocations or Invocations(FunctionRun(cloud, url), cloud.clock.now)
        self._reading: dict[str, Callable[[], object]] = {
            "view": self._view,
            "samples": self._samples,
        }
        self._changing: dict[str, Callable[[bytes], object]] = {
            "event-check": self._check_event,
            "invocations": self._invoke,
            "faults": self._switch_fault,
            "reset": self._reset,
        }

    def answer(self, request: Request, peer: str | None) -> Answer:
        """Answer one request. Never waits for an invocation."""
        path = request.target.partition("?")[0]
        try:
            admit(request, peer, is_navigation=path == PAGE)
            return self._answer_admitted(request, path)
        except ConsoleError as error:
            return _json(error.status, {"error": error.text})

    def _answer_admitted(self, request: Request, path: str) -> Answer:
        name = path.removeprefix(PREFIX)
        if len(request.body) > MAX_BODY_BYTES:
            raise ConsoleError(
                _TOO_LARGE, f"the event is too large; {MAX_EVENT_BYTES} bytes is the most"
            )
        if request.method == "POST" and name in self._changing:
            return _json(_ACCEPTED, self._changing[name](request.body))
        if request.method not in {"GET", "HEAD"}:
            raise ConsoleError(_METHOD_NOT_ALLOWED, f"{path} does not take {request.method}")
        if name in self._reading:
            body, content_type = json.dumps(self._reading[name]()).encode(), "application/json"
        else:
            found = page_file(path)
            if found is None:
                raise ConsoleError(_NOT_FOUND, f"there is no {path}")
            body, content_type = found
        return self._unless_known(request, body, content_type)

    def _unless_known(self, request: Request, body: bytes, content_type: str) -> Answer:
        """Send nothing that the browser has already."""
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {
            **_SECURITY,
            "Content-Type": content_type,
            "ETag": tag,
            "Cloud-Time": f"{self._cloud.clock.now():.3f}",
        }
        if request.headers.get("if-none-match") == tag:
            return Answer(_NOT_MODIFIED, b"", headers)
        return Answer(200, body, headers)

    def _view(self) -> object:
        return {
            **cloud_view(self._cloud),
            "invocations": self._latest_invocations(),
            "functions": deployed_functions(self._cloud),
        }

    def _latest_invocations(self) -> dict[str, object]:
        own, number = self._invocations.view()
        deployed, deployed_number = deployed_invocations(self._cloud)
        latest = sorted([*own, *deployed], key=_asked_at, reverse=True)[:MAX_KEPT]
        return {"shown": latest, "total": number + deployed_number}

    def _samples(self) -> object:
        from local.console.request_check import field_names  # noqa: PLC0415 - asked once a visit
        from local.console.samples import samples_document  # noqa: PLC0415 - the same

        return {**samples_document(), "fields": field_names()}

    def _check_event(self, body: bytes) -> object:
        from local.console import event_check, orders, request_check  # noqa: PLC0415 - brings pydantic

        event = orders.read(orders.EventOrder, body).event
        try:
            event_check.check_event(event)
        except ConsoleError as error:
            return {"problem": {"text": error.text, "is_json": False, **error.place}}
        doubt = request_check.first_doubt(event)
        if doubt is None:
            return {"problem": None}
        place = {} if doubt.position is None else event_check.place_of(event, doubt.position)
        return {"problem": {"text": doubt.text, "is_json": True, **place}}

    def _invoke(self, body: bytes) -> object:
        from local.console import event_check, orders  # noqa: PLC0415 - the same
        from local.console.invocations import Order  # noqa: PLC0415 - the same

        order = orders.read(orders.InvocationOrder, body)
        event_check.check_event(order.event)
        if order.function is not None:
            return {"id": invoke_deployed(self._cloud, order.function, order.event)}
        try:
            refuse_mistyped(order.settings, FUNCTION)
        except UsageError as error:
            raise ConsoleError(_BAD_REQUEST, str(error)) from None
        number = self._invocations.submit(Order(order.name, order.event, order.settings))
        return {"id": f"page-{number}"}

    def _switch_fault(self, body: bytes) -> object:
        from local.console import fault_switches, orders  # noqa: PLC0415 - the same

        order = orders.read(orders.SwitchOrder, body)
        fault_switches.turn(self._cloud, order.name, on=order.on)
        return fault_switches.faults_view(self._cloud)

    def _reset(self, body: bytes) -> object:
        from local.console import orders  # noqa: PLC0415 - the same

        if orders.read(orders.ResetOrder, body).everything:
            self._cloud.reset()
            self._invocations.forget()
        else:
            self._cloud.faults.clear()
        return {"ok": True}


def _asked_at(invocation: dict[str, Any]) -> float:
    return float(invocation["asked_at"])


def _json(status: int, document: object) -> Answer:
    return Answer(
        status,
        json.dumps(document).encode(),
        {**_SECURITY, "Content-Type": "application/json"},
    )
