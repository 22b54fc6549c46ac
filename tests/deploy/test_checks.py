"""What a deployment relies on is looked up before it changes anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from local.emulator import mock_huaweicloud
from local.emulator.sample import ACCESS_KEY, SECRET_KEY, TOPIC_URN, sample_cloud
from tests.deploy.conftest import Commands
from tests.deploy.test_apply import writes

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator import Cloud

WRONG_TOPIC = TOPIC_URN.replace("vault-sync", "vault-snyc")


def lines(output: str, verdict: str) -> list[str]:
    """The lines of one verdict."""
    return [line for line in output.splitlines() if line.startswith(f"{verdict}: ")]


def test_all_that_is_looked_up_is_told(cloud: Cloud, commands: Commands) -> None:
    """Credentials, clock, region, project, name, agency and topics, and nothing is changed."""
    ran = commands.run("check")
    assert ran.status == 0
    subjects = [line.split(": ")[1] for line in lines(ran.output, "ok")]
    assert subjects[:3] == ["credentials", "clock", "region, project"]
    assert subjects[3:5] == ["name", "agency vault-sync"]
    assert subjects[5].startswith("topic urn")
    assert "FAILURE_TOPIC_URN" in lines(ran.output, "note")[0]
    assert writes(cloud) == []


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (f"SMN_TOPIC_URN={WRONG_TOPIC}", f"topic {WRONG_TOPIC}: SMN has no such topic"),
        (f"FAILURE_TOPIC_URN={WRONG_TOPIC}", f"topic {WRONG_TOPIC}: SMN has no such topic"),
        ("AGENCY=vault-snyc", "agency vault-snyc: no agency of this name trusts FunctionGraph"),
    ],
)
def test_what_is_wrong_stops_apply(
    cloud: Cloud, commands: Commands, setting: str, words: str
) -> None:
    """A topic or an agency that is not there: check fails, apply changes nothing."""
    for command in ("check", "apply"):
        ran = commands.run(command, "--set", setting)
        assert ran.status == 1
        assert words in lines(ran.output, "wrong")[0]
    assert writes(cloud) == []


def test_what_may_not_be_looked_up_is_told_with_the_permission(
    cloud: Cloud, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key for functions alone can deploy; topic and agency are said to be unknown."""
    actions = ["functiongraph:function:*", "functiongraph:trigger:*"]
    cloud.add_credentials("DEPLOYER", "deployer-secret", actions=actions)
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "DEPLOYER")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "deployer-secret")
    ran = commands.run("apply")
    assert ran.status == 0, ran.output
    agency, topic = lines(ran.output, "not looked up")
    assert "lacks the permission functiongraph:agency:list" in agency
    assert "lacks the permission smn:topic:list" in topic


def test_a_wrong_key_is_one_finding(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told with its advice, and nothing further is tried."""
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "wrong")
    with mock_huaweicloud(sample_cloud()) as cloud:
        monkeypatch.setenv("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
        monkeypatch.setenv("VAULT_SYNC_SMN_TOPIC_URN", TOPIC_URN)
        ran = commands.run("check")
        assert ran.status == 1
        (wrong,) = lines(ran.output, "wrong")
        assert "HUAWEICLOUD_SDK_SK" in wrong
        assert len(cloud.journal) == 1


class LateClock:
    """The service's clock, some seconds ahead of this machine's."""

    def __init__(self, ahead: float, now: float) -> None:
        self._now = now + ahead

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


@pytest.mark.parametrize(("ahead", "word"), [(300.0, "behind"), (-300.0, "ahead of")])
def test_a_clock_that_is_off_is_told(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, ahead: float, word: str
) -> None:
    """Five minutes are told, with the limit; they do not stop anything."""
    import time  # noqa: PLC0415 - the real time, from which the cloud's is off

    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET_KEY)
    monkeypatch.setenv("VAULT_SYNC_SMN_TOPIC_URN", TOPIC_URN)
    cloud = sample_cloud(signing_clock=LateClock(ahead, time.time()))
    with mock_huaweicloud(cloud):
        ran = commands.run("check")
    assert ran.status == 0
    (clock, _) = lines(ran.output, "note")
    assert f"s {word} FunctionGraph; from 900 s on requests are refused" in clock


@pytest.mark.parametrize("command", ["check", "plan", "apply", "status", "destroy", "rollback"])
def test_without_keys_a_sentence_says_so(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    """Also where the metadata address answers with an error; no traceback."""
    for name in list(os.environ):
        if name.startswith("HUAWEICLOUD_SDK_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VAULT_SYNC_SMN_TOPIC_URN", TOPIC_URN)
    with mock_huaweicloud(sample_cloud()):
        ran = commands.run(command)
    assert ran.status == 1
    assert ran.output.startswith("there are no credentials: set HUAWEICLOUD_SDK_AK")
    assert len(ran.output.splitlines()) == 1
