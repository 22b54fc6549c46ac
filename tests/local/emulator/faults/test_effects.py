"""What each fault looks like to the SDK's caller, in process and over HTTP alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import (
    ClientRequestException,
    ConnectionException,
    HostUnreachableException,
    ServerResponseException,
)
from requests.exceptions import ChunkedEncodingError, ReadTimeout

from local.emulator import (
    AnswerLost,
    Cloud,
    ConnectionClosed,
    ConnectionRefused,
    CutShort,
    EmptyBody,
    Error,
    HostUnresolvable,
    HtmlAnswer,
    Latency,
    MissingResult,
    Throttle,
    TruncatedJson,
    WrongTypes,
)
from local.emulator.sample import populate
from tests.local.emulator.reaching import VAULT, Reach, operation_logs, publish, reached, sync

if TYPE_CHECKING:
    from local.emulator.faults.effects import Effect
    from local.emulator.journal import JournalEntry


def met(reach: Reach) -> JournalEntry:
    """The journal's entry of the one call, which says whether the sync runs."""
    (entry,) = reach.cloud.journal.calls("ImportCheckpoint")
    assert entry.applied is bool(reach.cloud.cbr().tasks(VAULT))
    return entry


@pytest.mark.parametrize(
    ("effect", "kind", "words"),
    [
        (ConnectionClosed(), ConnectionException, "RemoteDisconnected"),
        (AnswerLost(), ConnectionException, "ConnectionResetError"),
        (CutShort(), ChunkedEncodingError, "IncompleteRead"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_broken_connection_is_the_network_stacks_own_exception(
    reach: Reach, effect: Effect, kind: type[Exception], words: str
) -> None:
    """The same exception with the same words, whichever way in."""
    reach.cloud.faults.add(effect)

    with pytest.raises(kind, match=words):
        sync(reach.cbr())

    entry = met(reach)
    assert entry.fault == effect.kind
    assert entry.applied is effect.applied


@pytest.mark.parametrize("effect", [ConnectionClosed(), AnswerLost()], ids=lambda e: e.kind)
def test_a_broken_connection_of_a_get_went_through_the_retry_rules(
    reach: Reach, effect: Effect
) -> None:
    """urllib3 counts a GET's failures as retries, of which the SDK allows none."""
    reach.cloud.faults.add(effect)

    with pytest.raises(ConnectionException, match="Max retries exceeded"):
        operation_logs(reach.cbr())


def test_a_refused_connection_and_an_unknown_host_are_told_apart_in_process(inside: Reach) -> None:
    """The SDK knows an unknown host from a refused connection by the exception within."""
    inside.cloud.faults.add(ConnectionRefused(), nth=1)
    inside.cloud.faults.add(HostUnresolvable(), nth=2)

    with pytest.raises(ConnectionException, match="Connection refused") as refused:
        sync(inside.cbr())
    assert not isinstance(refused.value, HostUnreachableException)
    with pytest.raises(HostUnreachableException, match="Name or service not known"):
        sync(inside.cbr())
    assert inside.cloud.cbr().tasks() == []


@pytest.mark.parametrize("effect", [ConnectionRefused(), HostUnresolvable()], ids=lambda e: e.kind)
def test_over_http_a_refused_connection_is_a_reset_before_any_effect(
    cloud: Cloud, effect: Effect
) -> None:
    """A connection that was accepted can no longer be refused: it is reset, unread."""
    cloud.faults.add(effect)
    with reached(cloud, "http") as reach, pytest.raises(ConnectionException, match="reset by peer"):
        sync(reach.cbr())
    assert cloud.cbr().tasks() == []


def test_in_process_a_latency_passes_on_the_clouds_clock(inside: Reach, clock: Any) -> None:
    """An answer within the read timeout is late by that much, and costs no real time."""
    inside.cloud.faults.add(Latency(0.15))

    assert sync(inside.cbr()).vault_id == VAULT
    assert clock.sleeps == [0.15]


def test_in_process_a_latency_beyond_the_read_timeout_is_a_read_timeout(
    inside: Reach, clock: Any
) -> None:
    """The caller waits its read timeout and no longer; the sync runs."""
    inside.cloud.faults.add(Latency(90))

    with pytest.raises(ReadTimeout, match=r"read timeout=30"):
        sync(inside.cbr())
    assert clock.sleeps == [30.0]
    assert met(inside).applied


def test_over_http_a_latency_beyond_the_read_timeout_is_a_read_timeout() -> None:
    """The same over a real socket, where the wait is a real one."""
    cloud = Cloud(populate=populate)
    cloud.faults.add(Latency(5))
    with reached(cloud, "http") as reach:
        reach.timeout = (5.0, 0.2)
        with pytest.raises(ReadTimeout, match=r"read timeout=0\.2"):
            sync(reach.cbr())
    assert len(cloud.cbr().tasks(VAULT)) == 1


def test_without_a_fault_nobody_sleeps(inside: Reach, clock: Any) -> None:
    """A zero latency is no sleep of zero seconds."""
    inside.cloud.faults.add(Latency(0))
    sync(inside.cbr())

    assert clock.sleeps == []


@pytest.mark.parametrize("retry_after", [None, 3, 0.5, "Mon, 23 Nov 2026 08:00:05 GMT"])
def test_throttling_is_the_gateways_429(reach: Reach, retry_after: float | str | None) -> None:
    """429 APIGW.0308, with Retry-After only where it was asked for."""
    import requests  # noqa: PLC0415 - to see the headers, which the SDK hides

    reach.cloud.faults.add(Throttle(retry_after))
    headers: list[Any] = []

    def listen(response: requests.Response, **_: Any) -> None:
        headers.append(response.headers)

    client = reach.cbr()
    client._http_client._session.hooks["response"].append(listen)
    with pytest.raises(ClientRequestException) as caught:
        sync(client)

    assert (caught.value.status_code, caught.value.error_code) == (429, "APIGW.0308")
    assert headers[0].get("Retry-After") == (None if retry_after is None else str(retry_after))
    assert met(reach).applied is False


def test_an_error_has_the_form_of_whoever_would_send_it(reach: Reach) -> None:
    """CBR's form, SMN's form, the gateway's by its code, OpenStack's when asked."""
    import requests  # noqa: PLC0415 - to see the bodies, whose forms the SDK evens out

    bodies: list[Any] = []

    def listen(response: requests.Response, **_: Any) -> None:
        bodies.append(response.json())

    cbr, smn = reach.cbr(), reach.smn()
    for client in (cbr, smn):
        client._http_client._session.hooks["response"].append(listen)
    faults = reach.cloud.faults
    faults.add(Error(500, "BackupService.9910", "Unknown error"), service="CBR", nth=1)
    faults.add(Error(503, "APIGW.0613", "IAM"), service="CBR", nth=2)
    faults.add(Error(403, "EPS.0003", "no", shape="openstack"), service="CBR", nth=3)
    faults.add(Error(500, "SMN.0016", "database"), service="SMN")
    for _ in range(3):
        with pytest.raises((ServerResponseException, ClientRequestException)):
            sync(cbr)
    with pytest.raises(ServerResponseException):
        publish(smn, message="x")

    request_ids = [entry.request_id for entry in reach.cloud.journal]
    assert bodies == [
        {"error_code": "BackupService.9910", "error_msg": "Unknown error"},
        {"error_code": "APIGW.0613", "error_msg": "IAM", "request_id": request_ids[1]},
        {"error": {"code": "EPS.0003", "message": "no"}},
        {"request_id": request_ids[3], "code": "SMN.0016", "message": "database"},
    ]
    assert [entry.error_code for entry in reach.cloud.journal] == [
        "BackupService.9910",
        "APIGW.0613",
        "EPS.0003",
        "SMN.0016",
    ]


@pytest.mark.parametrize("applied", [True, False])
def test_an_error_may_hide_that_the_backend_acted(reach: Reach, applied: bool) -> None:
    """A 504 tells nothing about the sync; the journal does."""
    reach.cloud.faults.add(Error(504, "APIGW.0201", "timed out", applied=applied))

    with pytest.raises(ServerResponseException):
        sync(reach.cbr())

    entry = met(reach)
    assert (entry.applied, entry.status) == (applied, 504)
    assert (entry.operation_log_id is not None) is applied


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("effect", [TruncatedJson, HtmlAnswer, MissingResult, EmptyBody])
def test_a_useless_200_leaves_the_sdk_without_a_result(
    reach: Reach, effect: type[MissingResult], applied: bool
) -> None:
    """The SDK raises nothing for these; `sync` is None."""
    reach.cloud.faults.add(effect(applied=applied))

    assert sync(reach.cbr()) is None
    entry = met(reach)
    assert (entry.status, entry.applied) == (200, applied)


def test_wrong_types_keep_the_names(reach: Reach) -> None:
    """The id comes as something else than the id."""
    reach.cloud.faults.add(WrongTypes())

    answer = sync(reach.cbr())

    assert met(reach).operation_log_id is not None
    assert answer.operation_log_id != met(reach).operation_log_id


def test_a_refusal_behind_a_lost_answer_is_no_effect(inside: Reach) -> None:
    """Where CBR would have refused, nothing was applied, and the journal says why."""
    sync(inside.cbr())
    inside.cloud.cbr().vaults[VAULT].status = "frozen"
    inside.cloud.faults.add(AnswerLost())

    with pytest.raises(ConnectionException):
        sync(inside.cbr())

    last = inside.cloud.journal.entries[-1]
    assert (last.applied, last.error_code, last.status) == (False, "BackupService.6112", None)


def test_after_a_broken_connection_the_next_call_works(reach: Reach) -> None:
    """A client goes on with the same session."""
    reach.cloud.faults.add(AnswerLost(), times=1)
    client = reach.cbr()
    with pytest.raises(ConnectionException):
        sync(client)

    assert operation_logs(client, vault_id=VAULT).count == 1
