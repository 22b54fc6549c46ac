"""Deployed functions on the page: chosen, run, and shown with what triggers fired."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from huaweicloudsdkfunctiongraph import v2 as sdk

from local.console.deployed import deployed_functions, deployed_invocations
from local.emulator import Cloud, LocalCloud
from local.emulator.sample import APP_CODE
from tests.local.console.conftest import Visitor
from tests.local.emulator.apig.test_exchange import API
from tests.local.emulator.functiongraph.conftest import Account, client_of
from tests.local.emulator.reaching import sample_credentials

CODE = """
def handler(event, context):
    print("here")
    if event.get("fail"):
        raise ValueError("as asked")
    return {"counts": {"started": event["number"]}}
"""


def deploy(url: str, name: str = "deployed-sync") -> str:
    """Create a function by the official SDK, and return its URN."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", CODE)
    client = (
        sdk.FunctionGraphClient.new_builder()
        .with_credentials(sample_credentials())
        .with_endpoint(url)
        .build()
    )
    body = {
        "func_name": name,
        "runtime": "Python3.12",
        "timeout": 30,
        "handler": "index.handler",
        "memory_size": 128,
        "package": "default",
        "code_type": "zip",
        "code_filename": "f.zip",
        "func_code": {"file": base64.b64encode(buffer.getvalue()).decode()},
    }
    created = client.create_function(sdk.CreateFunctionRequest(body=body))
    client.close()
    return str(created.func_urn)


@pytest.fixture
def urn(visitor: Visitor) -> str:
    return deploy(visitor.url)


def test_a_deployed_function_can_be_chosen(visitor: Visitor, urn: str) -> None:
    """By its name, once it is there."""
    assert visitor.view()["functions"] == [{"name": "deployed-sync", "urn": urn, "api": None}]


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({}, {"X-Apig-AppCode": APP_CODE}),
        ({"auth": "NONE"}, {}),
        ({"auth": "IAM"}, None),
        ({"req_method": "PUT"}, None),
    ],
)
def test_a_function_is_shown_with_the_api_that_leads_to_it(
    visitor: Visitor, urn: str, data: dict[str, str], headers: dict[str, str] | None
) -> None:
    """Where the page can call it: it has no key to sign with."""
    account = Account(LocalCloud(visitor.cloud), client_of(visitor.url))
    account.trigger(urn, "APIG", {**API, **data})
    (function,) = visitor.view()["functions"]
    expected = None if headers is None else {"path": "/_apig/vault-sync", "headers": headers}
    assert function["api"] == expected


def test_a_deployed_function_is_run_by_hand(visitor: Visitor, urn: str) -> None:
    """Its invocation has log, result and instance, like those of function/."""
    answer = visitor.post("invocations", {"event": '{"number": 2}', "function": urn})
    assert answer.status_code == 202

    shown: Any = visitor.ended(answer.json()["id"])

    assert (shown["state"], shown["name"]) == ("returned", "by hand")
    assert shown["function"].startswith("default:deployed-sync")
    assert shown["result"] == {"counts": {"started": 2}}
    assert "here" in shown["log"]
    assert shown["cold"] is True
    assert shown["duration_milliseconds"] > 0


def test_a_deployed_function_that_raises_shows_its_error(visitor: Visitor, urn: str) -> None:
    """As its caller would get it."""
    answer = visitor.post("invocations", {"event": '{"fail": true}', "function": urn})

    shown: Any = visitor.ended(answer.json()["id"])

    assert (shown["state"], shown["error"]["errorType"]) == ("raised", "ValueError")
    assert "as asked" in shown["error"]["errorMessage"]


def test_a_function_that_is_not_deployed_is_refused(visitor: Visitor) -> None:
    """With the names of those that are."""
    answer = visitor.post("invocations", {"event": "{}", "function": "nowhere"})

    assert answer.status_code == 400
    assert "'nowhere'" in answer.json()["error"]


def test_a_cloud_that_runs_no_functions_shows_none(cloud: Cloud) -> None:
    """The page is there all the same."""
    assert deployed_functions(cloud) == []
    assert deployed_invocations(cloud) == ([], 0)
