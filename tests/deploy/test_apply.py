from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest
from typer.testing import CliRunner

from deploy.__main__ import app
from deploy.apply.account import Account
from deploy.apply.plan import _present
from deploy.package import Package
from local.emulator import LocalCloud
from local.emulator.sample import PROJECT_ID, TOPIC_URN
from tests.deploy.conftest import TEMPLATE, Commands, write_zip

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator import Cloud
    from local.emulator.functiongraph.models import FunctionGraphBackend

PASSWORD = "an-unlikely-password-91c0"
KAFKA = (
    *("--set", "KAFKA_TRIGGER=true", "--set", "KAFKA_INSTANCE_ID=kafka-1"),
    *("--set", "KAFKA_TOPIC=requests", "--set", f"KAFKA_PASSWORD={PASSWORD}"),
    *("--set", "VPC_ID=vpc-1", "--set", "SUBNET_ID=subnet-1"),
)
READS = {
    *("ShowFunctionConfig", "ListFunctionTriggers", "ShowFunctionAsyncInvokeConfig"),
    *("ListTopics", "ListUserTrustAgency", "ListFunctionVersions"),
}
WRITES = (
    *("create_function", "update_code", "update_config", "update_async_policy"),
    *("create_trigger", "update_trigger_status", "delete_trigger"),
)


def functiongraph(cloud: Cloud) -> FunctionGraphBackend:
    return cast("FunctionGraphBackend", cloud.backend("FunctionGraph", PROJECT_ID))


def writes(cloud: Cloud, since: int = 0) -> list[str]:
    """The calls that change something, from a place in the journal on."""
    return [str(e.operation) for e in cloud.journal.entries[since:] if e.operation not in READS]


def test_a_plan_after_an_apply_is_empty(cloud: Cloud, commands: Commands) -> None:
    """Before the first apply plan exits 2, after it 0, and apply again changes nothing."""
    assert commands.run("plan").status == 2
    assert writes(cloud) == []
    assert commands.run("apply").status == 0
    assert commands.run("plan").status == 0
    before = len(cloud.journal)
    again = commands.run("apply")
    assert (again.status, writes(cloud, before)) == (0, [])
    assert "nothing to change" in again.output


def test_apply_makes_what_the_template_says(cloud: Cloud, commands: Commands) -> None:
    """Function, policy with failure destination, and three active timers are there."""
    ran = commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    assert function.settings["memory_size"] == 256
    assert function.settings["xrole"] == "vault-sync"
    assert TOPIC_URN in function.settings["user_data"]
    assert function.async_policy is not None
    assert function.async_policy["max_async_retry_attempts"] == 2
    assert TOPIC_URN in function.async_policy["destination_config"]["on_failure"]["param"]
    asked = {}
    for trigger in function.triggers.values():
        assert (trigger.type_code, trigger.status) == ("TIMER", "ACTIVE")
        assert trigger.id in ran.output
        asked[trigger.event_data["name"]] = json.loads(trigger.event_data["user_event"])
    assert asked == {
        "vault-sync-daily": {"select": {"all": True}},
        "vault-sync-catch-up": {"select": {"all": True, "older_than_hours": 26}},
        "vault-sync-report": {"action": "report", "window_minutes": 60, "max_age_hours": 26},
    }
    assert function.versioned_urn in ran.output


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("TIMEOUT=100", ["UpdateFunctionConfig"]),
        ("NOTIFY_ON=problems", ["UpdateFunctionConfig"]),
        ("SCHEDULE=0 5 5 * * *", ["DeleteFunctionTrigger", "CreateFunctionTrigger"]),
        ("REPORT_MAX_AGE_HOURS=50", ["DeleteFunctionTrigger", "CreateFunctionTrigger"]),
        ("REPORT_TIMER=false", ["DeleteFunctionTrigger"]),
        ("CATCH_UP_TIMER=false", ["DeleteFunctionTrigger"]),
    ],
)
def test_one_changed_setting_is_one_update(
    cloud: Cloud, commands: Commands, setting: str, expected: list[str]
) -> None:
    """A setting that changes leads to its own update and to no other call."""
    commands.run("apply")
    before = len(cloud.journal)
    losses = ("--delete", "vault-sync-report", "--delete", "vault-sync-catch-up")
    assert commands.run("apply", "--set", setting, *losses).status == 0
    assert writes(cloud, before) == expected
    assert commands.run("plan", "--set", setting).status == 0


def test_new_code_is_sent_once(cloud: Cloud, commands: Commands, tmp_path: Path) -> None:
    """Code goes up when the digest differs, and only then."""
    commands.run("apply")
    write_zip(tmp_path / "function.zip", "two")
    before = len(cloud.journal)
    commands.run("apply")
    commands.run("apply")
    assert writes(cloud, before) == ["CreateFunctionVersion", "UpdateFunctionCode"]


def test_a_kafka_trigger_is_enabled_after_it_is_created(cloud: Cloud, commands: Commands) -> None:
    """Kafka triggers begin DISABLED; apply enables them, and switching off deletes them."""
    assert commands.run("apply", *KAFKA).status == 0
    (function,) = functiongraph(cloud).functions.values()
    assert {(t.type_code, t.status) for t in function.triggers.values()} == {
        ("TIMER", "ACTIVE"),
        ("KAFKA", "ACTIVE"),
    }
    assert commands.run("plan", *KAFKA).status == 0
    assert commands.run("apply").status == 1
    assert commands.run("apply", "--delete", "kafka-1", "--delete", "VPC").status == 0
    assert [t.type_code for t in function.triggers.values()] == ["TIMER", "TIMER", "TIMER"]


def test_what_the_template_does_not_decide_is_sent_again(cloud: Cloud, commands: Commands) -> None:
    """An update keeps what somebody set in the console: updating is replacing."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    function.settings["ephemeral_storage"] = 10240
    function.settings["lts_custom_tag"] = {"team": "backup"}
    commands.run("apply", "--set", "TIMEOUT=100")
    assert function.settings["timeout"] == 100
    assert function.settings["ephemeral_storage"] == 10240
    assert function.settings["lts_custom_tag"] == {"team": "backup"}


class Killed(BaseException):
    """The process ends here; nothing may catch it."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", range(7))
def test_an_apply_that_was_killed_is_repaired_by_the_next(
    cloud: Cloud, commands: Commands, monkeypatch: pytest.MonkeyPatch, nth: int, when: str
) -> None:
    """Killed before or after any of its writes, apply goes on where it stopped."""
    count = 0

    def killing(name: str) -> None:
        whole = getattr(Account, name)

        def call(self: Account, *arguments: object) -> object:
            nonlocal count
            count += 1
            if count == nth + 1 and when == "before":
                raise Killed
            result = whole(self, *arguments)
            if count == nth + 1:
                raise Killed
            return result

        monkeypatch.setattr(Account, name, call)

    with monkeypatch.context():
        for name in WRITES:
            killing(name)
        with pytest.raises(Killed):
            commands.run("apply", *KAFKA)
    count = -1000
    assert commands.run("apply", *KAFKA).status == 0
    assert commands.run("plan", *KAFKA).status == 0
    (function,) = functiongraph(cloud).functions.values()
    assert sorted((t.type_code, t.status) for t in function.triggers.values()) == [
        ("KAFKA", "ACTIVE"),
        *[("TIMER", "ACTIVE")] * 3,
    ]


def test_destroy_leaves_nothing(cloud: Cloud, commands: Commands) -> None:
    """Function, policy and triggers go; a second destroy has nothing to do and is no failure."""
    commands.run("apply", *KAFKA)
    assert commands.run("destroy", "--yes").status == 0
    assert functiongraph(cloud).functions == {}
    assert commands.run("destroy", "--yes").status == 0
    assert commands.run("status").status == 1


def test_destroy_asks_first(cloud: Cloud, commands: Commands) -> None:
    """Without --yes and without an answer nothing is deleted."""
    commands.run("apply")
    assert commands.run("destroy").status == 1
    assert len(functiongraph(cloud).functions) == 1


def test_secrets_are_never_shown(
    cloud: Cloud, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No command prints a password, neither when it is new nor when it is sent again."""
    monkeypatch.setenv("VAULT_SYNC_KAFKA_PASSWORD", PASSWORD)
    runs = [
        commands.run("plan", *KAFKA),
        commands.run("apply", *KAFKA),
        commands.run("plan", "--resend-secrets", *KAFKA),
        commands.run("status", *KAFKA),
        commands.run("validate", *KAFKA),
    ]
    assert [ran.status for ran in runs] == [2, 0, 2, 0, 0]
    assert not [ran.output for ran in runs if PASSWORD in ran.output]
    (function,) = functiongraph(cloud).functions.values()
    assert PASSWORD in [t.event_data.get("kafka_password") for t in function.triggers.values()]


def test_everything_missing_is_listed_at_once(
    cloud: Cloud, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parameters without a value are named together, before any call."""
    monkeypatch.delenv("VAULT_SYNC_SMN_TOPIC_URN")
    ran = commands.run("apply", "--set", "KAFKA_TRIGGER=true")
    assert ran.status == 1
    for name in ("SMN_TOPIC_URN", "KAFKA_INSTANCE_ID", "KAFKA_TOPIC"):
        assert f"{name}:" in ran.output
    assert "RABBITMQ_INSTANCE_ID" not in ran.output
    assert len(cloud.journal) == 0


def test_a_refusal_says_what_to_do(
    cloud: Cloud, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong key, a key without permission: one sentence with the advice, no stack trace."""
    cloud.add_credentials("READER", "reader-secret", actions=["functiongraph:*:get*"])
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "READER")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "reader-secret")
    denied = commands.run("apply")
    assert denied.status == 1
    assert "lacks the permission" in denied.output
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "wrong")
    wrong = commands.run("apply")
    assert wrong.status == 1
    assert "HUAWEICLOUD_SDK_SK" in wrong.output
    assert "Traceback" not in denied.output + wrong.output


def test_the_runtime_of_a_function_cannot_change(cloud: Cloud, commands: Commands) -> None:
    """Another runtime is refused with the way out, and nothing is changed."""
    commands.run("apply")
    before = len(cloud.journal)
    ran = commands.run("apply", "--set", "RUNTIME=Python3.10")
    assert ran.status == 1
    assert "destroy" in ran.output
    assert writes(cloud, before) == []


def test_the_same_command_reaches_a_served_cloud(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the settings that a served local cloud exports, apply and plan work over HTTP."""
    with LocalCloud() as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("VAULT_SYNC_SMN_TOPIC_URN", TOPIC_URN)
        assert commands.run("apply").status == 0
        assert commands.run("plan").status == 0
        for service in ("FUNCTIONGRAPH", "SMN"):
            monkeypatch.delenv(f"HUAWEICLOUD_SDK_REGION_{service}_CN_NORTH_4")
        assert commands.run("plan", "--endpoint", served.url).status == 0


@pytest.mark.usefixtures("cloud")
def test_a_plan_says_that_it_builds_before_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building takes seconds; what takes them is on standard error, and then the plan goes on."""

    def build(*_: object, **__: object) -> Package:
        return Package(b"PK", 1, 2, "3.12")

    monkeypatch.setattr("deploy.apply.session.build_package", build)
    result = CliRunner().invoke(app, ["plan", "--template", str(TEMPLATE)])
    assert result.exit_code == 2, result.output
    assert "Building the package for Python3.12 ..." in result.stderr
    assert "Building" not in result.stdout


def test_a_setting_that_is_empty_is_left_out_of_the_request() -> None:
    """FunctionGraph then sets it back; what is sent empty it may refuse."""
    settings = {"handler": "index.handler", "app_xrole": "", "func_vpc": None, "timeout": 0}
    assert _present(settings) == {"handler": "index.handler"}
