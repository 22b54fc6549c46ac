"""The function deliberately broken, one promise at a time, to see that the laws notice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from vault_sync import invocation, notification, selection, sync, times
from vault_sync.adoption import OperationLogs
from vault_sync.calls import Calls, Deadline
from vault_sync.cloud import credentials
from vault_sync.cloud.cbr import Cbr
from vault_sync.errors import CallFailed
from vault_sync.result import Result
from vault_sync.tasks import History
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


@contextlib.contextmanager
def believing_half_a_list() -> Iterator[None]:
    """An entry that could not be read is passed over, as if it were not there."""
    with patch.object(History, "require_known", lambda *_: None):
        yield


@contextlib.contextmanager
def all_at_once() -> Iterator[None]:
    """The first signed call does not go out alone."""
    with patch.object(Calls, "proven", property(lambda _: True, lambda *_: None), create=True):
        yield


@contextlib.contextmanager
def unforeseen() -> Iterator[None]:
    """Something breaks, and nothing catches it."""

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    with (
        patch.object(invocation._Invocation, "_do", broken),
        patch.object(invocation._Invocation, "_break_off", broken),
        patch.object(invocation, "IncompleteSync", ZeroDivisionError),
    ):
        yield


@contextlib.contextmanager
def deaf_to_older_tasks() -> Iterator[None]:
    """What CBR is at is looked for one day back only."""
    honest = Cbr.sync_tasks

    def sync_tasks(self: Cbr, *, since: Any, vault_id: str | None = None) -> Any:
        since = since or times.from_seconds(self._calls._system.now() - 24 * 3600)
        return honest(self, since=since, vault_id=vault_id)

    with patch.object(Cbr, "sync_tasks", sync_tasks):
        yield


@contextlib.contextmanager
def never_catching_up() -> Iterator[None]:
    """A selection of what is behind finds nothing."""
    with patch.object(selection, "_behind", lambda *_: []):
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
        believing_half_a_list,
        all_at_once,
        unforeseen,
        deaf_to_older_tasks,
        never_catching_up,
    )
}
