"""The function deliberately broken, one promise at a time, to see that the laws notice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from vault_sync import notification, sync
from vault_sync.adoption import OperationLogs
from vault_sync.calls import Calls, Deadline
from vault_sync.cloud import credentials
from vault_sync.errors import CallFailed
from vault_sync.result import Result
from vault_sync.throttle import ThrottleGate


@contextlib.contextmanager
def blind_retry() -> Iterator[None]:
    """A sync whose answer was lost is simply asked for again."""
    with patch.object(sync, "MAY_HAVE_STARTED", frozenset()):
        yield


@contextlib.contextmanager
def no_adoption() -> Iterator[None]:
    """The operation logs are never believed."""

    def nothing(*_: Any) -> None:
        return None

    with (
        patch.object(OperationLogs, "begun_by", nothing),
        patch.object(OperationLogs, "repeated", nothing),
    ):
        yield


@contextlib.contextmanager
def no_gate() -> Iterator[None]:
    """A 429 keeps nobody from calling."""
    with patch.object(ThrottleGate, "throttled", lambda *_: None):
        yield


@contextlib.contextmanager
def silent_failure() -> Iterator[None]:
    """When something failed, the notification is left out."""

    def wanted(result: Result, notify_on: str) -> bool:
        del notify_on
        return not result.is_problem

    with patch.object(notification, "wanted", wanted):
        yield


@contextlib.contextmanager
def no_deadline() -> Iterator[None]:
    """There is always time."""
    with (
        patch.object(Deadline, "for_calls", lambda _: 3600.0),
        patch.object(Deadline, "for_notification", lambda _: 3600.0),
    ):
        yield


@contextlib.contextmanager
def stale_credentials() -> Iterator[None]:
    """A warm instance goes on with the credentials of its first event."""
    first: list[credentials.Credentials] = []
    honest = credentials.of_invocation

    def of_invocation(context: Any) -> credentials.Credentials:
        first.append(honest(context))
        return first[0]

    with patch.object(credentials, "of_invocation", of_invocation):
        yield


@contextlib.contextmanager
def deaf_to_401() -> Iterator[None]:
    """Refused credentials are used on."""
    honest = Calls._learn

    def learn(self: Calls, operation: Any, failure: CallFailed, sent_at: float) -> None:
        honest(self, operation, failure, sent_at)
        self._ended = None

    with patch.object(Calls, "_learn", learn):
        yield


VARIANTS: dict[str, Callable[[], contextlib.AbstractContextManager[None]]] = {
    variant.__name__: variant
    for variant in (
        blind_retry,
        no_adoption,
        no_gate,
        silent_failure,
        no_deadline,
        stale_credentials,
        deaf_to_401,
    )
}
