"""The template's Parameters: their definitions, where values come from, putting them in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic.alias_generators import to_pascal

from deploy.template.findings import Finding, nearest
from deploy.template.located_errors import located_findings
from deploy.template.tree import Entry, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REFERENCE = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
TRUTH = {"true": True, "false": False}


class Definition(BaseModel):
    """One entry of ``Parameters``.

    A parameter without ``Default`` must be given a value when something that is switched on uses
    it; ``DefaultFrom`` names another parameter whose value is the default. ``Example`` stands in
    for a missing value when the template is only validated.
    """

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_pascal, strict=True, frozen=True, populate_by_name=False
    )

    type: Literal["String", "Integer", "Boolean"] = "String"
    default: str | int | bool | None = None
    default_from: str = ""
    example: str | int | bool | None = None
    description: str = ""
    no_echo: bool = False
    allowed_values: tuple[str | int, ...] | None = None
    pattern: str | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from error
        return value


@dataclass(frozen=True)
class Given:
    """A value for a parameter, as text, and where it came from."""

    text: str
    source: str


@dataclass(frozen=True)
class Value:
    """A parameter's value, ready to be put in."""

    value: Scalar
    origin: str
    secret: bool = False
    given: bool = False


TEXTS = ("Default", "Example")
"""Keys whose values are the text that stands there, until the parameter's Type says otherwise."""


def read_definitions(root: Node) -> tuple[dict[str, Definition], list[Finding]]:
    """The usable definitions of a template, and what is wrong with the others."""
    definitions: dict[str, Definition] = {}
    findings: list[Finding] = []
    block = root.child("Parameters")
    if block is None:
        return definitions, findings
    if not isinstance(block.value, dict):
        return definitions, [Finding(block.place, "Parameters is a mapping of names")]
    for name, entry in block.value.items():
        if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", name):
            message = f"{name}: a parameter's name is capitals, digits and _ (64 at most)"
            findings.append(Finding(entry.key_place, message))
        try:
            definition = Definition.model_validate(entry.node.plain(TEXTS), strict=False)
        except ValidationError as error:
            findings += located_findings(error, entry.node, Definition, under=f"Parameters.{name}")
            continue
        definitions[name] = definition
        findings += _definition_findings(name, definition, entry.node)
    return definitions, findings


def _definition_findings(name: str, definition: Definition, node: Node) -> list[Finding]:
    """What the schema of a definition cannot say: the defaults fit."""
    findings = []
    for key, value in (("Default", definition.default), ("Example", definition.example)):
        if value is not None:
            _, problem = read_value(definition, _text(value))
            if problem:
                place = (node.child(key) or node).place
                findings.append(Finding(place, f"Parameters.{name}.{key}: {problem}"))
    if definition.default == "" and definition.example is None:
        message = f"Parameters.{name}: its Default is empty; an Example lets its use be checked"
        findings.append(Finding((node.child("Default") or node).place, message))
    return findings


def read_value(definition: Definition, text: str) -> tuple[Scalar, str]:
    """The typed value of ``text`` and, where it does not fit the definition, why.

    The empty text fits every String parameter: it means "not set".
    """
    value = _typed(definition, text)
    problem = _problem(definition, text, value) if text else ""
    if value is None:
        problem = "a whole number is needed" if definition.type == "Integer" else "true or false"
    shown = "the value" if definition.no_echo else repr(text)
    return value, f"{shown}: {problem}" if problem else ""


def _typed(definition: Definition, text: str) -> Scalar:
    """The value in the parameter's type, or None where the text is none of it."""
    if definition.type == "Integer":
        return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else None
    if definition.type == "Boolean":
        return TRUTH.get(text.lower())
    return text


def _problem(definition: Definition, text: str, value: Scalar) -> str:
    if definition.allowed_values is not None and value not in definition.allowed_values:
        return f"should be one of {', '.join(map(str, definition.allowed_values))}"
    if definition.pattern is not None and not re.fullmatch(definition.pattern, text):
        return f"should match {definition.pattern}"
    return ""


class Fill(Enum):
    """What stands in for a parameter that was not given.

    DEPLOY: its Default. AS_GIVEN: its Default, else its Example, so that a template can be checked
    without an account. EVERYTHING: its Example also where the Default is empty, so that what is
    switched off is checked too.
    """

    DEPLOY = "deploy"
    AS_GIVEN = "as given"
    EVERYTHING = "everything"


def values_for(
    definitions: Mapping[str, Definition], given: Mapping[str, Given], fill: Fill
) -> dict[str, Value]:
    """The value of every parameter that has one."""
    values: dict[str, Value] = {}
    for name, definition in definitions.items():
        if name in given:
            value, _ = read_value(definition, given[name].text)
            origin = f"{name} from {given[name].source}"
            values[name] = Value(value, origin, definition.no_echo, given=True)
            continue
        kind, fallback = "Default", definition.default
        wants_example = fill is Fill.EVERYTHING and fallback == ""
        if (fallback is None and fill is not Fill.DEPLOY) or wants_example:
            kind, fallback = "Example", definition.example or fallback
        if fallback is not None:
            value, _ = read_value(definition, _text(fallback))
            values[name] = Value(value, f"the {kind} of {name}", definition.no_echo)
    for name, definition in definitions.items():
        if name not in values and definition.default_from in values:
            values[name] = values[definition.default_from]
    return values


def given_findings(definitions: Mapping[str, Definition], given: Mapping[str, Given]) -> list[str]:
    """What is wrong with given values: unknown names, values that do not fit."""
    problems = []
    for name, value in given.items():
        if name not in definitions:
            hint = nearest(name, definitions)
            problems.append(f"{name} ({value.source}) is not a parameter of the template.{hint}")
            continue
        _, problem = read_value(definitions[name], value.text)
        if problem:
            problems.append(f"{name} ({value.source}): {problem}")
    return problems


@dataclass
class Resolver:
    """Puts values in for !Ref and !Sub; remembers what was used, missing or wrong."""

    lookup: Callable[[str], Value | None]
    known: frozenset[str]

    def __post_init__(self) -> None:
        self.used: set[str] = set()
        self.missing: set[str] = set()
        self.findings: list[Finding] = []

    def resolve(self, node: Node) -> Node:
        """The tree with values put in; what is empty because of a parameter is left out."""
        if node.tag == "!Ref":
            return self._reference(node, str(node.value))
        if node.tag == "!Sub":
            return self._substitute(node, str(node.value))
        if isinstance(node.value, list):
            return replace(node, value=[self.resolve(item) for item in node.value])
        if isinstance(node.value, dict):
            entries = {
                key: Entry(entry.key_place, self.resolve(entry.node))
                for key, entry in node.value.items()
            }
            kept = {key: e for key, e in entries.items() if not _left_empty(e.node)}
            left_empty = bool(entries) and not kept
            return replace(node, value=kept, origin=EMPTIED if left_empty else node.origin)
        return node

    def _value(self, node: Node, name: str) -> Value | None:
        self.used.add(name)
        if name not in self.known:
            hint = nearest(name, self.known)
            message = f"{node.tag} {name}: there is no parameter {name}.{hint}"
            self.findings.append(Finding(node.place, message))
            return None
        value = self.lookup(name)
        if value is None:
            self.missing.add(name)
        return value

    def _reference(self, node: Node, name: str) -> Node:
        value = self._value(node, name)
        if value is None:
            return Node(None, node.place, origin=EMPTIED)
        return Node(
            value.value, node.place, origin=value.origin, secret=value.secret, given=value.given
        )

    def _substitute(self, node: Node, text: str) -> Node:
        names = REFERENCE.findall(text)
        values = {name: self._value(node, name) for name in names}
        if any(value is None for value in values.values()):
            return Node(None, node.place, origin=EMPTIED)
        known = {name: value for name, value in values.items() if value is not None}
        filled = REFERENCE.sub(lambda match: _text(known[match[1]].value), text)
        origin = ", ".join(value.origin for value in known.values())
        secret = any(value.secret for value in known.values())
        given = any(value.given for value in known.values())
        return Node(filled, node.place, origin=origin, secret=secret, given=given)


EMPTIED = "nothing was given for it"


def _left_empty(node: Node) -> bool:
    """Whether a value is empty because of a parameter (a written empty value stays)."""
    return bool(node.origin) and (node.value in ("", None) or node.origin == EMPTIED)


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
