"""The policy that a real Terraform evaluates is that of `deploy policy`, whatever the settings."""

from __future__ import annotations

import json
import shutil
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from deploy.permissions import policy_document
from tests.deploy.terraform.command import Terraform
from tests.deploy.terraform.test_module import (
    APIG,
    KAFKA,
    LEAST,
    OWN_URN,
    RABBITMQ,
    ROCKETMQ,
    SMN,
    VPC,
    Settings,
    function_with,
    variables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from deploy.template.model import Function

ONE = '{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d"}'
REQUESTS = (
    ONE,
    '{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d", "wait_seconds": 30}',
    '{"select": {"all": true}}',
    '{"select": {"name": "prod-*"}}',
    '{"select": {"tags": {"sync": ["nightly"]}}}',
    '{"action": "report"}',
    '{"action": "report", "max_age_hours": 26}',
)
"""One request for each way of asking that needs another permission."""

ASKED = (*((r,) for r in REQUESTS), *combinations(REQUESTS, 2), REQUESTS)
"""Each alone, each two together, and all."""

TRIGGERS: tuple[Settings, ...] = (
    *({}, VPC, KAFKA, RABBITMQ, ROCKETMQ, SMN, APIG, {**SMN, **VPC}),
    {**KAFKA, **RABBITMQ, **ROCKETMQ, **SMN, **APIG},
)
CONTINUES: tuple[Settings, ...] = ({}, {"CONTINUE_AS": OWN_URN})
NO_OTHER_TIMER = {"CATCH_UP_TIMER": False, "REPORT_TIMER": False, "SYNC_REQUEST": ONE}


def evaluated(folder: Path, module: Path, cases: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The policies that a module without resources evaluates, in one run of Terraform."""
    given = {str(number): case for number, case in enumerate(cases)}
    names = {name for case in given.values() for name in case}
    arguments = {name: f'${{lookup(each.value, "{name}", null)}}' for name in names}
    of_all = "${{for number, case in module.case : number => case.document}}"
    configuration = {
        "module": {"case": {"source": str(module), "for_each": given, **arguments}},
        "output": {"documents": {"value": of_all}},
    }
    folder.mkdir()
    (folder / "main.tf.json").write_text(json.dumps(configuration), encoding="utf-8")
    documents = Terraform(folder, {}).init().plan().outputs["documents"]
    return [json.loads(documents[number]) for number in given]


def asking(function: Function, requests: Iterable[str]) -> Function:
    """The function with one timer for each request and none besides."""
    daily = function.events["Daily"]
    timers = {
        f"Timer{number}": daily.model_copy(
            update={"properties": daily.properties.model_copy(update={"user_event": request})}
        )
        for number, request in enumerate(requests)
    }
    others = {name: event for name, event in function.events.items() if event.type != "TIMER"}
    return function.model_copy(update={"events": {**timers, **others}})


def test_every_combination_has_the_policy_of_deploy(terraform: Terraform, tmp_path: Path) -> None:
    """What is asked, by whom, from where: each combination of what a policy depends on."""
    cases, expected = [], []
    for trigger, continues in product(TRIGGERS, CONTINUES):
        function = function_with({**LEAST, **NO_OTHER_TIMER, **trigger, **continues})
        types = {event.type for event in function.events.values()}
        for requests in ASKED:
            expected.append(policy_document(asking(function, requests), "1.1"))
            cases.append(
                {
                    "requests": requests,
                    "has_messages": types != {"TIMER"},
                    "has_queue": bool(types & {"KAFKA", "RABBITMQ", "ROCKETMQ"}),
                    "has_vpc": function.vpc is not None,
                    "continues": bool(continues),
                }
            )
    unique = {json.dumps(case): document for case, document in zip(cases, expected, strict=True)}
    found = evaluated(
        tmp_path / "cases", terraform.folder / "policy", [json.loads(case) for case in unique]
    )
    for case, document, wanted in zip(unique, found, unique.values(), strict=True):
        assert document == wanted, case


def test_the_policy_follows_the_variables(terraform: Terraform, tmp_path: Path) -> None:
    """Each trigger, each timer, VPC, chain and request of the module reaches its policy."""
    settings = [
        *({**NO_OTHER_TIMER, **t, **c} for t, c in product(TRIGGERS, CONTINUES)),
        *({**NO_OTHER_TIMER, "SYNC_REQUEST": request} for request in REQUESTS),
        {**NO_OTHER_TIMER, "CATCH_UP_TIMER": True},
        {**NO_OTHER_TIMER, "REPORT_TIMER": True},
        {**NO_OTHER_TIMER, "CATCH_UP_TIMER": True, "CATCH_UP_REQUEST": REQUESTS[4]},
        {},
    ]
    module = tmp_path / "module"
    module.mkdir()
    for name in ("variables.tf", "permissions.tf"):
        shutil.copy(terraform.folder / name, module)
    shutil.copytree(terraform.folder / "policy", module / "policy")
    output = 'output "document" {\n  value = module.policy.document\n}\n'
    (module / "outputs.tf").write_text(output, encoding="utf-8")
    found = evaluated(tmp_path / "cases", module, [variables({**LEAST, **s}) for s in settings])
    for given, document in zip(settings, found, strict=True):
        assert document == policy_document(function_with({**LEAST, **given}), "1.1"), given


def test_a_request_by_default_counts(terraform: Terraform) -> None:
    """DEFAULT_REQUEST counts like any other request; text that is not JSON asks for nothing."""
    for request, listed in ((REQUESTS[2], True), ("no JSON", False)):
        given = variables({**LEAST, **NO_OTHER_TIMER})
        plan = terraform.plan(**given, environment={"DEFAULT_REQUEST": request})
        assert ("cbr:vaults:list" in plan.outputs["policy"]) is listed
