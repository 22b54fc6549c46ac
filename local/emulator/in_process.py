"""The local cloud in process: the real SDK runs up to the socket, and no further."""

from __future__ import annotations

import functools
import inspect
import threading
from typing import TYPE_CHECKING, Any, TypeVar, overload
from urllib.parse import urlsplit

from responses import CallbackResponse, RequestsMock

from local.emulator.hosts import locate
from local.emulator.in_process_failures import broken_connection, late_answer, read_timeout
from local.emulator.sample import sample_cloud
from local.emulator.transfer import Disconnect, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from requests import PreparedRequest

    from local.emulator.cloud import Cloud

Function = TypeVar("Function", bound="Callable[..., Any]")
_HttpParts = tuple[int, dict[str, str], bytes]


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


class MockHuaweiCloud:
    """Answers every request this process makes through `requests` from a local cloud.

    A context manager that gives the Cloud, and a decorator. Requests to hosts other than
    Huawei Cloud's are refused. Entering it again while it is active keeps the same cloud.
    """

    def __init__(self, cloud: Cloud | None = None) -> None:
        self._given = cloud
        self._cloud: Cloud | None = None
        self._mock: RequestsMock | None = None
        self._depth = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Cloud:
        with self._lock:
            if self._cloud is None or self._depth == 0:
                self._cloud = self._given or sample_cloud()
                self._mock = RequestsMock(assert_all_requests_are_fired=False)
                self._mock.add(_HuaweiCloud(self._cloud, self._mock))
                self._mock.start()
            self._depth += 1
            return self._cloud

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._depth -= 1
            if self._depth == 0 and self._mock is not None:
                self._mock.stop()
                self._mock = None

    def __call__(self, function: Function) -> Function:
        """Decorate a function. One with a parameter named `cloud` is given the Cloud."""
        signature = inspect.signature(function)
        wants_cloud = "cloud" in signature.parameters

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with self as cloud:
                if wants_cloud:
                    kwargs["cloud"] = cloud
                return function(*args, **kwargs)

        if wants_cloud:
            # pytest would take the parameter for the name of a fixture.
            others = [p for name, p in signature.parameters.items() if name != "cloud"]
            run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]  # read by inspect
        return run  # type: ignore[return-value]  # the same function with one argument filled in


@overload
def mock_huaweicloud(cloud: Function) -> Function: ...
@overload
def mock_huaweicloud(cloud: Cloud | None = None) -> MockHuaweiCloud: ...
def mock_huaweicloud(cloud: Any = None) -> Any:
    """Put a local cloud between the SDK and the network.

    `with mock_huaweicloud() as cloud:` gives a cloud with the sample account;
    `mock_huaweicloud(cloud)` uses yours. As a decorator, with or without parentheses:
    `@mock_huaweicloud` gives each call of the function a cloud of its own.
    """
    if inspect.isfunction(cloud):
        return MockHuaweiCloud()(cloud)
    return MockHuaweiCloud(cloud)
