"""A thousand requests at once."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from datetime import datetime, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from local.emulator import LocalCloud
from local.emulator.sample import TOPIC_URN
from tests.local.emulator.apig.test_exchange import API, APP
from tests.local.emulator.functiongraph.conftest import Account, client_of
from tests.support.package import built_package

if TYPE_CHECKING:
    from collections.abc import Sequence

SAME = """
    def handler(event, context):
        return {"statusCode": 200, "body": event["body"], "isBase64Encoded": True}
"""


def post_at_once(served: LocalCloud, bodies: Sequence[str]) -> list[tuple[int, str]]:
    """Send every body over a connection of its own, without waiting for any answer."""

    async def post(session: aiohttp.ClientSession, body: str) -> tuple[int, str]:
        url = f"{served.url}/_apig/vault-sync"
        async with session.post(url, data=body, headers=APP) as response:
            return response.status, await response.text()

    async def post_all() -> list[tuple[int, str]]:
        limits: dict[str, Any] = {
            "connector": aiohttp.TCPConnector(limit=0),
            "timeout": aiohttp.ClientTimeout(total=600),
        }
        async with aiohttp.ClientSession(**limits) as session:
            return await asyncio.gather(*(post(session, body) for body in bodies))

    return asyncio.run(post_all())


def test_each_of_a_thousand_requests_gets_its_own_answer(account: Account) -> None:
    """None is lost, and none is given another's."""
    account.trigger(account.deploy(SAME), "APIG", API)
    bodies = [str(number) for number in range(1000)]
    assert post_at_once(account.served, bodies) == [(200, body) for body in bodies]


@pytest.mark.package
def test_vaults_that_are_asked_for_many_times_at_once_are_synchronised_once_at_a_time() -> None:
    """By the real package. Every answer names a sync of its vault, and no two overlap."""
    with LocalCloud() as served:
        cbr = served.cloud.cbr()
        vault_ids = [cbr.add_vault().id for _ in range(25)]
        account = Account(served, client_of(served.url))
        settings = {
            "SMN_TOPIC_URN": TOPIC_URN,
            "CBR_ENDPOINT": served.url,
            "SMN_ENDPOINT": served.url,
        }
        urn = account.deploy(
            "",
            func_code={"file": base64.b64encode(built_package().data).decode()},
            initializer_handler="index.initializer",
            initializer_timeout=300,
            timeout=300,
            memory_size=256,
            user_data=json.dumps(settings),
        )
        account.trigger(urn, "APIG", API)
        now = datetime.now(timezone.utc).isoformat()
        asked = [vault_ids[number % 25] for number in range(200)]
        answers = post_at_once(
            served, [json.dumps({"vault_id": one, "requested_at": now}) for one in asked]
        )
        assert Counter(status for status, _ in answers) == {200: 200}
        for vault_id, (_, text) in zip(asked, answers, strict=True):
            (outcome,) = json.loads(text)["outcomes"]
            assert outcome["vault_id"] == vault_id
            assert outcome["operation_log_id"] in {task.id for task in cbr.tasks(vault_id)}
        for vault_id in vault_ids:
            tasks = cbr.tasks(vault_id)
            for former, latter in pairwise(tasks):
                assert former.ended_at is not None
                assert former.ended_at <= latter.created_at
