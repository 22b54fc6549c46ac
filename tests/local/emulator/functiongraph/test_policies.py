from __future__ import annotations

from typing import Any

import pytest

from local.emulator import Cloud
from local.emulator.account.policies import PolicyError, allows, read_policy


def policy(*statements: dict[str, Any], version: str = "1.1") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


ALLOW = {"Effect": "Allow", "Action": ["cbr:vaults:*", "smn:topic:publish"]}
DENY = {"Effect": "Deny", "Action": ["cbr:vaults:delete"]}


def test_what_no_statement_allows_is_not_allowed() -> None:
    """An action must be named, or fit a pattern."""
    policies = [read_policy(policy(ALLOW))]
    assert allows(policies, "cbr:vaults:sync")
    assert not allows(policies, "cbr:tasks:list")
    assert not allows([], "cbr:vaults:sync")


def test_a_denial_wins() -> None:
    """Whichever document it stands in."""
    policies = [read_policy(policy(DENY)), read_policy(policy(ALLOW))]
    assert not allows(policies, "cbr:vaults:delete")
    assert allows(policies, "cbr:vaults:sync")


def test_both_forms_mean_the_same() -> None:
    """5.0 adds Sid, Resource and NotAction."""
    statement = {"Sid": "Sync", **ALLOW, "Resource": ["*"]}
    assert allows([read_policy(policy(statement, version="5.0"))], "cbr:vaults:sync")
    others = {"Effect": "Allow", "NotAction": ["cbr:*:*"]}
    policies = [read_policy(policy(others, version="5.0"))]
    assert not allows(policies, "cbr:vaults:sync")
    assert allows(policies, "smn:topic:publish")


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"Version": "2.0", "Statement": [ALLOW]}, "Version"),
        ({"Version": "1.1", "Statement": []}, "Statement"),
        (policy({**ALLOW, "Condition": {}}), "does not judge Condition"),
        (policy({**ALLOW, "Resource": ["cbr:*:*:vault:x"]}), r"Statement\[0\].Resource"),
        (policy({**ALLOW, "Effect": "Maybe"}), r"Statement\[0\].Effect"),
        (policy({"Effect": "Allow"}), "either Action or NotAction"),
        (policy({"Effect": "Allow", "Action": ["sync"]}), "service:resource:operation"),
    ],
)
def test_a_policy_that_cannot_be_judged_is_refused(document: dict[str, Any], place: str) -> None:
    """The place and what should stand there; nothing is passed over."""
    with pytest.raises(PolicyError, match=place):
        read_policy(document)


def test_an_agencys_policies_hold_from_the_next_call_on() -> None:
    """Keys that were given out before follow at once."""
    cloud = Cloud()
    agency = cloud.add_agency("a", policy(ALLOW))
    key = agency.credential(cloud.account.credentials, 0.0)
    assert key.may("cbr:vaults:sync")
    cloud.add_agency("a", policy(DENY))
    assert not key.may("cbr:vaults:sync")
    assert repr(key).count(key.secret_key) == 0
