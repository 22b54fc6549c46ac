"""One HTTP exchange with the local cloud: from aiohttp's request to what goes on the wire."""

from __future__ import annotations

import asyncio
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from local.emulator.admin import answer_admin, is_admin
from local.emulator.gateway import MAX_BODY_BYTES
from local.emulator.loopback import is_this_machine, names_this_machine
from local.emulator.transfer import Answer, Disconnect, Request, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.console.exchange import Console
    from local.emulator.cloud import Cloud

_RESETS = frozenset({Disconnect.RESET, Disconnect.REFUSED, Disconnect.UNRESOLVABLE})
_LINGER_ZERO = struct.pack("ii", 1, 0)
"""Makes close() send RST instead of FIN."""

_AT_ONCE = 100
"""Functions that are waited for at the same time."""


class HttpExchange:
    """Answers HTTP requests from a cloud. A latency is waited for in real seconds.

    url: gives where the cloud is served.
    """

    def __init__(self, cloud: Cloud, url: Callable[[], str]) -> None:
        self._cloud = cloud
        self._url = url
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="invocation")
        self._console: Console | None = None

    def server(self) -> web.Server:
        """Make the protocol factory for a listening socket."""
        return web.Server(self.answer, request_factory=_make_request, access_log=None)

    async def answer(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        try:
            body = await incoming.read()
        except web.HTTPRequestEntityTooLarge:
            body = bytes(MAX_BODY_BYTES + 1)  # the gateway refuses it by its length alone
        request = _as_request(incoming, body)
        if is_admin(request):
            return _response(_answer_admin(self._cloud, request, incoming.remote))
        if _is_console(request):
            return _response(self._page().answer(request, incoming.remote))
        reply = self._cloud.answer(request)
        if reply.latency > 0:
            await asyncio.sleep(reply.latency)
        if reply.work is not None:
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self._workers, reply.work)
        if reply.answer is None or reply.disconnect is not None:
            return await _break_off(incoming, reply.answer, reply.disconnect or Disconnect.CLOSED)
        return _response(reply.answer)

    def _page(self) -> Console:
        if self._console is None:
            from local.console.exchange import Console  # noqa: PLC0415 - only where it is looked at

            self._console = Console(self._cloud, self._url)
        return self._console


def _is_console(request: Request) -> bool:
    """Tell whether a request is for the page. SMN has an operation at `/`, which is signed."""
    path = request.target.partition("?")[0]
    signed = "authorization" in request.headers
    return (path == "/" and not signed) or path.startswith("/_console/")


def _make_request(
    message: Any, payload: Any, protocol: Any, writer: Any, task: asyncio.Task[None]
) -> web.BaseRequest:
    return web.BaseRequest(
        message,
        payload,
        protocol,
        writer,
        task,
        asyncio.get_running_loop(),
        client_max_size=MAX_BODY_BYTES,
    )


def _as_request(incoming: web.BaseRequest, body: bytes) -> Request:
    headers = {
        name.decode("latin-1").lower(): value.decode(errors="replace")
        for name, value in incoming.raw_headers
    }
    target = incoming.raw_path
    if not target.startswith("/"):  # the absolute form, which clients send to a proxy
        url = urlsplit(target)
        target = f"{url.path}?{url.query}" if url.query else url.path
    return Request(incoming.method, target, headers, body)


def _answer_admin(cloud: Cloud, request: Request, peer: str | None) -> Answer:
    if not is_this_machine(peer):
        return json_answer(403, {"error": "/_local/ is served to this machine alone"})
    if "origin" in request.headers or not names_this_machine(request.headers.get("host", "")):
        return json_answer(403, {"error": "/_local/ is not served to web pages"})
    return answer_admin(cloud, request)


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=dict(answer.headers))


async def _break_off(
    incoming: web.BaseRequest, answer: Answer | None, disconnect: Disconnect
) -> web.StreamResponse:
    """End the connection without a whole answer."""
    transport = incoming.transport
    if disconnect is Disconnect.CUT_SHORT and answer is not None and transport is not None:
        partial = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        partial.content_length = len(answer.body)
        await partial.prepare(incoming)
        await partial.write(answer.body[: len(answer.body) // 2])
        transport.close()  # sends what is written, then ends
        return partial
    if transport is not None:
        if disconnect in _RESETS:
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
    return web.Response()  # goes nowhere: the connection is gone
