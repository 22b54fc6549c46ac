from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from deploy.__main__ import app
from deploy.permissions import (
    ACTION_OF,
    FEATURES,
    NOT_CONFIRMED,
    actions,
    policy_document,
    used_features,
)
from deploy.template.document import load
from deploy.template.parameters import Fill, Given
from local.emulator import AnswerLost, mock_huaweicloud
from tests.deploy.conftest import ROOT, TEMPLATE, Commands
from tests.support.desk import Desk

if TYPE_CHECKING:
    from deploy.template.model import Function

ONE = '{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d"}'
ALL = '{"select": {"all": true}}'
TAGS = '{"select": {"tags": {"sync": ["nightly"]}}}'
WAIT = '{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d", "wait_seconds": 30}'
REPORT = '{"action": "report"}'
OWN_URN = "urn:fss:eu-west-101:0123456789abcdef0123456789abcdef:function:default:vault-sync"
REPORT_WITH_AGES = '{"action": "report", "max_age_hours": 26}'

NO_OTHER_TIMER = {"REPORT_TIMER": "false", "CATCH_UP_TIMER": "false"}


def template(**values: str) -> Function:
    given = {name: Given(value, "a test") for name, value in values.items()}
    return load(TEMPLATE, given, Fill.AS_GIVEN).function


def with_setting(function: Function, name: str, value: str) -> Function:
    variables = {**function.environment.variables, name: value}
    environment = function.environment.model_copy(update={"variables": variables})
    return function.model_copy(update={"environment": environment})


def least(function: Function) -> tuple[set[str], Desk]:
    """The actions that the policy gives, and a desk whose key may do just these."""
    granted = action_set(policy_document(function, "1.1"))
    desk = Desk()
    desk.cloud.add_credentials("LEAST", "least-secret", actions=granted)
    desk.credentials = {"access_key": "LEAST", "secret_key": "least-secret"}
    return set(granted), desk


def called(desk: Desk) -> set[str]:
    """The actions of what was called."""
    return {ACTION_OF[str(entry.operation)] for entry in desk.cloud.journal.entries}


def action_set(document: dict[str, Any]) -> list[str]:
    return [action for statement in document["Statement"] for action in statement["Action"]]


@pytest.mark.parametrize("request_text", [ONE, ALL, TAGS])
def test_the_function_runs_with_these_permissions_and_needs_each(request_text: str) -> None:
    """With a key that may do just what the policy says, the real function does its work.

    And what it calls needs every action that the policy gives for the function's own calls.
    """
    granted, desk = least(template(SYNC_REQUEST=request_text, **NO_OTHER_TIMER))
    with mock_huaweicloud(desk.cloud):
        ended = desk.run(json.loads(request_text))
    assert ended.error is None
    assert set(ended.statuses) == {"started"}
    assert not desk.cloud.journal.calls(status=403)
    # The operation logs are read when an answer was lost; FunctionGraph itself lists topics.
    assert granted - called(desk) <= {"cbr:tasks:list", "smn:topic:list"}


@pytest.mark.parametrize("request_text", [WAIT, REPORT, REPORT_WITH_AGES])
def test_waiting_and_reports_run_with_these_permissions(request_text: str) -> None:
    """With a key for what the request needs besides the sync of one vault, and for nothing more."""
    function = with_setting(
        template(SYNC_REQUEST=ONE, **NO_OTHER_TIMER), "DEFAULT_REQUEST", request_text
    )
    granted, desk = least(function)
    with mock_huaweicloud(desk.cloud):
        for request in (ONE, request_text):
            assert desk.run(json.loads(request)).error is None
    assert not desk.cloud.journal.calls(status=403)
    assert granted - called(desk) == {"smn:topic:list"}


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
        (
            {"SYNC_REQUEST": ONE, **NO_OTHER_TIMER},
            {"Synchronise", "Notify", "ReportFailedRuns"},
        ),
        (
            {"SYNC_REQUEST": WAIT, **NO_OTHER_TIMER},
            {"Synchronise", "WaitForTasks", "Notify", "ReportFailedRuns"},
        ),
        (
            {},
            {"Synchronise", "SelectVaults", "Report", "NameVaultsBehind", "Notify"}
            | {"ReportFailedRuns"},
        ),
        (
            {"KAFKA_TRIGGER": "true", "VPC_ID": "v", "SUBNET_ID": "s", "CONTINUE_AS": OWN_URN},
            {feature.sid for feature in FEATURES},
        ),
    ],
)
def test_what_is_switched_off_needs_no_permission(
    values: dict[str, str], expected: set[str]
) -> None:
    """The features that count are those that the settings and the timers' requests switch on."""
    assert {feature.sid for feature in used_features(template(**values))} == expected


def test_only_a_report_with_ages_lists_the_vaults() -> None:
    """Its own permission is there where no selection of vaults brought it along."""
    plain = template(SYNC_REQUEST=ONE, **NO_OTHER_TIMER)
    without = with_setting(plain, "DEFAULT_REQUEST", REPORT)
    assert "cbr:vaults:list" not in action_set(policy_document(without, "1.1"))
    assert actions(template(SYNC_REQUEST=ONE, CATCH_UP_TIMER="false"))["NameVaultsBehind"] == (
        "cbr:vaults:list",
    )


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


@pytest.mark.parametrize("version", ["1.1", "5.0"])
def test_what_is_not_confirmed_is_said_beside_the_document(
    capfd: pytest.CaptureFixture[str], version: str
) -> None:
    """On standard error, so that the document can still be piped; only for the asked-for form."""
    with pytest.raises(SystemExit):
        app(["policy", "--template", str(TEMPLATE), "--version", version])
    printed = capfd.readouterr()
    assert json.loads(printed.out)["Version"] == version
    said = " ".join(printed.err.split())
    for action, why in NOT_CONFIRMED[version].items():
        assert f"not confirmed for a policy of {version}: {action} ({why})" in said
    (other,) = {"1.1", "5.0"} - {version}
    assert f"policy of {other}" not in said


@pytest.mark.parametrize("action", sorted(set(ACTION_OF.values())))
def test_every_action_is_explained(action: str) -> None:
    """docs/permissions.md has a row for it."""
    assert f"`{action}`" in (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
