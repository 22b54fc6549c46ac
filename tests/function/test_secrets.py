from __future__ import annotations

import contextlib
import io
import json
import logging
import traceback
from typing import Any

import pytest

from local.emulator import (
    AnswerLost,
    ConnectionClosed,
    ConnectionRefused,
    Error,
    HtmlAnswer,
    Latency,
    MissingResult,
    Throttle,
    TruncatedJson,
    WrongTypes,
)
from local.emulator.sample import HYBRID_VAULTS, PROJECT_ID, REGION
from tests.support.context import Context
from tests.support.desk import Desk
from vault_sync import invocation
from vault_sync.cloud.credentials import Credentials
from vault_sync.errors import VaultSyncError

ACCESS_KEY = "MARKEDACCESSKEY"
SECRET_KEY = "marked-secret-key"
TOKEN = "marked-security-token"
MARKS = ("MARKEDACCESSKEY", "marked-secret", "marked-security", "SDK-HMAC-SHA256")

ECHO = f"refused: Access={ACCESS_KEY}, Signature=deadbeef {SECRET_KEY} {TOKEN}"
"""What a careless service might answer."""

EFFECTS = [
    None,
    Error(400, "BackupService.9900", ECHO),
    Error(401, "APIGW.0301", ECHO),
    Error(403, "APIGW.0306", ECHO),
    Error(500, "BackupService.9910", ECHO),
    Throttle(1),
    Latency(45.0),
    AnswerLost(),
    ConnectionClosed(),
    ConnectionRefused(),
    HtmlAnswer(),
    MissingResult(),
    TruncatedJson(),
    WrongTypes(),
]


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.kind if effect else "none")
@pytest.mark.parametrize("operation", ["ImportCheckpoint", "ListOpLogs", "PublishMessage"])
def test_no_secret_is_in_anything_that_leaves_the_function(
    desk: Desk, effect: Any, operation: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Logs, errors with their tracebacks, results, notifications: searched for the marks."""
    desk.cloud.add_credentials(ACCESS_KEY, SECRET_KEY, TOKEN)
    if effect is not None:
        desk.cloud.faults.add(effect, operation=operation)
    context = Context(
        desk.settings | {"LOG_LEVEL": "DEBUG"},
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        security_token=TOKEN,
        now=desk.time.now,
    )
    event = {"vault_ids": list(HYBRID_VAULTS), "requested_at": "2026-09-21T14:13:00Z"}
    seen: list[str] = []
    output, errors = io.StringIO(), io.StringIO()
    with (
        caplog.at_level(logging.DEBUG),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        try:
            seen.append(json.dumps(invocation.run(event, context, desk.time.system())))
        except VaultSyncError as error:
            seen += traceback.format_exception(error)
            seen.append(repr(error))
    seen += [output.getvalue(), errors.getvalue(), caplog.text]
    seen += [repr(message) for message in desk.cloud.smn().messages()]
    assert output.getvalue()
    for text in seen:
        for mark in MARKS:
            assert mark not in text


def test_credentials_do_not_show_themselves() -> None:
    """Not in a repr, and not in a text they are taken out of."""
    credentials = Credentials(ACCESS_KEY, SECRET_KEY, TOKEN)
    for text in (repr(credentials), str(credentials), credentials.redact(ECHO)):
        assert not any(mark in text for mark in MARKS)
    assert credentials.redact("Signature=abc, rest") == "Signature=***, rest"


def test_every_request_goes_to_the_endpoints_of_the_settings_and_carries_the_token(
    desk: Desk,
) -> None:
    """A temporary key without its token would be refused; other hosts are not reachable here."""
    desk.cloud.add_credentials(ACCESS_KEY, SECRET_KEY, TOKEN)
    desk.credentials = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": TOKEN}
    ended = desk.run({"select": {"all": True}, "project_id": PROJECT_ID, "region": REGION})
    assert ended.document["counts"] == {"started": len(HYBRID_VAULTS)}
    assert {entry.access_key for entry in desk.cloud.journal} == {ACCESS_KEY}


@pytest.mark.parametrize(
    "message",
    [
        {"vault_id": "v", "topic_urn": "urn:smn:x:y:z"},
        {"vault_id": "v", "endpoint": "http://evil.example.com"},
        {"vault_id": "v", "SMN_TOPIC_URN": "urn:smn:x:y:z"},
        {"vault_id": "v", "CBR_ENDPOINT": "http://evil.example.com"},
        {"vault_id": "v", "project_id": "another"},
        {"vault_id": "v", "region": "evil.example.com"},
        {"vault_id": "v", "region": "cn-north-4.evil.example.com/"},
    ],
)
def test_a_message_cannot_choose_where_calls_go(desk: Desk, message: dict[str, Any]) -> None:
    """Neither topic nor endpoint nor a project that is not allowed; it is rejected unsent."""
    ended = desk.run(message)
    assert ended.statuses == ["rejected"]
    assert [entry.operation for entry in desk.cloud.journal] == ["PublishMessage"]
    assert len(desk.documents()) == 1


def test_a_warm_instance_signs_with_the_credentials_of_its_current_event(desk: Desk) -> None:
    """Yesterday's are revoked, and nobody notices."""
    vault = next(iter(HYBRID_VAULTS))
    for day in range(3):
        key = f"KEYOFDAY{day}"
        desk.cloud.add_credentials(key, f"secret-{day}", f"token-{day}")
        desk.credentials = {
            "access_key": key,
            "secret_key": f"secret-{day}",
            "security_token": f"token-{day}",
        }
        assert desk.run({"vault_id": vault}).statuses == ["started"]
        assert desk.cloud.journal.entries[-1].access_key == key
        desk.cloud.revoke(key)
