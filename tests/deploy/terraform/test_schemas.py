"""The module against the provider's schemas, wherever the tests run: no Terraform is needed."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from deploy.template.document import parameter_definitions
from tests.deploy.conftest import TEMPLATE
from tests.deploy.terraform.command import MODULE
from tests.deploy.terraform.schemas import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILES = sorted(MODULE.rglob("*.tf"))
ARGUMENTS_OF_TERRAFORM = {"count", "for_each", "depends_on", "lifecycle", "dynamic"}
MADE_HERE = {"SMN_TOPIC_URN", "FAILURE_TOPIC_URN"}
"""Parameters whose default makes the module create what they name."""
OWN_WORDS = MADE_HERE | {"AGENCY", "PROJECT_ID"}
"""Parameters that mean something else where Terraform makes the rest, too."""
REPLACED = {"REGION": "is needed", "APIG_GROUP_ID": "the module makes the group"}
"""Parameters that the module has in another way."""


@cache
def parsed(path: Path) -> dict[str, Any]:
    document = plain(hcl2.loads(path.read_text(encoding="utf-8")))
    assert isinstance(document, dict)
    return document


def plain(value: Any) -> Any:
    """What was read, without the parser's own keys and the quotes around names."""
    if isinstance(value, dict):
        own = {key: below for key, below in value.items() if not key.startswith("__")}
        return {key.strip('"'): plain(below) for key, below in own.items()}
    if isinstance(value, list):
        return [plain(below) for below in value]
    return value


def resources() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in FILES:
        for block in parsed(path).get("resource", []):
            for kind, named in block.items():
                for name, body in named.items():
                    yield kind, name, body


def misfits(body: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """Each argument that the schema does not have, and each that it requires and is not there."""
    attributes, blocks = schema.get("attributes", {}), schema.get("block_types", {})
    given = dict(body)
    for dynamic in given.pop("dynamic", []):
        for name, block in dynamic.items():
            given[name] = block["content"]
    for name, value in given.items():
        if name in blocks:
            for block in value:
                yield from (f"{name}.{misfit}" for misfit in misfits(block, blocks[name]["block"]))
        elif not (attributes.get(name, {}).keys() & {"required", "optional"}):
            yield f"{name} cannot be set"
    yield from (
        f"{name} is missing"
        for name, attribute in attributes.items()
        if attribute.get("required") and name not in given
    )
    yield from (
        f"{name} is missing"
        for name, block in blocks.items()
        if block.get("min_items") and name not in given
    )


@pytest.mark.parametrize(
    ("kind", "name", "body"), [pytest.param(*r, id=f"{r[0]}.{r[1]}") for r in resources()]
)
def test_each_attribute_and_block_is_the_providers(
    kind: str, name: str, body: dict[str, Any]
) -> None:
    """A resource sets what its schema lets it set, and everything that it requires."""
    arguments = {key: value for key, value in body.items() if key not in ARGUMENTS_OF_TERRAFORM}
    if "dynamic" in body:
        arguments["dynamic"] = body["dynamic"]
    assert not list(misfits(arguments, SCHEMAS[kind])), name


def test_an_unknown_a_computed_and_a_missing_attribute_are_found() -> None:
    """The check above notices what it is there for, inside blocks as well."""
    schema = SCHEMAS["huaweicloud_smn_subscription_filter_policy"]
    wrong = {"id": "i", "topic": "t", "filter_policies": [{"name": "outcome", "equals": []}]}
    assert set(misfits(wrong, schema)) == {
        "id cannot be set",
        "topic cannot be set",
        "filter_policies.equals cannot be set",
        "filter_policies.string_equals is missing",
        "subscription_urn is missing",
    }
    assert "filter_policies is missing" in set(misfits({}, schema))


def test_each_reference_is_to_an_attribute_that_is_there() -> None:
    """``TYPE.NAME.attribute`` names a resource of the module and an attribute of its schema."""
    there = {(kind, name) for kind, name, _ in resources()}
    pattern = r"\b(huaweicloud_\w+)\.(\w+)(?:\[[^\]]+\])?\.(\w+)"
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    found = re.findall(pattern, text)
    assert found
    for kind, name, attribute in found:
        assert (kind, name) in there
        assert attribute in SCHEMAS[kind]["attributes"]


def test_the_excerpt_holds_what_the_module_uses_and_no_more() -> None:
    """schemas.json does not go stale beside the module."""
    assert {kind for kind, _, _ in resources()} == set(SCHEMAS)


def test_each_parameter_of_the_template_is_a_variable_with_the_same_default() -> None:
    """One name for one thing: lower case is the only difference."""
    variables = {
        name: body
        for block in parsed(MODULE / "variables.tf")["variable"]
        for name, body in block.items()
    }
    definitions = parameter_definitions(TEMPLATE)
    names = re.compile(rf"\b({'|'.join(definitions)})\b")
    for name, definition in definitions.items():
        if name in REPLACED:
            continue
        variable = variables[name.lower()]
        if name not in OWN_WORDS:
            words = names.sub(lambda found: found[0].lower(), definition.description)
            assert text_of(variable["description"]) == words
        found = text_of(variable["default"])
        default = str(found).lower() if isinstance(found, bool) else str(found)
        assert default == ("" if definition.default is None else definition.default), name
        assert bool(variable.get("sensitive")) is definition.no_echo


def text_of(value: Any) -> Any:
    """A value as it is, a quoted text as the text."""
    if not isinstance(value, str):
        return value
    return value.removeprefix('"').removesuffix('"').replace('\\"', '"')


def test_each_variable_has_a_type_a_description_and_no_null() -> None:
    """And a null from a calling module means the default, not "given"."""
    for block in parsed(MODULE / "variables.tf")["variable"]:
        for name, body in block.items():
            assert {"type", "description"} <= set(body), name
            assert body["nullable"] is False, name


def test_only_the_app_code_is_a_secret_among_the_outputs() -> None:
    """Terraform then shows it to nobody who does not ask for it by name."""
    outputs = {
        name: body
        for block in parsed(MODULE / "outputs.tf")["output"]
        for name, body in block.items()
    }
    assert [name for name, body in outputs.items() if body.get("sensitive")] == ["apig_app_code"]


def test_the_readme_names_each_variable_that_the_template_does_not_have() -> None:
    """The others are explained in template.yaml."""
    readme = (MODULE / "README.md").read_text(encoding="utf-8")
    shared = {name.lower() for name in parameter_definitions(TEMPLATE)}
    for block in parsed(MODULE / "variables.tf")["variable"]:
        for name in set(block) - (shared - {"region", "smn_topic_urn", "failure_topic_urn"}):
            assert f"`{name}`" in readme, name
