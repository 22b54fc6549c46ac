from __future__ import annotations

from typing import Any

from rich.console import Console

from deploy.result_text import result_text

DOCUMENT: dict[str, Any] = {
    "trigger": {"type": "TIMER", "name": "nightly", "time": "2026-11-25T06:17:00Z"},
    "outcomes": [],
    "notification": {"topic_urn": "urn:smn:cn-north-4:p:vault-sync", "message_ids": ["one"]},
}


def shown(document: dict[str, Any]) -> str:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(result_text(document))
    return captured.get()


def test_a_report_shows_its_tasks_and_the_vaults_behind() -> None:
    """And a result without them does not say that there are none."""
    task = {
        "vault_id": "vault-1", "vault_name": "prod-erp", "operation_log_id": "task-1",
        "status": "failed", "error": {"code": "BackupService.6406", "message": "no bucket"},
    }  # fmt: skip
    behind = {"vault_id": "vault-2", "vault_name": "prod-mail", "last_success": None}
    text = shown({**DOCUMENT, "tasks": [task], "stale": [behind]})
    for words in ("prod-erp", "failed", "prod-mail", "TIMER nightly", "2026-11-25T06:17:00Z"):
        assert words in text
    assert "task" not in shown(DOCUMENT)


def test_that_nobody_was_told_is_said() -> None:
    """NOTIFY_ON=problems publishes nothing when all is well."""
    quiet = {**DOCUMENT, "notification": {**DOCUMENT["notification"], "message_ids": []}}
    assert "Notification: none (NOTIFY_ON)" in shown(quiet)
    assert "Notification: 1 message to" in shown(DOCUMENT)
