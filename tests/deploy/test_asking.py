"""Nothing of somebody else's is changed, and nothing is changed or taken away unasked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deploy.apply.versions import KEPT
from tests.deploy.conftest import Commands, write_zip
from tests.deploy.test_apply import KAFKA, functiongraph, writes

if TYPE_CHECKING:
    from local.emulator import Cloud


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person at the terminal will type, in this order; what was asked is not kept."""
    typed: list[str] = []
    monkeypatch.setattr("deploy.commands.account._ask", lambda: lambda _question: typed.pop(0))
    return typed


def strangers_function(cloud: Cloud, commands: Commands) -> str:
    """A function under our name that this tool did not make; returns its digest."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    function.settings["description"] = "Sends invoices"
    function.settings["user_data"] = '{"TEAM": "billing"}'
    return function.code.digest


def test_a_strangers_function_is_left_alone(cloud: Cloud, commands: Commands) -> None:
    """Without --adopt neither apply nor destroy nor rollback touches it; plan says so."""
    strangers_function(cloud, commands)
    before = len(cloud.journal)
    for command in ("apply", "destroy --yes", "rollback --yes"):
        ran = commands.run(command)
        assert ran.status == 1
        assert "mark" in ran.output
        assert "--adopt" in ran.output
    assert "needs --adopt" in commands.run("plan").output
    assert writes(cloud, before) == []


def test_an_adopted_function_is_kept_as_a_version_first(
    cloud: Cloud, commands: Commands, tmp_path: Path
) -> None:
    """With --adopt code and settings become ours, and what was there can be gone back to."""
    digest = strangers_function(cloud, commands)
    write_zip(tmp_path / "function.zip", "ours")
    assert commands.run("apply", "--adopt").status == 0
    (function,) = functiongraph(cloud).functions.values()
    (version,) = function.versions.values()
    assert version.code.digest == digest
    assert "billing" in version.settings["user_data"]
    assert commands.run("plan").status == 0


def test_rollback_brings_the_code_before_back(
    cloud: Cloud, commands: Commands, tmp_path: Path
) -> None:
    """The newest other code by default, a named one with --version; there and back again."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    first = function.code.digest
    write_zip(tmp_path / "function.zip", "two")
    commands.run("apply")
    second = function.code.digest
    assert commands.run("rollback", "--yes").status == 0
    assert function.code.digest == first
    assert commands.run("plan").status == 2
    (newest,) = (n for n, v in function.versions.items() if v.code.digest == second)
    assert commands.run("rollback", "--yes", "--version", newest).status == 0
    assert function.code.digest == second
    missing = commands.run("rollback", "--yes", "--version", "v9")
    assert missing.status == 1
    assert newest in missing.output


def test_old_versions_go_and_foreign_ones_stay(
    cloud: Cloud, commands: Commands, tmp_path: Path
) -> None:
    """Only so many versions are kept, and one that somebody published is never deleted."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    digests = []
    for number in range(KEPT + 3):
        digests.append(hashlib.sha512((tmp_path / "function.zip").read_bytes()).hexdigest())
        write_zip(tmp_path / "function.zip", f"code {number}")
        assert commands.run("apply").status == 0
        if number == 0:
            (version,) = function.versions.values()
            theirs = replace(version, version="theirs", version_description="for the audit")
            function.versions["theirs"] = theirs
    ours = [version for name, version in function.versions.items() if name != "theirs"]
    assert [version.code.digest for version in ours] == digests[-KEPT:]
    assert "theirs" in function.versions


def test_without_a_terminal_yes_is_needed(cloud: Cloud, commands: Commands) -> None:
    """A script that does not say --yes changes nothing, and is told what to give."""
    commands.confirms = False
    ran = commands.run("apply", "--no-try")
    assert ran.status == 1
    assert "give --yes" in ran.output
    assert writes(cloud) == []
    assert commands.run("apply", "--no-try", "--yes").status == 0
    assert commands.run("destroy").status == 1
    assert commands.run("rollback").status == 1
    assert len(functiongraph(cloud).functions) == 1


def test_at_a_terminal_apply_asks(cloud: Cloud, commands: Commands, answers: list[str]) -> None:
    """Anything but yes changes nothing."""
    commands.confirms = False
    answers += ["no"]
    assert commands.run("apply", "--no-try").status == 1
    assert writes(cloud) == []
    answers += ["yes"]
    assert commands.run("apply", "--no-try").status == 0
    answers += ["the other one"]
    assert commands.run("destroy").status == 1
    answers += ["vault-sync"]
    assert commands.run("destroy").status == 0
    assert functiongraph(cloud).functions == {}


def test_what_a_forgotten_file_would_take_away_is_asked_for_by_name(
    cloud: Cloud, commands: Commands, answers: list[str]
) -> None:
    """A plan without the parameters of before marks trigger and VPC; each is typed or given."""
    commands.run("apply", *KAFKA)
    assert "TAKES AWAY: kafka-1" in commands.run("plan").output
    assert "TAKES AWAY: VPC" in commands.run("plan").output
    before = len(cloud.journal)
    ran = commands.run("apply")
    assert ran.status == 1
    assert "give --delete 'kafka-1' --delete 'VPC'" in ran.output
    commands.confirms = False
    answers += ["kafka-1", "vpc"]
    assert commands.run("apply", "--no-try").status == 1
    assert writes(cloud, before) == []
    answers += ["kafka-1", "VPC", "yes"]
    assert commands.run("apply", "--no-try").status == 0


def test_a_warning_is_confirmed(cloud: Cloud, commands: Commands, answers: list[str]) -> None:
    """A unix cron fires every five seconds: apply goes on only when that is meant."""
    unix = ("--set", "SCHEDULE=*/5 * * * *")
    ran = commands.run("apply", *unix)
    assert ran.status == 1
    assert "SCHEDULE from --set: warning: " in ran.output
    assert "five fields" in ran.output
    assert "only 5 s between two firings" in ran.output
    assert "--accept-warnings" in ran.output
    assert writes(cloud) == []
    commands.confirms = False
    answers += ["meant", "yes"]
    assert commands.run("apply", "--no-try", *unix).status == 0
    assert commands.run("apply", "--no-try", "--yes", "--accept-warnings", *unix).status == 0
