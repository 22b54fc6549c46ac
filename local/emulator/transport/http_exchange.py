"""One HTTP exchange with the local cloud: from aiohttp's request to what goes on the wire."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from aiohttp import web

from local.emulator.admin.routes import answer_admin, is_admin
from local.emulator.apig import exchange as apig
from local.emulator.hosts import locate
from local.emulator.transfer import MAX_BODY_BYTES, Answer, Disconnect, Request, json_answer
from local.emulator.transport.admission import Names, host_name, is_this_machine, names_this_machine

if TYPE_CHECKING:
    from local.emulator.cloud import Cloud

_RESETS = frozenset({Disconnect.RESET, Disconnect.REFUSED, Disconnect.UNRESOLVABLE})
_LINGER_ZERO = struct.pack("ii", 1, 0)
"""Makes close() send RST instead of FIN."""

FOREIGN = "Local.ForeignCaller"
"""The code of the answer to whoever calls by a foreign name, or from another site's page."""

_AT_ONCE = 100
"""Functions that are waited for at the same time."""


PAGE = "/"
PAGE_PREFIX = "/_console/"
"""Where a page for people is: it, and all that it needs."""


class Page(Protocol):
    """A page for people beside the services. It sees to who may look at it."""

    def answer(self, request: Request, peer: str | None) -> Answer:
        """Answer a request for the page, or for what is under its prefix, at once."""
        ...


MakePage = Callable[["Cloud", Callable[[], str]], Page]


class HttpExchange:
    """Answers HTTP requests from a cloud. A latency is waited for in real seconds.

    page: what is at `/` for requests that are not signed, if anything.
    names: by which names it may be called. Whoever calls it otherwise is refused, whatever the
        request.
    """

    def __init__(self, cloud: Cloud, names: Names, page: Page | None = None) -> None:
        self._cloud = cloud
        self._names = names
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="invocation")
        self._page = page

    def server(self) -> web.Server:
        """Make the protocol factory for a listening socket."""
        return web.Server(self.answer, request_factory=_make_request, access_log=None)

    async def answer(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        try:
            body = await incoming.read()
        except web.HTTPRequestEntityTooLarge:
            body = bytes(MAX_BODY_BYTES + 1)  # the gateway refuses it by its length alone
        except ConnectionResetError:
            return web.Response()  # goes nowhere: the caller was killed
        request = _as_request(incoming, body, by_host=self._names.proxy)
        if is_admin(request):
            return _response(_answer_admin(self._cloud, request, incoming.remote))
        if self._page is not None and _is_for_page(request):
            return _response(self._page.answer(request, incoming.remote))
        problem = self._names.problem(request)
        if problem is not None:
            document = {"error_code": FOREIGN, "error_msg": f"This is not answered: {problem}."}
            return _response(json_answer(403, document))
        reply = (
            apig.answer(self._cloud, request, self._cloud.gatekeeper.authenticate)
            if apig.is_for_an_api(request)
            else self._cloud.answer(request)
        )
        if reply.latency > 0:
            await asyncio.sleep(reply.latency)
        if reply.work is not None:
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self._workers, reply.work)
        if reply.answer is None or reply.disconnect is not None:
            return await _break_off(incoming, reply.answer, reply.disconnect or Disconnect.CLOSED)
        return _response(reply.answer)


def _is_for_page(request: Request) -> bool:
    """Tell whether a request is for the page. SMN has an operation at `/`, which is signed."""
    path = request.target.partition("?")[0]
    signed = "authorization" in request.headers
    return (path == PAGE and not signed) or path.startswith(PAGE_PREFIX)


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


def _as_request(incoming: web.BaseRequest, body: bytes, *, by_host: bool) -> Request:
    """Read a request. by_host: whether its host name tells the service and the region."""
    headers = {
        name.decode("latin-1").lower(): value.decode(errors="replace")
        for name, value in incoming.raw_headers
    }
    target = incoming.raw_path
    if not target.startswith("/"):  # the absolute form, which clients send to a proxy
        url = urlsplit(target)
        target = f"{url.path}?{url.query}" if url.query else url.path
        headers["host"] = url.netloc  # this is the name that counts then (RFC 9112, 3.2.2)
    service_host, region = (by_host and locate(host_name(headers.get("host", "")))) or (None, None)
    return Request(incoming.method, target, headers, body, service_host, region)


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
