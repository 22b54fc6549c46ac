from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkfunctiongraph import v2 as sdk

from local.emulator import LocalCloud, mock_huaweicloud
from local.emulator.hosts import host_of
from local.emulator.sample import ACCESS_KEY, PROJECT_ID, REGION, SECRET_KEY
from tests.local.emulator.functiongraph.conftest import Account, client_of, zipped

ECHO = "def handler(event, context):\n    print('hello')\n    return event"


def test_a_function_is_run_by_hand(account: Account) -> None:
    """By name or URN, with any JSON; the invocation is in the list with event, log and result."""
    urn = account.deploy(ECHO)
    started = account.admin("POST", "invocations", {"function": "f", "event": {"a": 1}})
    account.attend()
    (shown,) = account.admin("GET", f"invocations?request_id={started['request_id']}")[
        "invocations"
    ]
    assert (shown["function_urn"], shown["status"], shown["cold"]) == (urn, "SUCCESS", True)
    assert shown["trigger"] == {"type": "CONSOLE", "name": ""}
    assert (shown["event"], shown["result"]) == ('{"a": 1}', '{"a": 1}')
    assert shown["log"][1] == "hello"
    assert shown["accepted_at"] <= shown["began_at"] <= shown["ended_at"]


def test_the_newest_invocations_come_first(account: Account) -> None:
    """`limit` counts from the newest."""
    urn = account.deploy(ECHO)
    for number in range(3):
        account.invoke(urn, {"n": number})
    shown = account.admin("GET", "invocations?limit=2")["invocations"]
    assert [one["event"] for one in shown] == ['{"n": 2}', '{"n": 1}']


@pytest.mark.parametrize(
    ("method", "path", "document", "status", "text"),
    [
        ("GET", "invocations?limit=0", None, 400, "limit: from 1 to 1000"),
        ("GET", "invocations?page=2", None, 400, "page: only limit and request_id"),
        ("POST", "invocations", {"function": "gone"}, 404, "there is no 'gone'; deployed: f"),
        ("POST", "invocations", {"event": {}}, 400, "function: Field required"),
        ("POST", "kafka", {"messages": ["a"]}, 400, "topic: say which one"),
        ("POST", "rabbitmq", {"messages": []}, 400, "messages: List should have at least 1"),
        ("POST", "agencies", {"name": "a", "policies": [{}]}, 400, "policies: Version"),
    ],
)
def test_a_wrong_order_says_what_to_change(  # noqa: PLR0913, PLR0917 - a case has these parts
    account: Account, method: str, path: str, document: Any, status: int, text: str
) -> None:
    """Field, value and what may stand there."""
    account.deploy(ECHO)
    answer = account.admin(method, path, document)
    assert isinstance(answer, requests.Response)
    assert answer.status_code == status
    assert text in answer.json()["error"]


def test_an_agency_takes_the_printed_policy(account: Account) -> None:
    """`POST /_local/agencies` makes an agency, or replaces its policies."""
    document = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["cbr:tasks:list"]}]}
    account.admin("POST", "agencies", {"name": "vault-sync", "policies": [document]})
    assert not account.cloud.account.agencies["vault-sync"].may("cbr:vaults:sync")


def test_a_served_cloud_attends_by_itself() -> None:
    """Without anybody driving it, an asynchronous request is run within a moment."""
    with LocalCloud() as served:
        account = Account(served, client_of(served.url))
        urn = account.deploy(ECHO)
        account.trigger(
            urn, "TIMER", {"name": "t", "schedule_type": "Cron", "schedule": "* * * * * *"}
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if any(record.status == "SUCCESS" for record in account.engine.records):
                break
            time.sleep(0.05)
        assert {record.status for record in account.engine.records} <= {"SUCCESS", "RUNNING"}
        assert {record.source.type for record in account.engine.records} == {"TIMER"}
    assert served.cloud.engine is None


def test_in_process_no_function_runs() -> None:
    """Functions call the cloud from outside, so it must be served; the refusal says so."""
    with mock_huaweicloud():
        client = (
            sdk.FunctionGraphClient.new_builder()
            .with_credentials(BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID))
            .with_endpoint(f"https://{host_of('functiongraph', REGION)}")
            .build()
        )
        body = {
            "func_name": "f",
            "package": "default",
            "runtime": "Python3.12",
            "timeout": 10,
            "handler": "index.handler",
            "memory_size": 128,
            "code_type": "zip",
            "code_filename": "f.zip",
            "func_code": {"file": zipped({"index.py": ECHO})},
        }
        created = client.create_function(sdk.CreateFunctionRequest(body=body))
        request = sdk.InvokeFunctionRequest(function_urn=created.func_urn, body={})
        with pytest.raises(ServiceResponseException, match="LocalCloud in Python"):
            client.invoke_function(request)
