from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from deploy.document import load
from deploy.parameters import Fill, Given
from deploy.permissions import ACTION_OF, FEATURES, actions, policy_document
from local import AnswerLost, mock_huaweicloud
from tests.deploy.conftest import ROOT, TEMPLATE, Commands
from tests.support.desk import Desk

if TYPE_CHECKING:
    from deploy.model import Function

ONE = '{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d"}'
ALL = '{"select": {"all": true}}'
TAGS = '{"select": {"tags": {"sync": ["nightly"]}}}'


def template(**values: str) -> Function:
    given = {name: Given(value, "a test") for name, value in values.items()}
    return load(TEMPLATE, given, Fill.AS_GIVEN).function


def action_set(document: dict[str, Any]) -> list[str]:
    return [action for statement in document["Statement"] for action in statement["Action"]]


@pytest.mark.parametrize("request_text", [ONE, ALL, TAGS])
def test_the_function_runs_with_these_permissions_and_needs_each(request_text: str) -> None:
    """With a key that may do just what the policy says, the real function does its work.

    And what it calls needs every action that the policy gives for the function's own calls.
    """
    granted = action_set(policy_document(template(SYNC_REQUEST=request_text), "1.1"))
    desk = Desk()
    desk.cloud.add_credentials("LEAST", "least-secret", actions=granted)
    desk.credentials = {"access_key": "LEAST", "secret_key": "least-secret"}
    with mock_huaweicloud(desk.cloud):
        ended = desk.run(json.loads(request_text))
    assert ended.error is None
    assert set(ended.statuses) == {"started"}
    assert not desk.cloud.journal.calls(status=403)
    called = {ACTION_OF[str(entry.operation)] for entry in desk.cloud.journal.entries}
    # The operation logs are read when an answer was lost; FunctionGraph itself lists topics.
    assert set(granted) - called <= {"cbr:tasks:list", "smn:topic:list"}


def test_a_lost_answer_needs_the_operation_logs() -> None:
    """cbr:tasks:list is needed: a sync whose answer was lost is looked up there."""
    desk = Desk()
    desk.cloud.faults.add(AnswerLost(), operation="ImportCheckpoint", times=1)
    with mock_huaweicloud(desk.cloud):
        desk.run(json.loads(ONE))
    assert desk.cloud.journal.calls("ListOpLogs")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"SYNC_REQUEST": ONE}, {"Synchronise", "Notify", "ReportFailedRuns"}),
        ({}, {"Synchronise", "SelectVaults", "Notify", "ReportFailedRuns"}),
        (
            {"KAFKA_TRIGGER": "true", "VPC_ID": "v", "SUBNET_ID": "s"},
            {feature.sid for feature in FEATURES},
        ),
    ],
)
def test_what_is_switched_off_needs_no_permission(
    values: dict[str, str], expected: set[str]
) -> None:
    """The features in the policy are those that the settings switch on."""
    assert set(actions(template(**values))) == expected


def test_both_documents_hold_the_same_actions() -> None:
    """1.1 has no Sid and no Resource, 5.0 has both; the actions are the same, none twice."""
    function = template()
    old, new = policy_document(function, "1.1"), policy_document(function, "5.0")
    assert action_set(old) == action_set(new)
    assert len(set(action_set(old))) == len(action_set(old))
    assert all(set(statement) == {"Effect", "Action"} for statement in old["Statement"])
    assert all("Sid" in s and s["Resource"] == ["*"] for s in new["Statement"])


def test_the_command_prints_documents_that_can_be_pasted(commands: Commands) -> None:
    """`policy --version 1.1` prints one JSON document."""
    ran = commands.run("policy", "--version", "1.1")
    document = json.loads(ran.output[ran.output.index("{") :])
    assert document["Version"] == "1.1"


@pytest.mark.parametrize("action", sorted(set(ACTION_OF.values())))
def test_every_action_is_explained(action: str) -> None:
    """docs/permissions.md has a row for it."""
    assert f"`{action}`" in (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
