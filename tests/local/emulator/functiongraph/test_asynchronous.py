from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.emulator.sample import TOPIC_URN

if TYPE_CHECKING:
    from tests.local.emulator.functiongraph.conftest import Account

FAILS = """
    def handler(event, context):
        if event.get("fail", True):
            raise ValueError("no luck")
        return {"done": True}
"""
SMN = ("SMN", {"topic_urn": TOPIC_URN})


def told(account: Account) -> list[dict[str, Any]]:
    return [json.loads(str(m.texts["default"])) for m in account.cloud.smn().messages(TOPIC_URN)]


def test_an_asynchronous_request_gets_its_id_at_once(account: Account) -> None:
    """The SDK gets a request id; the function runs with the event when its turn comes."""
    urn = account.deploy(FAILS)
    request_id = account.submit(urn, {"fail": False})
    assert list(account.engine.records) == []
    (record,) = account.attend()
    assert (record.request_id, record.status, record.result) == (
        request_id,
        "SUCCESS",
        '{"done": true}',
    )


def test_without_a_policy_a_failure_is_not_repeated(account: Account) -> None:
    """One attempt, told to nobody."""
    account.submit(account.deploy(FAILS), {})
    assert [record.status for record in account.go_on(3600)] == ["FAIL"]
    assert told(account) == []


def test_a_failure_is_repeated_as_often_as_the_policy_says(account: Account) -> None:
    """Two retries are three attempts of one request; then the failure destination is told once."""
    urn = account.deploy(FAILS)
    account.policy(urn, 2, on_failure=SMN)
    request_id = account.submit(urn, {"x": 1})
    done = account.go_on(3600)
    assert [(r.request_id, r.attempt, r.status) for r in done] == [
        (request_id, attempt, "FAIL") for attempt in (1, 2, 3)
    ]
    (notification,) = told(account)
    assert notification["request_context"] == {
        "request_id": request_id,
        "function_urn": urn,
        "condition": "UnhandledInvocationError",
        "approximate_invoke_count": 3,
    }
    assert json.loads(notification["request_payload"]) == {"x": 1}
    assert notification["response_context"] == {"status_code": 500, "function_error": ""}
    assert json.loads(notification["response_payload"])["errorType"] == "ValueError"
    assert notification["timestamp"].endswith("+08:00")


def test_a_request_that_is_too_old_is_discarded_and_told(account: Account) -> None:
    """When the validity runs out before the retries do, the function is not run again."""
    urn = account.deploy(FAILS)
    account.policy(urn, 3, 10, on_failure=SMN)
    account.submit(urn, {})
    assert [record.status for record in account.go_on(3600)] == ["FAIL", "DISCARD"]
    assert len(told(account)) == 1


def test_a_success_is_told_to_another_function(account: Account) -> None:
    """The destination function's event is the notification, with the result."""
    receiver = account.deploy("def handler(event, context):\n    return event", name="receiver")
    urn = account.deploy(FAILS)
    account.policy(urn, 0, on_success=("FunctionGraph", {"func_urn": receiver}))
    account.submit(urn, {"fail": False})
    first, second = account.go_on(5)
    assert (first.function_urn, second.function_urn) == (urn, receiver)
    event = json.loads(second.event)
    assert event["request_context"]["condition"] == ""
    assert json.loads(event["response_payload"]) == {"done": True}


def test_the_topic_is_told_only_if_the_agency_allows_it(account: Account) -> None:
    """FunctionGraph needs to list topics and to publish; what it was refused is remembered."""
    statement = {"Effect": "Allow", "Action": ["smn:topic:publish"]}
    account.cloud.add_agency("narrow", {"Version": "1.1", "Statement": [statement]})
    urn = account.deploy(FAILS, xrole="narrow")
    account.policy(urn, 0, on_failure=SMN)
    account.submit(urn, {})
    (record,) = account.go_on(5)
    assert told(account) == []
    assert [refusal.action for refusal in account.engine.platform.refusals] == ["smn:topic:list"]
    assert "was not told: agency 'narrow' does not allow smn:topic:list" in record.log[-1]


def test_a_function_in_a_vpc_needs_the_vpcs_permissions(account: Account) -> None:
    """Without them no instance starts, and the invocation fails with the missing action's name."""
    account.cloud.add_agency(
        "narrow", {"Version": "5.0", "Statement": [{"Effect": "Allow", "NotAction": ["vpc:*:*"]}]}
    )
    urn = account.deploy(FAILS, xrole="narrow", func_vpc={"vpc_id": "v", "subnet_id": "s"})
    error = json.loads(account.invoke(urn, {}).result)
    assert error["errorType"] == "PermissionDenied"
    assert "vpc:vpcs:get" in error["errorMessage"]


def test_a_reset_ends_everything(account: Account) -> None:
    """Functions, requests that wait and records are gone; nothing runs afterwards."""
    urn = account.deploy(FAILS)
    account.invoke(urn, {})
    account.submit(urn, {})
    account.cloud.reset()
    assert account.go_on(3600) == []
    assert list(account.engine.records) == []
