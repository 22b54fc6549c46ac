"""Whatever somebody changes in the account, the next plan names it, and apply puts it back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deploy.apply.desired_state import MANAGED_TYPES, Trigger
from deploy.apply.differences import Difference, trigger_differences
from local.emulator.sample import TOPIC_URN
from tests.deploy.conftest import ROOT, TEMPLATE, Commands
from tests.deploy.test_apply import functiongraph

if TYPE_CHECKING:
    from local.emulator import Cloud
    from local.emulator.functiongraph.models import Function
    from local.emulator.functiongraph.models import Trigger as DeployedTrigger

OTHER_TOPIC = TOPIC_URN.replace("vault-sync", "requests")
EVERYTHING = {
    "VPC_ID": "vpc-1",
    "SUBNET_ID": "subnet-1",
    "ALLOWED_PROJECTS": "another",
    "KAFKA_TRIGGER": "true",
    "KAFKA_INSTANCE_ID": "kafka-1",
    "KAFKA_TOPIC": "requests",
    "KAFKA_USER": "reader",
    "KAFKA_PASSWORD": "opens-nothing",
    "KAFKA_TLS": "true",
    "RABBITMQ_TRIGGER": "true",
    "RABBITMQ_INSTANCE_ID": "rabbit-1",
    "RABBITMQ_EXCHANGE": "requests",
    "RABBITMQ_VHOST": "backups",
    "RABBITMQ_USER": "reader",
    "RABBITMQ_PASSWORD": "opens-nothing",
    "ROCKETMQ_TRIGGER": "true",
    "ROCKETMQ_INSTANCE_ID": "rocket-1",
    "ROCKETMQ_TOPIC": "requests",
    "APIG_TRIGGER": "true",
    "APIG_GROUP_ID": "group-1",
    "SMN_TRIGGER": "true",
    "SMN_TRIGGER_TOPIC_URN": OTHER_TOPIC,
}
FURTHER = """
      ExecutionAgency: vault-sync
      EnterpriseProjectId: project-1
      MaxInstances: 7
      Dependencies: [dependency-1]
"""
LOGS = """{Enabled: true, GroupId: group-1, GroupName: g, StreamId: stream-1, StreamName: s}"""

Change = Callable[["Function"], object]


def setting(name: str, value: object) -> Change:
    return lambda function: function.settings.__setitem__(name, value)


def variable(name: str, value: str | None, where: str = "user_data") -> Change:
    def change(function: Function) -> None:
        variables = json.loads(function.settings[where])
        if value is None:
            del variables[name]
        else:
            variables[name] = value
        function.settings[where] = json.dumps(variables)

    return change


def trigger_of(function: Function, kind: str) -> DeployedTrigger:
    return next(t for t in function.triggers.values() if t.type_code == kind)


def data(kind: str, name: str, value: object) -> Change:
    return lambda function: trigger_of(function, kind).event_data.__setitem__(name, value)


def policy(name: str, value: object) -> Change:
    def change(function: Function) -> None:
        assert function.async_policy is not None
        function.async_policy[name] = value

    return change


def destination(name: str, value: object) -> Change:
    def change(function: Function) -> None:
        assert function.async_policy is not None
        function.async_policy["destination_config"][name] = value

    return change


def code(function: Function) -> None:
    function.code.digest = "0" * 128


def attribute(name: str, value: object) -> Change:
    return lambda function: setattr(function, name, value)


def status(kind: str) -> Change:
    return lambda function: setattr(trigger_of(function, kind), "status", "DISABLED")


def without_trigger(function: Function) -> None:
    del function.triggers[trigger_of(function, "SMN").id]


VPC = {"vpc_id": "vpc-1", "subnet_id": "subnet-1"}
SMN = {"destination": "SMN", "param": json.dumps({"topic_urn": OTHER_TOPIC})}

# name of the change: (the change, words that the plan says)
CHANGES: dict[str, tuple[Change, str]] = {
    "handler": (setting("handler", "index.other"), "handler: index.other -> index.handler"),
    "memory_size": (setting("memory_size", 128), "memory_size: 128 -> 256"),
    "timeout": (setting("timeout", 3), "timeout: 3 -> 300"),
    "description": (setting("description", "(deployed by vault-sync)"), "description: "),
    "initializer_handler": (setting("initializer_handler", ""), "initializer_handler: (nothing)"),
    "initializer_timeout": (setting("initializer_timeout", 5), "initializer_timeout: 5 -> 30"),
    "xrole": (setting("xrole", "other"), "    xrole: other -> vault-sync"),
    "app_xrole": (setting("app_xrole", "other"), "app_xrole: other -> vault-sync"),
    "enterprise project": (setting("enterprise_project_id", "0"), "enterprise_project_id: 0 ->"),
    "vpc": (setting("func_vpc", {**VPC, "vpc_id": "other"}), "func_vpc.vpc_id: other -> vpc-1"),
    "subnet": (setting("func_vpc", {**VPC, "subnet_id": "x"}), "func_vpc.subnet_id: x -> subnet-1"),
    "no vpc": (setting("func_vpc", None), "func_vpc.vpc_id: (nothing) -> vpc-1"),
    "logs": (setting("enable_lts_log", False), "enable_lts_log: false -> true"),
    "log group": (
        setting("log_config", {"group_id": "x", "stream_id": "stream-1"}),
        "log_group_id: x -> group-1",
    ),
    "log stream": (
        setting("log_config", {"group_id": "group-1", "stream_id": "x"}),
        "log_stream_id: x -> stream-1",
    ),
    "variable changed": (variable("NOTIFY_ON", "problems"), "user_data.NOTIFY_ON: problems ->"),
    "variable gone": (variable("NOTIFY_ON", None), "user_data.NOTIFY_ON: (nothing) -> always"),
    "variable added": (variable("DRY_RUN", "true"), "user_data.DRY_RUN: true -> (nothing)"),
    "encrypted variable gone": (
        variable("LOG_LEVEL", None, "encrypted_user_data"),
        "encrypted_user_data.LOG_LEVEL: (nothing) -> (hidden)",
    ),
    "encrypted variable added": (
        variable("OTHER", "x", "encrypted_user_data"),
        "encrypted_user_data.OTHER: (hidden) -> (nothing)",
    ),
    "code": (code, "code: SHA-512 0000000000000000… -> SHA-512 "),
    "dependencies": (attribute("depend_version_list", []), "depend_version_list: [] ->"),
    "instances": (attribute("max_instances", 400), "max_instance_num: 400 -> 7"),
    "switched off": (attribute("max_instances", 0), "max_instance_num: 0 -> 7"),
    "no policy": (attribute("async_policy", None), "+ asynchronous policy"),
    "age": (
        policy("max_async_event_age_in_seconds", 60),
        "max_async_event_age_in_seconds: 60 -> 3600",
    ),
    "retries": (policy("max_async_retry_attempts", 0), "max_async_retry_attempts: 0 -> 2"),
    "failure destination": (destination("on_failure", SMN), "on_failure: SMN"),
    "failure destination gone": (destination("on_failure", {}), "on_failure: (nothing) -> SMN"),
    "failure destination empty": (
        destination("on_failure", {"destination": "", "param": ""}),
        "on_failure: (nothing) -> SMN",
    ),
    "success destination": (destination("on_success", {}), "on_success: (nothing) -> SMN"),
    "timer renamed": (data("TIMER", "name", "mine"), "- trigger TIMER mine"),
    "timer disabled": (status("TIMER"), "trigger_status: DISABLED -> ACTIVE"),
    "Kafka instance": (data("KAFKA", "instance_id", "x"), "- trigger KAFKA x"),
    "Kafka disabled": (status("KAFKA"), "trigger_status: DISABLED -> ACTIVE"),
    "RabbitMQ exchange": (data("RABBITMQ", "exchange_name", "x"), "- trigger RABBITMQ rabbit-1 x"),
    "RabbitMQ instance": (data("RABBITMQ", "instance_id", "x"), "- trigger RABBITMQ x requests"),
    "API renamed": (data("APIG", "name", "x"), "- trigger APIG x"),
    "SMN topic": (data("SMN", "topic_urn", TOPIC_URN), f"- trigger SMN {TOPIC_URN}"),
    "no trigger": (without_trigger, f"+ trigger SMN {OTHER_TOPIC}"),
}


@pytest.fixture
def everything(commands: Commands, tmp_path: Path) -> Commands:
    """A template that sets all that a template can set, and its values."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for old, new in (
        ("\n      CodeType: zip", f"{FURTHER}      CodeType: zip"),
        ("\n        Enabled: true # FunctionGraph makes a log group and a stream of its own", LOGS),
        ("        Variables:\n", "        Encrypted: {LOG_LEVEL: INFO}\n        Variables:\n"),
        (
            "        OnFailure:\n",
            f"        OnSuccess: {{Type: SMN, TopicUrn: '{OTHER_TOPIC}'}}\n        OnFailure:\n",
        ),
    ):
        assert old in text
        text = text.replace(old, new if old.startswith(" ") else " " + new.lstrip(" "), 1)

    (tmp_path / "function").symlink_to(ROOT / "function")
    commands.template = tmp_path / "template.yaml"
    commands.template.write_text(text, encoding="utf-8")
    lines = [f"{name}: '{value}'" for name, value in EVERYTHING.items()]
    (tmp_path / "deploy.yaml").write_text("\n".join(lines), encoding="utf-8")
    return commands


@pytest.mark.parametrize("name", CHANGES)
def test_a_plan_names_what_was_changed_in_the_account(
    cloud: Cloud, everything: Commands, name: str
) -> None:
    """Changed once behind the template's back, a property is named and put back by apply."""
    cloud.smn().add_topic("requests")
    applied = everything.run("apply")
    assert applied.status == 0, applied.output
    assert everything.run("plan").status == 0
    (function,) = functiongraph(cloud).functions.values()
    change, words = CHANGES[name]
    change(function)
    planned = everything.run("plan")
    assert planned.status == 2
    assert words in planned.output
    lost = [w.partition("TAKES AWAY: ")[2] for w in planned.output.splitlines() if "TAKES" in w]
    deletions = [part for loss in lost for part in ("--delete", loss)]
    assert everything.run("apply", *deletions).status == 0
    assert everything.run("plan").status == 0


@pytest.mark.parametrize("kind", MANAGED_TYPES)
def test_a_plan_names_each_property_of_a_trigger(
    cloud: Cloud, everything: Commands, kind: str
) -> None:
    """Each that the template sets and FunctionGraph shows; a name's change makes it another."""
    cloud.smn().add_topic("requests")
    assert everything.run("apply").status == 0
    (function,) = functiongraph(cloud).functions.values()
    trigger = trigger_of(function, kind)
    text = everything.template.read_text(encoding="utf-8")
    for name, value in list(trigger.event_data.items()):
        if f" {name}: " not in text or "password" in name:
            continue
        trigger.event_data[name] = TOPIC_URN if kind == "SMN" else ["x"]
        planned = everything.run("plan")
        assert planned.status == 2, name
        named = re.search(rf"(^ +{name}: |^ *- trigger {kind} )", planned.output, re.MULTILINE)
        assert named, planned.output
        trigger.event_data[name] = value
    assert everything.run("plan").status == 0


def test_a_function_that_was_switched_off_is_told_and_switched_on(
    cloud: Cloud, commands: Commands
) -> None:
    """0 instances stand out in status and plan also where the template names no number."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    function.max_instances = 0
    assert "SWITCHED OFF" in commands.run("status").output
    assert "max_instance_num: 0 -> 400" in commands.run("plan").output
    assert commands.run("apply").status == 0
    assert function.max_instances == 400


def test_a_number_of_instances_that_the_template_does_not_name_is_left(
    cloud: Cloud, commands: Commands
) -> None:
    """Whoever set another number in the console keeps it."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    function.max_instances = 12
    assert commands.run("plan").status == 0


def test_status_logs_of_the_console_are_kept(cloud: Cloud, commands: Commands) -> None:
    """What the policy has besides what the template says is sent again."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    policy("enable_async_status_log", True)(function)
    policy("max_async_retry_attempts", 0)(function)
    assert commands.run("apply").status == 0
    assert function.async_policy is not None
    assert function.async_policy["enable_async_status_log"] is True
    assert function.async_policy["max_async_retry_attempts"] == 2


def test_the_same_json_with_other_spaces_is_the_same(cloud: Cloud, commands: Commands) -> None:
    """A request that the console wrote in another form is no difference."""
    commands.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    data("TIMER", "user_event", '{ "select":{"all":true} }')(function)
    assert commands.run("plan").status == 0


@pytest.mark.usefixtures("cloud")
def test_code_in_obs_is_known_by_its_url(commands: Commands, tmp_path: Path) -> None:
    """The same URL is the same code; another one is named."""
    (tmp_path / "function").symlink_to(ROOT / "function")
    commands.template = tmp_path / "template.yaml"

    def write(url: str) -> None:
        text = TEMPLATE.read_text(encoding="utf-8")
        line = "      CodeType: zip # or obs, with CodeUrl\n"
        assert line in text
        commands.template.write_text(
            text.replace(line, f"      CodeType: obs\n      CodeUrl: {url}\n"), encoding="utf-8"
        )

    write("https://bucket.obs.example.com/one.zip")
    assert commands.run("apply").status == 0
    assert commands.run("plan").status == 0
    write("https://bucket.obs.example.com/two.zip")
    planned = commands.run("plan")
    assert planned.status == 2
    assert "two.zip" in planned.output


def test_a_request_that_the_template_does_not_give_a_timer_is_named() -> None:
    """Somebody wrote one in the console; the timer would send it each time."""
    wanted = Trigger("Daily", "TIMER", "ACTIVE", {"name": "daily", "schedule": "1d"})
    found = {"event_data": {"name": "daily", "schedule": "1d", "user_event": "{}"}}
    assert trigger_differences(found, wanted) == (Difference("user_event", "{}", "(nothing)"),)


def test_a_secret_that_is_gone_is_named_once_when_secrets_are_sent_again(
    cloud: Cloud, everything: Commands
) -> None:
    """It is new to the account, and not sent again besides."""
    cloud.smn().add_topic("requests")
    everything.run("apply")
    (function,) = functiongraph(cloud).functions.values()
    name = "encrypted_user_data.LOG_LEVEL"
    assert f"{name}: (hidden) -> (hidden)" in everything.run("plan", "--resend-secrets").output
    variable("LOG_LEVEL", None, "encrypted_user_data")(function)
    planned = everything.run("plan", "--resend-secrets").output
    assert [line.strip() for line in planned.splitlines() if name in line] == [
        f"{name}: (nothing) -> (hidden)"
    ]
