"""The journal says what happened, and no secret."""

from __future__ import annotations

import json

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials

from local.emulator import AnswerLost
from local.emulator.admin.views import JOURNAL_FILTERS, entry, messages, state
from local.emulator.sample import ACCESS_KEY, HYBRID_VAULTS, PROJECT_ID, SECRET_KEY
from tests.local.emulator.reaching import VAULT, Reach, StillClock, operation_logs, publish, sync


def test_an_entry_tells_the_whole_call(reach: Reach, clock: StillClock) -> None:
    """Who, when, what, about which vault, and what came of it."""
    started = sync(reach.cbr())

    (written,) = reach.cloud.journal.entries
    assert entry(written) == {
        "number": 1,
        "time": clock.now(),
        "method": "POST",
        "path": f"/v3/{PROJECT_ID}/checkpoints/sync",
        "request_id": written.request_id,
        "service": "CBR",
        "operation": "ImportCheckpoint",
        "region": "cn-north-4",
        "project_id": PROJECT_ID,
        "access_key": ACCESS_KEY,
        "vault_id": VAULT,
        "status": 200,
        "error_code": None,
        "fault": None,
        "rule": None,
        "latency": 0.0,
        "applied": True,
        "operation_log_id": started.operation_log_id,
        "message_id": None,
    }


def test_the_journal_is_narrowed_by_every_field(inside: Reach) -> None:
    """Each filter alone, all together."""
    other = list(HYBRID_VAULTS)[1]
    inside.cloud.faults.add(AnswerLost(), operation="ImportCheckpoint", vault_id=other)
    client = inside.cbr()
    sync(client)
    with pytest.raises(Exception, match="reset"):
        sync(client, other)
    operation_logs(client, vault_id=VAULT)
    publish(inside.smn(), message="x")
    journal = inside.cloud.journal

    def numbers(**narrowing: object) -> list[int]:
        return [entry.number for entry in journal.calls(**narrowing)]  # type: ignore[arg-type]  # one field at a time

    assert numbers() == [1, 2, 3, 4]
    assert numbers(operation="ImportCheckpoint") == [1, 2]
    assert numbers(service="SMN") == [4]
    assert numbers(project_id=PROJECT_ID) == [1, 2, 3, 4]
    assert numbers(vault_id=VAULT) == [1, 3]
    assert numbers(status=200) == [1, 3, 4]
    assert numbers(fault="answer_lost", applied=True) == [2]
    assert numbers(applied=False) == []
    assert len(journal) == 4


def test_every_filter_of_the_journal_is_on_the_admin_path() -> None:
    """Python and JSON narrow alike."""
    from inspect import signature  # noqa: PLC0415 - for this test alone

    from local.emulator import Journal  # noqa: PLC0415

    assert set(signature(Journal.calls).parameters) - {"self"} == JOURNAL_FILTERS


def test_no_secret_is_in_journal_state_or_repr(inside: Reach) -> None:
    """Neither key, token nor signature; of requests neither headers nor body."""
    token = "a-marked-security-token"
    credential = inside.cloud.add_credentials("TEMPORARY", "a-marked-secret-key", token)
    temporary = BasicCredentials("TEMPORARY", "a-marked-secret-key", PROJECT_ID)
    sync(inside.cbr(temporary.with_security_token(token)))
    publish(inside.smn(), message="x")

    shown = "".join(
        (
            json.dumps([entry(written) for written in inside.cloud.journal]),
            json.dumps(state(inside.cloud)),
            json.dumps(messages(inside.cloud)),
            repr(inside.cloud.journal.entries),
            repr(credential),
            repr(inside.cloud.account.credentials),
        )
    )

    for secret in (token, "a-marked-secret-key", SECRET_KEY, "Signature="):
        assert secret not in shown
