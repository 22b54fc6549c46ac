"""The local cloud in process: the real SDK runs up to the socket, and no further."""

from __future__ import annotations

import functools
import inspect
import threading
from typing import TYPE_CHECKING, Any, TypeVar, overload

from local.emulator.sample import sample_cloud

if TYPE_CHECKING:
    from collections.abc import Callable

    from responses import RequestsMock

    from local.emulator.cloud import Cloud

Function = TypeVar("Function", bound="Callable[..., Any]")


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
                self._mock = _interception(self._cloud)
                self._mock.start()
            self._depth += 1
            return self._cloud

    def __exit__(self, *_: object) -> None:
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


def _interception(cloud: Cloud) -> RequestsMock:
    from local.emulator.transport.intercepted import interception  # noqa: PLC0415 - brings requests with it

    return interception(cloud)


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
