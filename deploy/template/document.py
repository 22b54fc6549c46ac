"""A template with its parameters put in, checked, ready to be deployed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from deploy.errors import ParameterError
from deploy.template.checks import check_function, check_handler
from deploy.template.findings import Finding, Place, TemplateError, nearest
from deploy.template.located_errors import located_findings
from deploy.template.model import TEXTS, Function, Template
from deploy.template.parameters import (
    Definition,
    Fill,
    Given,
    Resolver,
    Value,
    given_findings,
    read_definitions,
    values_for,
)
from deploy.template.sources import DEFAULT_FILE, PREFIX
from deploy.template.tree import Node, read_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Document:
    """A checked template. ``folder`` is what its relative paths are relative to.

    ``warnings`` may be meant so, and have to be confirmed before something is deployed.
    """

    function: Function
    folder: Path
    values: Mapping[str, Value]
    warnings: tuple[Finding, ...] = ()

    @property
    def code_folder(self) -> Path:
        """The folder with the function's own code."""
        return self.folder / self.function.code_uri

    def place(self) -> tuple[str, str]:
        """Region and project of the function: its REGION and PROJECT_ID, else the topic's."""
        variables = self.function.environment.variables
        topic = (variables.get("SMN_TOPIC_URN", "") + ":::::").split(":")
        return variables.get("REGION") or topic[2], variables.get("PROJECT_ID") or topic[3]


@dataclass
class _Pass:
    """One look at the template with one way to fill what was not given."""

    root: Node
    definitions: Mapping[str, Definition]
    values: Mapping[str, Value]
    fill: Fill

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.values.get, frozenset(self.definitions))
        self.findings: list[Finding] = []
        self.template: Template | None = None
        self.resolved = self.resolver.resolve(_without_disabled(self.root, self))
        self.findings += self.resolver.findings
        try:
            self.template = Template.model_validate(self.resolved.plain(TEXTS))
        except ValidationError as error:
            self.findings += located_findings(error, self.resolved, Template)

    def enabled(self, node: Node) -> bool:
        """Whether an event's ``Enabled`` says yes."""
        if self.fill is Fill.EVERYTHING:
            return True
        look = Resolver(self.values.get, frozenset(self.definitions)).resolve(node)
        return look.value is not False

    def function_node(self) -> Node | None:
        """The function's Properties."""
        resources = self.resolved.child("Resources")
        if resources is None or not isinstance(resources.value, dict):
            return None
        for entry in resources.value.values():
            return entry.node.child("Properties")
        return None


def _without_disabled(root: Node, look: _Pass) -> Node:
    """The template without Parameters' references and without events that are switched off."""
    return _rebuilt(root, ("Resources", "*", "Properties", "Events", "*"), look)


def _rebuilt(node: Node, path: tuple[str, ...], look: _Pass) -> Node:
    if not isinstance(node.value, dict):
        return node
    if not path:
        return node
    kept = {}
    for key, entry in node.value.items():
        if path[0] not in ("*", key):
            kept[key] = entry
            continue
        enabled = entry.node.child("Enabled") if len(path) == 1 else None
        if enabled is None or look.enabled(enabled):
            kept[key] = replace(entry, node=_rebuilt(entry.node, path[1:], look))
    return replace(node, value=kept)


def findings_of(path: Path, given: Mapping[str, Given]) -> list[Finding]:
    """Everything that is wrong with a template, without asking for parameters that are missing.

    Raises:
        OSError: the file cannot be read.
        ParameterError: a given value is wrong.
    """
    try:
        root = read_template(path)
    except TemplateError as error:
        return list(error.findings)
    definitions, findings = read_definitions(root)
    _check_given(definitions, given)
    used: set[str] = set()
    for fill in (Fill.AS_GIVEN, Fill.EVERYTHING):
        look = _Pass(root, definitions, values_for(definitions, given, fill), fill)
        function = look.function_node()
        findings += look.findings
        used |= look.resolver.used
        for name in look.resolver.missing:
            findings.append(_no_example(root, name))
        if function is not None:
            found = check_function(function, path.parent, everything=fill is Fill.EVERYTHING)
            # What is switched off needs no confirmation.
            findings += [f for f in found if fill is Fill.AS_GIVEN or not f.is_warning]
            if fill is Fill.AS_GIVEN:
                findings += check_handler(function, path.parent)
    findings += _unused(root, used)
    return sorted(set(findings))


def load(path: Path, given: Mapping[str, Given], fill: Fill = Fill.DEPLOY) -> Document:
    """Read a template for deployment (or, with another ``fill``, to look at it).

    Raises:
        TemplateError: with every finding.
        ParameterError: a parameter that something switched on uses is missing, or one is wrong.
        OSError: the file cannot be read.
    """
    root = read_template(path)
    definitions, findings = read_definitions(root)
    if findings:
        raise TemplateError(findings)
    _check_given(definitions, given)
    look = _Pass(root, definitions, values_for(definitions, given, fill), fill)
    if look.resolver.missing:
        raise ParameterError(_missing_text(definitions, look.resolver.missing))
    function = look.function_node()
    findings = list(look.findings)
    if function is not None:
        findings += check_function(function, path.parent, everything=False)
    errors = [finding for finding in findings if not finding.is_warning]
    if errors or look.template is None:
        raise TemplateError(errors)
    warnings = tuple(sorted({finding for finding in findings if finding.is_warning}))
    return Document(look.template.function, path.parent, look.values, warnings)


def missing_parameters(path: Path, given: Mapping[str, Given]) -> list[str]:
    """The parameters that a deployment would still need a value for. Raises TemplateError."""
    root = read_template(path)
    definitions, _ = read_definitions(root)
    values = values_for(definitions, given, Fill.DEPLOY)
    missing = _Pass(root, definitions, values, Fill.DEPLOY).resolver.missing
    return [n for n in definitions if n in missing and not definitions[n].default_from]


def parameter_definitions(path: Path) -> dict[str, Definition]:
    """The template's parameters. Raises TemplateError, OSError."""
    definitions, findings = read_definitions(read_template(path))
    if findings:
        raise TemplateError(findings)
    return definitions


def _check_given(definitions: Mapping[str, Definition], given: Mapping[str, Given]) -> None:
    problems = given_findings(definitions, given)
    if problems:
        raise ParameterError("\n".join(problems))


def _missing_text(definitions: Mapping[str, Definition], missing: set[str]) -> str:
    lines = ["These parameters have no value. `python -m deploy init` asks for them and writes"]
    lines += [f"{DEFAULT_FILE}; or give each with --set NAME=VALUE, or as {PREFIX}NAME:"]
    for name, definition in definitions.items():
        if name in missing and not definition.default_from:
            lines.append(f"  {name}: {definition.description} Example: {definition.example}")
    return "\n".join(lines)


def _no_example(root: Node, name: str) -> Finding:
    node = root.child("Parameters", name)
    place = node.place if node else Place(1, 1)
    return Finding(place, f"Parameters.{name} needs a Default or an Example")


def _unused(root: Node, used: set[str]) -> list[Finding]:
    block = root.child("Parameters")
    if block is None or not isinstance(block.value, dict):
        return []
    return [
        Finding(entry.key_place, f"Parameters.{name} is not used.{nearest(name, used)}")
        for name, entry in block.value.items()
        if name not in used
    ]
