from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import index
from local.emulator import AfterSeconds, AnswerLost, Course, Error, LocalCloud, Success, Throttle
from local.emulator.sample import HYBRID_VAULTS
from tests.support.context import Context
from vault_sync import invocation
from vault_sync.errors import NotificationFailed
from vault_sync.system import System

EVENTS = sorted((Path(__file__).parents[2] / "events").glob("*.json"))


def _context(cloud: LocalCloud, **settings: str) -> Context:
    environment = cloud.environment()
    return Context(
        {
            name: environment[name]
            for name in ("SMN_TOPIC_URN", "CBR_ENDPOINT", "SMN_ENDPOINT", "PROJECT_ID", "REGION")
        }
        | settings,
        access_key=environment["HUAWEICLOUD_SDK_AK"],
        secret_key=environment["HUAWEICLOUD_SDK_SK"],
        security_token=environment.get("HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    )


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_every_sample_event_is_handled_over_plain_http(path: Path) -> None:
    """CBR_ENDPOINT and SMN_ENDPOINT are all it takes to run against other hosts."""
    event: Any = json.loads(path.read_text(encoding="utf-8"))
    with LocalCloud() as cloud:
        index.initializer(_context(cloud))
        result = index.handler(event, _context(cloud, DEFAULT_REQUEST='{"select": {"all": true}}'))
        assert not cloud.cloud.journal.unmatched()
        assert len(cloud.cloud.smn().messages()) == 1
    if path.stem.startswith("apig"):
        assert result["statusCode"] == 200
        result = json.loads(result["body"])
    assert sum(result["counts"].values()) == len(result["outcomes"])
    if "report" in path.stem:
        assert result["counts"] == {}
        assert result["window"]["from"] < result["window"]["to"]
        assert result["tasks"] == []
        assert {one["vault_id"] for one in result["stale"]} == set(HYBRID_VAULTS)
    else:
        assert "window" not in result
        assert set(result["counts"]) - {"rejected"}, "every other sample has vaults to synchronise"


def test_concurrent_workers_share_real_connections() -> None:
    """Sixteen threads, one server: each vault once, every signature verified."""
    with LocalCloud() as cloud:
        ids = [cloud.cloud.cbr().add_vault(f"many-{number}").id for number in range(100)]
        result = index.handler({"vault_ids": [*ids, *HYBRID_VAULTS]}, _context(cloud))
        assert result["counts"] == {"started": 100 + len(HYBRID_VAULTS)}
        assert len(cloud.cloud.journal.calls("ImportCheckpoint", status=200)) == 104


def test_lost_answers_and_throttling_over_real_connections_lose_and_double_nothing() -> None:
    """The connection is reset after a sync took effect, and every third call is answered 429."""
    impatient = System(sleep=lambda _: None)
    with LocalCloud() as cloud:
        cloud.cloud.course = Course(AfterSeconds(3600), Success())
        cloud.cloud.faults.add(AnswerLost(), operation="ImportCheckpoint", every=4)
        cloud.cloud.faults.add(Throttle(0), service="CBR", every=3)
        ids = [cloud.cloud.cbr().add_vault(f"many-{number}").id for number in range(40)]
        result = invocation.run({"vault_ids": ids}, _context(cloud, MAX_ATTEMPTS="20"), impatient)
        tasks = {task.vault_id: task.id for task in cloud.cloud.cbr().tasks()}
        assert len(cloud.cloud.cbr().tasks()) == 40
    told = {one["vault_id"]: one["operation_log_id"] for one in result["outcomes"]}
    assert told == tasks
    assert set(result["counts"]) == {"started", "already_running"}


def test_an_answer_of_smn_names_its_request_even_in_the_body() -> None:
    """The SDK drops the id where no header carries it; the error of the outcome has it."""
    with LocalCloud() as cloud:
        cloud.cloud.faults.add(Error(404, "SMN.0006", "Topic not found."), service="SMN")
        with pytest.raises(NotificationFailed, match=r"SMN\.0006: Topic not found\."):
            index.handler({"vault_id": next(iter(HYBRID_VAULTS))}, _context(cloud))
