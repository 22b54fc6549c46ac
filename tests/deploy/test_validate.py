# ruff: noqa: E501, ISC004 - a table of damages, one a line
from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.template.document import findings_of
from deploy.template.parameters import Given
from tests.deploy.conftest import ROOT, TEMPLATE, Commands

TEXT = TEMPLATE.read_text(encoding="utf-8")
LONG = "x" * 4100
ELEVEN = "".join(
    f"""
        More{number}:
          Type: TIMER
          Properties: {{name: more-{number}, schedule_type: Rate, schedule: 1h}}"""
    for number in range(8)
)

# (what is damaged, the damage, a text on the line that must be named, words of the message)
DAMAGES: dict[str, tuple[str, str, str, str]] = {
    "version": ("Version: v2\n", "Version: v3\n", "Version: v3", "'v2'"),
    "unknown key at the top": ("\nResources:", "\nResource:", "Resource:", "mean Resources?"),
    "unknown property": ("      MemorySize:", "      Memorysize:", "Memorysize:", "MemorySize?"),
    "property missing": ("      Handler: index.handler\n", "", "    Properties:", "Handler"),
    "memory size": ("Default: 256", "Default: 200", "MemorySize: !Ref", "128, 256"),
    "timeout": ("Default: 300", "Default: 2", "Timeout: !Ref", "greater than or equal to 3"),
    "timeout is text": ("Default: 300", "Default: soon", "Default: soon", "whole number"),
    "runtime": ("Default: Python3.12", "Default: Python3.9", "Python3.9", "Python3.10"),
    "cron of three fields": ("0 17 6 * * *", "17 6 *", "schedule: !Ref SCHEDULE", "3 fields"),
    "cron hour": ("0 17 6 * * *", "0 17 24 * * *", "schedule: !Ref", "hour: '24' is outside 0"),
    "cron weekday": ("0 17 6 * * *", "0 17 6 * * 7", "schedule: !Ref", "day of the week"),
    "cron zone": ("0 17 6 * * *", "CRON_TZ=Mars/Base 0 17 6 * * *", "schedule: !Ref", "Mars/Base"),
    "cron that never fires": ("0 17 6 * * *", "0 17 6 31 2 *", "schedule: !Ref", "never fires"),
    "rate": (
        "schedule_type: Cron\n            schedule: !Ref SCHEDULE",
        "schedule_type: Rate\n            schedule: 61m",
        "schedule: 61m",
        "1 to 60",
    ),
    "schedule type": ("schedule_type: Cron", "schedule_type: cron", "schedule_type: cron", "Cron"),
    "event type": ("Type: TIMER", "Type: DIS", "Type: DIS", "one of 'TIMER'"),
    "event data missing": (
        "            exchange_name: !Ref RABBITMQ_EXCHANGE\n",
        "",
        "          Properties:",
        "exchange_name: is missing",
    ),
    "event data unknown": ("kafka_user:", "kafka_username:", "kafka_username:", "kafka_user?"),
    "batch size": ("batch_size: 100", "batch_size: 1001", "batch_size: 1001", "equal to 1000"),
    "topic URN": (
        "TopicUrn: !Ref FAILURE_TOPIC_URN",
        "TopicUrn: urn:smn:eu-west-101",
        "TopicUrn: urn:smn:eu-west-101",
        "match pattern",
    ),
    "topic of another region": (
        "TopicUrn: !Ref FAILURE_TOPIC_URN",
        "TopicUrn: urn:smn:cn-north-4:0123456789abcdef0123456789abcdef:x",
        "TopicUrn: urn:smn:cn-north-4",
        "region is cn-north-4, the function's is eu-west-101",
    ),
    "topic that triggers itself": (
        "topic_urn: !Ref SMN_TRIGGER_TOPIC_URN",
        "topic_urn: !Ref SMN_TOPIC_URN",
        "topic_urn: !Ref SMN_TOPIC_URN",
        "start the next",
    ),
    "handler's file": ("Handler: index.handler", "Handler: main.handler", "main.handler", "main.py"),
    "handler's function": (
        "Handler: index.handler",
        "Handler: index.handle",
        "Handler: index.handle",
        "no function handle",
    ),
    "initializer elsewhere": ("index.initializer", "other.initializer", "other.", "index.py"),
    "code folder": ("CodeUri: function/", "CodeUri: functions/", "functions/", "no folder"),
    "environment too large": (
        "NOTIFY_ON: !Ref NOTIFY_ON",
        f"NOTIFY_ON: {LONG}",
        "SMN_TOPIC_URN: !Ref SMN_TOPIC_URN",
        "FunctionGraph takes 4096",
    ),
    "setting misspelt": ("          NOTIFY_ON:", "          NOTIFYON:", "NOTIFYON:", "NOTIFY_ON?"),
    "setting's value": ("Default: always", "Default: never", "Default: never", "one of always"),
    "setting the function refuses": (
        "NOTIFY_ON: !Ref NOTIFY_ON",
        "NOTIFY_ON: !Ref NOTIFY_ON\n          MAX_ATTEMPTS: 0",
        "MAX_ATTEMPTS: 0",
        "whole number from 1 to 20",
    ),
    "timer's request": (
        """Default: '{"select": {"all": true}}'""",
        """Default: '{"selects": {"all": true}}'""",
        "user_event: !Ref SYNC_REQUEST",
        "selects: unknown field",
    ),
    "report's request": (
        '"window_minutes": ${REPORT_WINDOW_MINUTES}',
        '"window_minuten": ${REPORT_WINDOW_MINUTES}',
        "user_event: !Sub",
        "window_minuten: unknown field",
    ),
    "report's age": ("Default: 26", "Default: 721", "user_event: !Sub", "equal to 720"),
    "report's schedule": ("0 43 * * * *", "0 60 * * * *", "REPORT_SCHEDULE", "minute: '60'"),
    "continuing another function": (
        "CONTINUE_AS: !Ref CONTINUE_AS",
        "CONTINUE_AS: urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:other",
        "CONTINUE_AS: urn:fss",
        "names the function default:other, this one is default:vault-sync",
    ),
    "continuing elsewhere": (
        "CONTINUE_AS: !Ref CONTINUE_AS",
        "CONTINUE_AS: urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:vault-sync",
        "CONTINUE_AS: urn:fss",
        "the URN's region is cn-north-4, the function's is eu-west-101",
    ),
    "continuing as what is no function": (
        "CONTINUE_AS: !Ref CONTINUE_AS",
        "CONTINUE_AS: vault-sync",
        "CONTINUE_AS: vault-sync",
        "urn:fss:<region>",
    ),
    "retries": ("MaxRetries: 2", "MaxRetries: 8", "MaxRetries: 8", "less than or equal to 3"),
    "validity": ("MaxAgeSeconds: 3600", "MaxAgeSeconds: 0", "MaxAgeSeconds: 0", "equal to 1"),
    "no such parameter": ("!Ref AGENCY", "!Ref AGENCI", "!Ref AGENCI", "mean AGENCY?"),
    "parameter not used": ("ALLOWED_PROJECTS: !Ref ALLOWED_PROJECTS", "LOG_LEVEL: INFO",
                           "  ALLOWED_PROJECTS:", "is not used"),
    "key twice": ("Timeout: !Ref TIMEOUT", "Runtime: Python3.12", "Runtime: Python3.12", "twice"),
    "unknown tag": ("!Ref AGENCY", "!GetAtt AGENCY", "!GetAtt AGENCY", "unknown tag !GetAtt"),
    "not YAML": ("Resources:\n", "Resources: [\n", "HC::Serverless", "not YAML"),
    "function's name": ("Default: vault-sync\n  RUNTIME", "Default: 9lives\n  RUNTIME",
                        "      Name: !Ref", "match pattern"),
    "queue without VPC": (
        "        VpcId: !Ref VPC_ID\n        SubnetId: !Ref SUBNET_ID\n",
        "        SubnetId: !Ref SUBNET_ID\n",
        "      Vpc:",
        "VpcId: is missing",
    ),
    "too many triggers": ("        Kafka:\n", f"{ELEVEN[1:]}\n        Kafka:\n", "More7:", "10 are"),
    "two timers of one name": (
        "        Kafka:\n",
        "        Again:\n          Type: TIMER\n          Properties: {name: vault-sync-daily, "
        "schedule_type: Rate, schedule: 1d}\n        Kafka:\n",
        "Properties: {name: vault-sync-daily",
        "names two timers",
    ),
    "disabled where it cannot be": ("Type: SMN\n          Enabled", "Type: SMN\n          Status: "
                                    "DISABLED\n          Enabled", "Status: DISABLED", "'ACTIVE'"),
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with the function, for templates that are written beside it."""
    (tmp_path / "function").symlink_to(ROOT / "function")
    return tmp_path


@pytest.fixture(autouse=True)
def _imported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import the function once for each handler that is named, not once for each template."""

    def run(arguments: Sequence[object], **options: Any) -> Any:
        return _run_once(tuple(map(str, arguments[4:])), arguments, **options)

    monkeypatch.setattr("deploy.template.checks.handler.subprocess.run", run)


_RUNS: dict[tuple[str, ...], Any] = {}
_HONEST_RUN = subprocess.run


def _run_once(handler: tuple[str, ...], arguments: Sequence[Any], **options: Any) -> Any:
    if handler not in _RUNS:
        _RUNS[handler] = _HONEST_RUN(arguments, **options)
    return _RUNS[handler]


def test_the_shipped_template_is_clean(commands: Commands) -> None:
    """The template validates without an account, without parameters, with nothing to say."""
    ran = commands.run("validate")
    assert ran.status == 0, ran.output
    assert "nothing wrong" in ran.output


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found_on_its_line(name: str, house: Path) -> None:
    """A damaged template has a finding that names the damaged line and says what is wrong."""
    old, new, anchor, words = DAMAGES[name]
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    template = house / "template.yaml"
    template.write_text(text, encoding="utf-8")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if anchor in line]
    findings = findings_of(template, {})
    named = [f for f in findings if f.place.line in lines and words in f.message]
    assert named, "\n".join(f.at("template.yaml") for f in findings)


def test_every_finding_comes_at_once(commands: Commands, house: Path) -> None:
    """Three damages of three kinds (schema, meaning, reference) give three findings, status 1."""
    text = TEXT
    for name in ("batch size", "topic of another region", "no such parameter"):
        old, new, _, _ = DAMAGES[name]
        text = text.replace(old, new, 1)
    commands.template = house / "template.yaml"
    commands.template.write_text(text, encoding="utf-8")
    ran = commands.run("validate")
    assert ran.status == 1
    for words in ("batch_size", "cn-north-4", "AGENCI"):
        assert words in ran.output
    assert all(line.startswith(str(house)) for line in ran.output.splitlines()[:-1])


def test_a_given_value_is_judged_where_it_is_used(house: Path) -> None:
    """A wrong --set value is a finding on the line that uses it, and says where it came from."""
    template = house / "template.yaml"
    template.write_text(TEXT, encoding="utf-8")
    findings = findings_of(template, {"SCHEDULE": Given("every day", "--set")})
    assert [finding.source for finding in findings] == ["SCHEDULE from --set"]
    assert findings[0].at("template.yaml").startswith("SCHEDULE from --set: ")


def test_a_queue_switched_on_needs_its_vpc(house: Path) -> None:
    """With KAFKA_TRIGGER=true and no VPC the Kafka event is a finding."""
    template = house / "template.yaml"
    template.write_text(TEXT, encoding="utf-8")
    findings = findings_of(template, {"KAFKA_TRIGGER": Given("true", "--set")})
    assert ["VPC_ID and SUBNET_ID" in finding.message for finding in findings] == [True]
