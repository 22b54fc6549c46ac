from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest

from local.emulator.sample import ACCESS_KEY, APP_CODE, PROJECT_ID, SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.local.emulator.functiongraph.conftest import Account

API: dict[str, Any] = {
    "name": "sync",
    "type": 1,
    "path": "/vault-sync",
    "protocol": "HTTPS",
    "req_method": "ANY",
    "group_id": "c3da0b5d5bd64d7a8b5e6b2d8d6f1a11",
    "match_mode": "NORMAL",
    "env_name": "RELEASE",
    "env_id": "DEFAULT_ENVIRONMENT_RELEASE_ID",
    "auth": "APP",
    "func_info": {"timeout": 60_000},  # a cold start takes its time on a busy machine
}
APP = {"X-Apig-AppCode": APP_CODE}
ECHO = """
    import json
    def handler(event, context):
        return {"statusCode": 201, "headers": {"X-One": "1", "Content-Length": "9"},
                "isBase64Encoded": False, "body": json.dumps(event)}
"""


def call(
    account: Account,
    path: str = "/vault-sync",
    *,
    method: str = "POST",
    body: bytes = b"{}",
    headers: Mapping[str, str] = APP,
) -> requests.Response:
    url = f"{account.served.url}/_apig{path}"
    return requests.request(method, url, data=body, headers=dict(headers), timeout=30)


def returning(account: Account, returned: str, **data: Any) -> None:
    """Deploy a function that returns this, behind an API."""
    code = f"def handler(event, context):\n    return {returned}"
    account.trigger(account.deploy(code), "APIG", {**API, **data})


def test_a_request_is_the_event_and_what_is_returned_is_the_response(account: Account) -> None:
    """The body is in base64; status, headers and body are the function's, its length is not."""
    created = account.trigger(account.deploy(ECHO), "APIG", API)
    response = call(account, "/vault-sync?a=1&b=", body="ü".encode(), headers={**APP, "X-Two": "2"})
    assert (response.status_code, response.headers["X-One"]) == (201, "1")
    event = response.json()
    assert base64.b64decode(event["body"]).decode() == "ü"
    assert event["isBase64Encoded"] is True
    assert (event["httpMethod"], event["path"]) == ("POST", "/vault-sync")
    assert event["queryStringParameters"] == {"a": "1", "b": ""}
    assert event["headers"]["x-two"] == "2"
    shown = created.event_data.api_id
    assert event["requestContext"]["apiId"] == shown
    assert event["requestContext"]["stage"] == "RELEASE"


def test_a_function_may_answer_in_base64(account: Account) -> None:
    """Then the caller gets the bytes."""
    returning(account, '{"statusCode": 200, "body": "AAH/", "isBase64Encoded": True}')
    assert call(account).content == b"\x00\x01\xff"


@pytest.mark.parametrize(
    "returned", ["None", "'text'", '{"body": "x"}', '{"statusCode": 200}', "[1]"]
)
def test_what_is_no_response_is_a_500(account: Account, returned: str) -> None:
    """FSS.1202, and nothing of what was returned."""
    returning(account, returned)
    response = call(account)
    assert (response.status_code, response.json()["error_code"]) == (500, "FSS.1202")


def test_an_error_that_leaves_the_function_is_a_500(account: Account) -> None:
    """The caller is not told that all is well."""
    returning(account, "1 / 0")
    assert call(account).status_code == 500


@pytest.mark.parametrize(
    ("path", "method", "match_mode", "found"),
    [
        ("/vault-sync", "POST", "NORMAL", True),
        ("/vault-sync/more", "POST", "NORMAL", False),
        ("/vault-sync/more", "POST", "SWA", True),
        ("/vault-synchronise", "POST", "SWA", False),
        ("/vault-sync", "GET", "NORMAL", False),
        ("/other", "POST", "NORMAL", False),
    ],
)
def test_an_api_is_found_by_path_and_method(
    account: Account, path: str, method: str, match_mode: str, found: bool
) -> None:
    """Anything else is an API that does not exist."""
    returning(account, '{"statusCode": 204, "body": ""}', match_mode=match_mode, req_method="POST")
    response = call(account, path, method=method)
    assert response.status_code == (204 if found else 404)
    if not found:
        assert response.json()["error_code"] == "APIG.0101"


@pytest.mark.parametrize("headers", [{}, {"X-Apig-AppCode": "wrong"}, {"X-Apig-AppCode": "ü"}])
def test_without_the_app_s_code_nothing_is_run(account: Account, headers: dict[str, str]) -> None:
    """401, and the function has no record of it."""
    returning(account, '{"statusCode": 200, "body": ""}')
    encoded = {name: value.encode() for name, value in headers.items()}
    response = call(account, headers=encoded)  # type: ignore[arg-type] # bytes are allowed
    assert (response.status_code, response.json()["error_code"]) == (401, "APIG.0303")
    assert list(account.engine.records) == []


def test_iam_authentication_takes_the_account_s_signature(account: Account) -> None:
    """The SDK's own signer opens it; without a signature it stays closed."""
    returning(account, '{"statusCode": 200, "body": "in"}', auth="IAM")
    refused = call(account, headers={})
    assert (refused.status_code, refused.json()["error_code"]) == (401, "APIG.0301")
    host = account.served.url.removeprefix("http://")
    request = SdkRequest(
        method="POST", schema="http", host=host, resource_path="/_apig/vault-sync",
        query_params=[], header_params={"Content-Type": "application/json"}, body="{}",
    )  # fmt: skip
    BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID).sign_request(request)
    assert call(account, headers=request.header_params).text == "in"


def test_an_api_without_authentication_is_open(account: Account) -> None:
    """As it is in the cloud: whoever knows the address may call it."""
    returning(account, '{"statusCode": 200, "body": "in"}', auth="NONE")
    assert call(account, headers={}).text == "in"


def test_a_page_of_another_site_cannot_call_an_api(account: Account) -> None:
    """Neither by its own name for this port, nor from its own origin; open APIs included."""
    returning(account, '{"statusCode": 200, "body": "in"}', auth="NONE")
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        assert call(account, headers=headers).status_code == 403
    assert list(account.engine.records) == []


def test_a_body_above_4_mb_is_refused(account: Account) -> None:
    """413, and nothing is run."""
    returning(account, '{"statusCode": 200, "body": ""}')
    assert call(account, body=b"x" * (4 * 1024 * 1024)).status_code == 200
    assert call(account, body=b"x" * (4 * 1024 * 1024 + 1)).status_code == 413


def test_a_function_that_takes_too_long_is_not_waited_for(account: Account) -> None:
    """504 after the trigger's timeout; the function goes on."""
    code = "import time\ndef handler(event, context):\n    time.sleep(0.4)"
    account.trigger(account.deploy(code), "APIG", {**API, "func_info": {"timeout": 50}})
    assert call(account).status_code == 504
    (record,) = account.engine.records
    assert record.status == "RUNNING"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"path": "vault-sync"}, "path begins with /"),
        ({"auth": "BASIC"}, "auth is one of"),
        ({"auth": None}, "auth is required"),
        ({"func_info": {"timeout": 60_001}}, "timeout is 1 to 60000"),
        ({"func_info": {"invocation_type": "async"}}, "is not emulated"),
    ],
)
def test_a_trigger_that_cannot_be_is_refused(
    account: Account, data: dict[str, Any], words: str
) -> None:
    """With the name of what is wrong."""
    urn = account.deploy(ECHO)
    with pytest.raises(Exception, match=words):
        account.trigger(urn, "APIG", {**API, **data})


def test_the_trigger_is_gone_when_it_is_deleted(account: Account) -> None:
    """The API does not exist any more."""
    urn = account.deploy(ECHO)
    account.trigger(urn, "APIG", API)
    assert call(account).status_code == 201
    account.cloud.functiongraph().functions[urn.removesuffix(":latest")].triggers.clear()
    assert call(account).status_code == 404


def test_many_requests_at_once_are_each_answered(account: Account) -> None:
    """Where there are more requests than instances, some get a 429; sent again, none is lost."""
    urn = account.deploy(ECHO)
    account.trigger(urn, "APIG", API)
    account.cloud.functiongraph().functions[urn.removesuffix(":latest")].max_instances = 2

    def until_taken(number: int) -> Any:
        while True:
            response = call(account, body=str(number).encode())
            if response.status_code != 429:
                return int(base64.b64decode(response.json()["body"]))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(until_taken, range(40))) == list(range(40))
    assert len(list(account.engine.records)) == 40
