"""A request that was stopped on its way out of this process, and its answer from a cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from responses import CallbackResponse, RequestsMock

from local.emulator.hosts import locate
from local.emulator.transfer import Disconnect, Request
from local.emulator.transport.in_process_failures import (
    broken_connection,
    late_answer,
    read_timeout,
)

if TYPE_CHECKING:
    from requests import PreparedRequest

    from local.emulator.cloud import Cloud

_HttpParts = tuple[int, dict[str, str], bytes]


def interception(cloud: Cloud) -> RequestsMock:
    """Return what stops every request of this process and lets a cloud answer, once started."""
    mock = RequestsMock(assert_all_requests_are_fired=False)
    mock.add(_HuaweiCloud(cloud, mock))
    return mock


class _HuaweiCloud(CallbackResponse):
    """Every URL of Huawei Cloud, as `responses` sees it."""

    def __init__(self, cloud: Cloud, mock: RequestsMock) -> None:
        super().__init__(
            "ANY", "https://*.myhuaweicloud.com/", callback=self._answer, content_type=None
        )
        self._cloud = cloud
        self._mock = mock

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        """Take every request to a host of Huawei Cloud."""
        url = urlsplit(str(request.url))
        if url.scheme != "https" or locate(url.hostname or "") is None:
            return False, "the host is none of Huawei Cloud's"
        return True, ""

    def _answer(self, prepared: PreparedRequest) -> _HttpParts:
        # The cloud has its own journal; these lists would keep every request and answer alive.
        self.calls.reset()
        self._mock.calls.reset()
        reply = self._cloud.answer(_as_request(prepared))
        if reply.latency > 0:
            self._wait(prepared, reply.latency)
        if reply.work is not None:
            reply = reply.work()
        if reply.answer is None:
            raise broken_connection(prepared, reply.disconnect or Disconnect.CLOSED)
        answer = reply.answer
        headers = {**answer.headers, "Content-Length": str(len(answer.body))}
        if reply.disconnect is Disconnect.CUT_SHORT:
            return answer.status, headers, answer.body[: len(answer.body) // 2]
        return answer.status, headers, answer.body

    def _wait(self, prepared: PreparedRequest, latency: float) -> None:
        limit = read_timeout(prepared.req_kwargs.get("timeout"))  # type: ignore[attr-defined]  # set by responses
        if limit is not None and latency > limit:
            self._cloud.clock.sleep(limit)
            raise late_answer(prepared, limit)
        self._cloud.clock.sleep(latency)


def _as_request(prepared: PreparedRequest) -> Request:
    url = urlsplit(str(prepared.url))
    service_host, region = locate(url.hostname or "") or (None, None)
    headers = {name.lower(): _header(value) for name, value in prepared.headers.items()}
    headers.setdefault("host", url.netloc)
    body = prepared.body or b""
    return Request(
        method=prepared.method or "GET",
        target=prepared.path_url,
        headers=headers,
        body=body.encode() if isinstance(body, str) else body,
        service_host=service_host,
        region=region,
    )


def _header(value: str | bytes) -> str:
    """Read a header as a server that takes headers for UTF-8; requests sends text as Latin-1."""
    if isinstance(value, str) and value.isascii():
        return value
    raw = value if isinstance(value, bytes) else value.encode("latin-1", errors="replace")
    return raw.decode(errors="replace")
