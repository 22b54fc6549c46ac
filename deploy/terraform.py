"""The same template as Terraform JSON, for Terraform and for RFS.

Every parameter that is used becomes a variable. What is switched off is left out, so that the
agency's policy fits what is there: render again to switch it on. RFS forbids ``file()`` and uploads
(support.huaweicloud.com/intl/en-us/tr-aos/rf_05_0028.html), so the code comes from a zip in OBS.
Resources and attributes: docs/resources/ of huaweicloud/terraform-provider-huaweicloud on GitHub.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from deploy.permissions import policy_document
from deploy.template.document import load, parameter_definitions, properties_with
from deploy.template.parameters import Definition, Fill, Given, Value, read_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deploy.template.model import AsyncInvoke, Function

TRUSTED_SERVICE = "op_svc_cff"
"""FunctionGraph's account, which the agency trusts."""

FUNCTION_URN = "${huaweicloud_fgs_function.function.urn}"
TOPIC_URN = "${huaweicloud_smn_topic.notifications.id}"
CREATED_HERE = {
    "SMN_TOPIC_URN": TOPIC_URN,
    "AGENCY": "${huaweicloud_identity_agency.function.name}",
}
"""Parameters whose value comes from a resource that the configuration creates."""

MARK = "\x00"
TYPES = {"String": "string", "Integer": "number", "Boolean": "bool"}

OWN_VARIABLES: dict[str, dict[str, Any]] = {
    "REGION": {
        "type": "string",
        "description": "Region of the function, of its topic and of its vaults.",
    },
    "CODE_URL": {
        "type": "string",
        "description": "URL in OBS of the zip that `python -m deploy package` built.",
    },
    "PROJECT_NAME": {
        "type": "string",
        "description": "Name of the project; empty takes the region's own.",
        "default": "",
    },
    "TOPIC_NAME": {
        "type": "string",
        "description": "Name of the topic to create.",
        "default": "vault-sync",
    },
    "AGENCY_NAME": {
        "type": "string",
        "description": "Name of the agency and of its policy.",
        "default": "vault-sync",
    },
    "EMAIL": {
        "type": "string",
        "description": "Address that is subscribed to the topic; empty subscribes nobody.",
        "default": "",
    },
}


def render(path: Path, given: Mapping[str, Given]) -> str:
    """The configuration, as the text of ``template.tf.json``. Given values become defaults.

    Raises:
        TemplateError, ParameterError, OSError: as for deploying.
    """
    function = load(path, given, Fill.AS_GIVEN).function
    definitions = parameter_definitions(path)
    marked = {name: Value(f"{MARK}{name}{MARK}", name) for name in definitions}
    raw, _ = properties_with(path, marked)
    resources = _as_hcl(_resources(raw, function))
    used = set(re.findall(r"\bvar\.([A-Z0-9_]+)", json.dumps(resources)))
    variables = {
        name: _variable(definition, given.get(name))
        for name, definition in definitions.items()
        if name in used and name not in OWN_VARIABLES
    }
    document = {
        "terraform": {"required_providers": {"huaweicloud": {"source": "huaweicloud/huaweicloud"}}},
        "provider": {"huaweicloud": {"region": "${var.REGION}"}},
        "variable": {**_own_variables(given), **variables},
        "resource": resources,
        "output": {"function_urn": {"value": FUNCTION_URN}, "topic_urn": {"value": TOPIC_URN}},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _own_variables(given: Mapping[str, Given]) -> dict[str, Any]:
    region = given.get("REGION")
    topic = given["SMN_TOPIC_URN"].text.split(":") if "SMN_TOPIC_URN" in given else []
    defaults = {"REGION": region.text if region else "".join(topic[2:3])}
    defaults["TOPIC_NAME"] = "".join(topic[4:5])
    defaults["AGENCY_NAME"] = given["AGENCY"].text if "AGENCY" in given else ""
    return {
        name: {**variable, **({"default": defaults[name]} if defaults.get(name) else {})}
        for name, variable in OWN_VARIABLES.items()
    }


def _variable(definition: Definition, given: Given | None) -> dict[str, Any]:
    variable: dict[str, Any] = {
        "type": TYPES[definition.type],
        "description": definition.description,
    }
    if definition.no_echo:
        variable["sensitive"] = True
    if given is not None and not definition.no_echo:
        variable["default"] = read_value(definition, given.text)[0]
    elif definition.default is not None:
        variable["default"] = definition.default
    return variable


def _resources(raw: Mapping[str, Any], function: Function) -> dict[str, Any]:
    resources: dict[str, Any] = {
        "huaweicloud_smn_topic": {"notifications": {"name": _Expression("var.TOPIC_NAME")}},
        "huaweicloud_smn_subscription": {
            "email": {
                "count": _Expression('var.EMAIL == "" ? 0 : 1'),
                "topic_urn": _Expression("huaweicloud_smn_topic.notifications.id"),
                "protocol": "email",
                "endpoint": _Expression("var.EMAIL"),
            }
        },
        "huaweicloud_identity_role": {
            "function": {
                "name": _Expression("var.AGENCY_NAME"),
                "description": "What the vault-sync function needs and nothing else",
                "type": "XA",
                "policy": json.dumps(policy_document(function, "1.1")),
            }
        },
        "huaweicloud_identity_agency": {
            "function": {
                "name": _Expression("var.AGENCY_NAME"),
                "delegated_domain_name": TRUSTED_SERVICE,
                "project_role": [
                    {
                        "project": _Expression(
                            'var.PROJECT_NAME == "" ? var.REGION : var.PROJECT_NAME'
                        ),
                        "roles": [_Expression("huaweicloud_identity_role.function.name")],
                    }
                ],
            }
        },
        "huaweicloud_fgs_function": {"function": _function(raw, function)},
        "huaweicloud_fgs_function_trigger": _triggers(raw, function),
    }
    if function.async_invoke is not None:
        resources["huaweicloud_fgs_async_invoke_configuration"] = {
            "function": _async_invoke(raw["AsyncInvoke"], function.async_invoke)
        }
    return resources


def _function(raw: Mapping[str, Any], function: Function) -> dict[str, Any]:
    body = {
        "name": raw["Name"],
        "app": raw.get("Package", function.package),
        "description": raw.get("Description", ""),
        "functiongraph_version": function.func_type,
        "runtime": raw["Runtime"],
        "handler": raw["Handler"],
        "code_type": "obs",
        "code_url": _Expression("var.CODE_URL"),
        "memory_size": raw["MemorySize"],
        "timeout": raw["Timeout"],
        "agency": raw["Agency"],
        "app_agency": raw.get("ExecutionAgency"),
        "enterprise_project_id": raw.get("EnterpriseProjectId"),
        "initializer_handler": raw.get("InitializerHandler"),
        "initializer_timeout": raw.get("InitializerTimeout"),
        "user_data": _Json(raw["Environment"]["Variables"]),
        "depend_list": raw.get("Dependencies"),
        "enable_lts_log": function.log_config.enabled,
    }
    if function.environment.encrypted:
        body["encrypted_user_data"] = _Json(raw["Environment"]["Encrypted"])
    if function.max_instances is not None:
        body["max_instance_num"] = str(function.max_instances)
    if function.vpc is not None:
        body |= {"vpc_id": raw["Vpc"]["VpcId"], "network_id": raw["Vpc"]["SubnetId"]}
    logs = raw.get("LogConfig", {})
    for key in ("GroupId", "GroupName", "StreamId", "StreamName"):
        body["log_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()] = logs.get(key)
    return {key: value for key, value in body.items() if value is not None}


def _triggers(raw: Mapping[str, Any], function: Function) -> dict[str, Any]:
    triggers = {}
    for name, event in function.events.items():
        data = dict(raw["Events"][name]["Properties"])
        if isinstance(data.get("user_event"), (dict, list)):
            data["user_event"] = json.dumps(data["user_event"], separators=(",", ":"))
        triggers[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()] = {
            "function_urn": _Expression("huaweicloud_fgs_function.function.urn"),
            "type": event.type,
            "status": event.status,
            "event_data": _Json(data),
        }
    return triggers


def _async_invoke(raw: Mapping[str, Any], policy: AsyncInvoke) -> dict[str, Any]:
    body: dict[str, Any] = {
        "function_urn": _Expression("huaweicloud_fgs_function.function.urn"),
        "max_async_event_age_in_seconds": raw["MaxAgeSeconds"],
        "max_async_retry_attempts": raw["MaxRetries"],
    }
    for key, block, given in (
        ("OnFailure", "on_failure", policy.on_failure),
        ("OnSuccess", "on_success", policy.on_success),
    ):
        if given is not None:
            destination = {"topic_urn": raw[key]["TopicUrn"]}
            body[block] = [{"destination": given.type, "param": _Json(destination)}]
    return body


class _Expression(str):
    """Text that is an expression of Terraform's language already."""

    __slots__ = ()


class _Json(dict[str, Any]):
    """A mapping that the provider takes as JSON text; empty values are left out of it."""


def _as_hcl(value: Any) -> Any:
    """JSON in which expressions, variables and literal texts are told apart."""
    if isinstance(value, _Expression):
        return f"${{{value}}}"
    if isinstance(value, _Json):
        inner = json.dumps({k: _as_hcl(v) for k, v in value.items()}, ensure_ascii=False)
        return f'${{jsonencode({{for name, value in {inner} : name => value if value != ""}})}}'
    if isinstance(value, dict):
        return {key: _as_hcl(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_as_hcl(below) for below in value]
    return _literal(value) if isinstance(value, str) else value


def _literal(text: str) -> str:
    escaped = text.replace("${", "$${").replace("%{", "%%{")
    return re.sub(
        f"{MARK}([A-Z0-9_]+){MARK}",
        lambda match: CREATED_HERE.get(match[1], f"${{var.{match[1]}}}"),
        escaped,
    )
