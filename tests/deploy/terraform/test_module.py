"""What a real Terraform makes of the module is what `deploy apply` makes of template.yaml."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from deploy.apply.desired_state import MARK, Code, DesiredState, desired_state
from deploy.template.document import load
from deploy.template.parameters import Fill, Given
from tests.deploy.conftest import TEMPLATE
from tests.deploy.terraform.command import MODULE, Terraform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from deploy.template.model import Function
    from tests.deploy.terraform.command import Plan

Settings = dict[str, Any]

PROJECT = "0123456789abcdef0123456789abcdef"
TOPIC = f"urn:smn:eu-west-101:{PROJECT}:told"
FAILURES = f"urn:smn:eu-west-101:{PROJECT}:failed"
REQUESTS = f"urn:smn:eu-west-101:{PROJECT}:requests"
OWN_URN = f"urn:fss:eu-west-101:{PROJECT}:function:default:vault-sync"
CODE_URL = "https://packages.obs.eu-west-101.myhuaweicloud.com/vault-sync-1.zip"
NEEDED = {"region": "eu-west-101", "code_url": CODE_URL}
LEAST: Settings = {
    "REGION": "eu-west-101",
    "SMN_TOPIC_URN": TOPIC,
    "FAILURE_TOPIC_URN": FAILURES,
}
VPC: Settings = {"VPC_ID": "vpc", "SUBNET_ID": "net"}
KAFKA: Settings = {
    "KAFKA_TRIGGER": True,
    "KAFKA_INSTANCE_ID": "kafka",
    "KAFKA_TOPIC": "syncs",
    **VPC,
}
RABBITMQ: Settings = {
    "RABBITMQ_TRIGGER": True,
    "RABBITMQ_INSTANCE_ID": "rabbit",
    "RABBITMQ_EXCHANGE": "syncs",
    "RABBITMQ_PASSWORD": "an example",
    **VPC,
}
ROCKETMQ: Settings = {
    "ROCKETMQ_TRIGGER": True,
    "ROCKETMQ_INSTANCE_ID": "rocket",
    "ROCKETMQ_TOPIC": "syncs",
    **VPC,
}
SMN: Settings = {"SMN_TRIGGER": True, "SMN_TRIGGER_TOPIC_URN": REQUESTS}
APIG: Settings = {"APIG_TRIGGER": True}
EVERYTHING: Settings = {
    **KAFKA,
    **RABBITMQ,
    **ROCKETMQ,
    **SMN,
    "FUNCTION_NAME": "syncs",
    "RUNTIME": "Python3.10",
    "MEMORY_SIZE": 512,
    "TIMEOUT": 60,
    "AGENCY": "least",
    "PROJECT_ID": PROJECT,
    "NOTIFY_ON": "problems",
    "CONTINUE_AS": OWN_URN.replace("vault-sync", "syncs"),
    "CBR_ENDPOINT": "https://cbr.internal",
    "SMN_ENDPOINT": "https://smn.internal",
    "CONTINUE_ENDPOINT": "https://fgs.internal",
    "SCHEDULE": "CRON_TZ=Asia/Shanghai 0 1 2 * * 1-5",
    "SYNC_REQUEST": '{"select": {"name": "prod-*"}}',
    "CATCH_UP_SCHEDULE": "0 5 * * * *",
    "CATCH_UP_REQUEST": '{"select": {"name": "prod-*", "older_than_hours": 30}}',
    "REPORT_SCHEDULE": "0 6 */2 * * *",
    "REPORT_WINDOW_MINUTES": 120,
    "REPORT_MAX_AGE_HOURS": 50,
    "KAFKA_USER": "backup",
    "KAFKA_PASSWORD": "an example",
    "KAFKA_TLS": True,
    "RABBITMQ_USER": "backup",
    "RABBITMQ_VHOST": "backups",
}


def variables(settings: Settings) -> dict[str, Any]:
    """The module's variables for settings of template.yaml."""
    given = {name.lower(): value for name, value in settings.items()}
    if given.get("apig_trigger"):
        given["apig_instance_id"] = "gateway"
    return {**NEEDED, **given}


def function_with(settings: Settings) -> Function:
    """The function that template.yaml describes with these settings."""
    given = {
        name: Given(str(value).lower() if isinstance(value, bool) else str(value), "a test")
        for name, value in settings.items()
    }
    return load(TEMPLATE, given, Fill.AS_GIVEN).function


def desired(settings: Settings) -> DesiredState:
    return desired_state(function_with(settings), Code("", b""), frozenset())


def triggers(state: DesiredState) -> list[Any]:
    return in_order(
        (t.type_code, t.status, with_requests_read(t.event_data))
        for t in state.triggers
        if t.type_code != "APIG"
    )


def planned_triggers(plan: Plan) -> list[Any]:
    return in_order(
        (t["type"], t["status"], with_requests_read(json.loads(t["event_data"])))
        for t in plan.of_type("fgs_function_trigger")
    )


def in_order(found: Iterator[Any]) -> list[Any]:
    return sorted(found, key=str)


def with_requests_read(event_data: Mapping[str, Any]) -> dict[str, Any]:
    """In a fixed order, with the request that a timer carries as an object: spaces differ."""
    read = {
        key: json.loads(value) if key == "user_event" else value
        for key, value in event_data.items()
    }
    return dict(sorted(read.items()))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="useful minimum"),
        pytest.param({"CATCH_UP_TIMER": False, "REPORT_TIMER": False}, id="one timer"),
        pytest.param(KAFKA, id="kafka"),
        pytest.param(RABBITMQ, id="rabbitmq"),
        pytest.param(ROCKETMQ, id="rocketmq"),
        pytest.param(SMN, id="smn"),
        pytest.param(EVERYTHING, id="everything"),
    ],
)
def test_the_plan_is_what_apply_would_send(terraform: Terraform, settings: Settings) -> None:
    """Function, variables, asynchronous policy and triggers are the same, setting by setting."""
    settings = {**LEAST, **settings}
    plan, state = terraform.plan(**variables(settings)), desired(settings)
    function = plan.resources["huaweicloud_fgs_function.function"]
    assert (function["name"], function["app"]) == (state.name, state.package)
    assert json.loads(function["user_data"]) == json.loads(state.settings["user_data"])
    vpc = state.settings["func_vpc"] or {"vpc_id": None, "subnet_id": None}
    assert (function["vpc_id"], function["network_id"]) == (vpc["vpc_id"], vpc["subnet_id"])
    assert function["agency"] == state.settings["xrole"]
    # Without the mark of `apply`, which then leaves a function of Terraform alone.
    assert f"{function['description']} {MARK}" == state.settings["description"]
    for name in (
        *("runtime", "handler", "memory_size", "timeout", "initializer_handler"),
        *("initializer_timeout", "enable_lts_log"),
    ):
        assert function[name] == state.settings[name], name
    assert planned_triggers(plan) == triggers(state)
    policy = plan.resources["huaweicloud_fgs_async_invoke_configuration.function"]
    assert state.async_policy is not None
    assert {
        "max_async_event_age_in_seconds": policy["max_async_event_age_in_seconds"],
        "max_async_retry_attempts": policy["max_async_retry_attempts"],
        "destination_config": {
            "on_failure": {
                **policy["on_failure"][0],
                "param": json.dumps(json.loads(policy["on_failure"][0]["param"])),
            }
        },
    } == state.async_policy


@pytest.mark.parametrize("auth", ["APP", "IAM"])
def test_the_api_is_the_templates_behind_a_limit(terraform: Terraform, auth: str) -> None:
    """The same API as the APIG trigger makes, published, throttled and never open to all."""
    settings = {**LEAST, **APIG, "APIG_AUTH": auth, "APIG_PATH": "/syncs"}
    plan = terraform.plan(**variables(settings))
    (event,) = (t for t in desired(settings).triggers if t.type_code == "APIG")
    (api,) = plan.of_type("apig_api")
    (backend,) = api["func_graph"]
    data = event.event_data
    assert {
        "name": api["name"],
        "type": {"Public": 1, "Private": 2}[api["type"]],
        "path": api["request_path"],
        "protocol": api["request_protocol"],
        "req_method": api["request_method"],
        "match_mode": {"Exact": "NORMAL", "Prefix": "SWA"}[api["matching"]],
        "auth": api["security_authentication"],
        "func_info": {key: backend[key] for key in ("invocation_type", "timeout")},
    } == {key: data[key] for key in data if key not in ABOUT_THE_GROUP}
    (function,) = plan.of_type("fgs_function")
    assert (backend["function_urn"], backend["version"]) == (function["urn"], "latest")
    assert api["simple_authentication"] is (auth == "APP")
    (published,) = plan.of_type("apig_api_publishment")
    assert published["env_id"] == data["env_id"]
    (limit,) = plan.of_type("apig_throttling_policy")
    (limited,) = plan.of_type("apig_throttling_policy_associate")
    assert (limit["period"], limit["period_unit"], limit["max_api_requests"]) == (1, "MINUTE", 60)
    assert limited["publish_ids"] == [published["publish_id"]]
    callers = plan.of_type("apig_application_authorization")
    assert [caller["api_ids"] for caller in callers] == [[api["id"]]] * (auth == "APP")
    assert (plan.outputs["apig_app_code"] is not None) is (auth == "APP")


ABOUT_THE_GROUP = {"group_id", "env_name", "env_id", "backend_type"}


def test_what_is_off_is_left_out(terraform: Terraform) -> None:
    """The useful minimum: topics, agency, function, three timers and two alarms."""
    kinds = {re.split(r"[.\[]", address)[0] for address in terraform.plan(**NEEDED).resources}
    assert kinds == {
        *("huaweicloud_smn_topic", "huaweicloud_identity_role", "huaweicloud_identity_agency"),
        *("huaweicloud_fgs_function", "huaweicloud_fgs_async_invoke_configuration"),
        *("huaweicloud_fgs_function_trigger", "huaweicloud_ces_alarmrule"),
    }
    without = terraform.plan(**NEEDED, alarms=False)
    assert not without.of_type("ces_alarmrule")


def test_failures_go_to_a_topic_of_their_own(terraform: Terraform) -> None:
    """The function publishes to one topic; FunctionGraph and both alarms tell another."""
    plan = terraform.plan(**NEEDED, topic_name="syncs")
    told = plan.resources["huaweicloud_smn_topic.notifications[0]"]
    failures = plan.resources["huaweicloud_smn_topic.failures[0]"]
    assert (told["name"], failures["name"]) == ("syncs", "syncs-failures")
    function = plan.resources["huaweicloud_fgs_function.function"]
    assert json.loads(function["user_data"])["SMN_TOPIC_URN"] == told["id"]
    policy = plan.resources["huaweicloud_fgs_async_invoke_configuration.function"]
    assert json.loads(policy["on_failure"][0]["param"]) == {"topic_urn": failures["id"]}
    alarms = plan.of_type("ces_alarmrule")
    assert [a["alarm_actions"][0]["notification_list"] for a in alarms] == [[failures["id"]]] * 2
    assert plan.outputs["topic_urn"] == told["id"]
    assert plan.outputs["failure_topic_urn"] == failures["id"]


def test_alarms_look_at_this_function(terraform: Terraform) -> None:
    """One for runs that fail, one for a function that does not run; the latter suits the timers."""
    plan = terraform.plan(**NEEDED, function_name="syncs")
    for alarm in plan.of_type("ces_alarmrule"):
        assert alarm["metric"][0]["namespace"] == "SYS.FunctionGraph"
        assert alarm["resources"][0]["dimensions"] == [
            {"name": "package-functionname", "value": "default-syncs"}
        ]
    (failed,) = plan.resources["huaweicloud_ces_alarmrule.failed[0]"]["condition"]
    (silent,) = plan.resources["huaweicloud_ces_alarmrule.silent[0]"]["condition"]
    assert [failed[k] for k in ("metric_name", "comparison_operator", "value")] == [
        *("failcount", ">", 0)
    ]
    assert [silent[k] for k in ("metric_name", "comparison_operator", "value", "period")] == [
        *("count", "<", 1, 3600)
    ]
    daily = terraform.plan(**NEEDED, catch_up_timer=False, report_timer=False)
    (silent,) = daily.resources["huaweicloud_ces_alarmrule.silent[0]"]["condition"]
    assert silent["period"] == 86400


def test_who_wants_problems_only_gets_a_filter(terraform: Terraform) -> None:
    """And everybody hears of failed runs, whose messages have no attribute to filter by."""
    plan = terraform.plan(
        **NEEDED,
        emails=["all@example.com", "both@example.com"],
        problem_emails=["both@example.com", "problems@example.com"],
        heartbeat_url="https://example.com/alive",
    )
    told = plan.outputs["topic_urn"]
    subscribed = sorted(
        (s["topic_urn"] == told, s["protocol"], s["endpoint"])
        for s in plan.of_type("smn_subscription")
    )
    assert subscribed == [
        (False, "email", "all@example.com"),
        (False, "email", "both@example.com"),
        (False, "email", "problems@example.com"),
        (True, "email", "all@example.com"),
        (True, "email", "both@example.com"),
        (True, "email", "problems@example.com"),
        (True, "https", "https://example.com/alive"),
    ]
    filters = {
        address: filtered["filter_policies"]
        for address, filtered in plan.resources.items()
        if "filter_policy" in address
    }
    assert filters == {
        'huaweicloud_smn_subscription_filter_policy.problems["problems@example.com"]': [
            {"name": "outcome", "string_equals": ["problem"]}
        ]
    }


def test_further_settings_reach_the_function(terraform: Terraform) -> None:
    """``environment`` adds to the variables of the function, and to what it may do."""
    request = '{"action": "report", "max_age_hours": 26}'
    plan = terraform.plan(
        **NEEDED,
        environment={"MAX_CONCURRENCY": "4", "DEFAULT_REQUEST": request},
        sync_request='{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d"}',
        catch_up_timer=False,
        report_timer=False,
    )
    user_data = json.loads(plan.resources["huaweicloud_fgs_function.function"]["user_data"])
    assert user_data["MAX_CONCURRENCY"] == "4"
    assert "cbr:vaults:list" in plan.outputs["policy"]


def test_the_agency_works_in_the_projects_that_are_named(terraform: Terraform) -> None:
    """Its own policy, in the region's project unless others are given."""
    for given, expected in (([], ["eu-west-101"]), (["a", "b"], ["a", "b"])):
        plan = terraform.plan(**NEEDED, agency="least", agency_projects=given)
        agency = plan.resources["huaweicloud_identity_agency.function"]
        assert agency["delegated_domain_name"] == "op_svc_cff"
        role = plan.resources["huaweicloud_identity_role.function"]
        assert (role["name"], role["type"]) == ("least", "XA")
        assert role["policy"] == plan.outputs["policy"]
        assert sorted((r["project"], tuple(r["roles"])) for r in agency["project_role"]) == [
            (project, ("least",)) for project in expected
        ]


def test_a_wrong_value_is_named(terraform: Terraform) -> None:
    """Before anything is made: each with its variable's name and what that takes, all at once."""
    wrong = {
        "region": "Europe!",
        "code_url": "function.zip",
        "project_id": "a project",
        "function_name": "f" * 57,
        "runtime": "Python3.9",
        "memory_size": 300,
        "timeout": 2,
        "environment": {"NOTIFY_ON": "always"},
        "schedule": "17 6 * * *",
        "catch_up_schedule": "0 * * * *",
        "report_schedule": "hourly",
        "sync_request": "everything",
        "catch_up_request": "[]",
        "report_window_minutes": 0,
        "report_max_age_hours": 721,
        "continue_as": "vault-sync",
        "notify_on": "never",
        "smn_topic_urn": "told",
        "failure_topic_urn": "failed",
        "topic_name": "-",
        "heartbeat_url": "http://example.com",
        "agency": "an agency",
        "apig_path": "syncs",
        "apig_auth": "NONE",
        "apig_requests_per_minute": 0,
    }
    said = terraform.refused(**wrong)
    for name in wrong.keys() - {"environment"}:
        assert f"The value of {name} must" in said
    assert "The map environment must not name" in said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"allowed_projects": PROJECT}, ("agency_projects must name",)),
        (
            {"vpc_id": "vpc", "continue_as": f"{OWN_URN}-2"},
            ("vpc_id and subnet_id go together", "must be the URN of this very function"),
        ),
        (
            dict.fromkeys(
                (
                    *("kafka_trigger", "rabbitmq_trigger", "rocketmq_trigger"),
                    *("smn_trigger", "apig_trigger"),
                ),
                True,
            ),
            (
                "With kafka_trigger, the variables vpc_id",
                "With rabbitmq_trigger, the variables vpc_id",
                "With rocketmq_trigger, the variables vpc_id",
                "With smn_trigger, smn_trigger_topic_urn must",
                "With apig_trigger, the variable apig_instance_id",
            ),
        ),
        (
            {"smn_trigger": True, "smn_topic_urn": TOPIC, "smn_trigger_topic_urn": TOPIC},
            ("a topic that the function's own messages do not go to",),
        ),
    ],
)
def test_what_does_not_go_together_is_said(
    terraform: Terraform, settings: Settings, said: tuple[str, ...]
) -> None:
    """When it is planned, and again all at once."""
    refused = terraform.refused(**NEEDED, **settings)
    for text in said:
        assert text in refused


def test_a_password_is_in_no_message(terraform: Terraform) -> None:
    """Terraform keeps it in the state, and shows it nowhere."""
    given = {**variables(RABBITMQ), "rabbitmq_password": "an-example-0815", "rabbitmq_exchange": ""}
    assert "0815" not in terraform.refused(**given)


def test_the_example_uploads_the_package_under_a_name_of_its_content(
    terraform: Terraform, zip_file: Path
) -> None:
    """A new package gets a new URL, so that Terraform notices it."""
    example = Terraform(terraform.folder / "example", terraform.environment).init()
    plan = example.plan(region="eu-west-101", bucket="packages", package=str(zip_file))
    uploaded = plan.resources["huaweicloud_obs_bucket_object.package"]
    function = plan.resources["module.vault_sync.huaweicloud_fgs_function.function"]
    (bucket,) = plan.of_type("obs_bucket")
    assert function["code_url"] == f"https://{bucket['bucket_domain_name']}/{uploaded['key']}"
    zip_file.write_bytes(b"another one")
    again = example.plan(region="eu-west-101", bucket="packages", package=str(zip_file))
    assert again.resources["huaweicloud_obs_bucket_object.package"]["key"] != uploaded["key"]


def test_the_readmes_own_configuration_is_one(terraform: Terraform, tmp_path: Path) -> None:
    """What it shows can be pasted."""
    shutil.copytree(MODULE, tmp_path / "deploy" / "terraform")
    (block,) = re.findall(r"```hcl\n(.*?)```", (MODULE / "README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "main.tf").write_text(block, encoding="utf-8")
    plan = Terraform(tmp_path, terraform.environment).init().plan()
    assert len(plan.of_type("fgs_function_trigger")) == 3


def test_it_is_in_terraforms_own_format(terraform: Terraform) -> None:
    """As `terraform fmt` writes it."""
    ran = terraform.run("fmt", "-check", "-recursive", "-list=true", str(MODULE))
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.fixture
def zip_file(tmp_path: Path) -> Path:
    path = tmp_path / "function.zip"
    path.write_bytes(b"a package")
    return path
