"""Reading template.yaml into a tree that remembers where everything stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deploy.template.findings import Finding, Place, TemplateError

if TYPE_CHECKING:
    from pathlib import Path

MAX_TEMPLATE_BYTES = 256 * 1024
"""Far above any template of one function; keeps a wrong file from filling the memory."""

TAGS = ("!Ref", "!Sub")

Scalar = str | int | float | bool | None
YamlNode = Any  # ruamel.yaml.nodes.Node, whose attributes its own types do not know


@dataclass(frozen=True)
class Node:
    """One value of the template with its place.

    ``tag`` is ``!Ref`` or ``!Sub`` until parameters are put in. ``origin`` says afterwards which
    parameter the value came from, and ``secret`` that it must not be shown.
    """

    value: Scalar | dict[str, Entry] | list[Node]
    place: Place
    tag: str = ""
    origin: str = ""
    secret: bool = False

    def child(self, *path: str | int) -> Node | None:
        """The node reached by ``path`` (keys and indexes), or None where the path ends early."""
        node = self
        for step in path:
            if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
                node = node.value[step].node
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                return None
        return node

    def plain(self) -> Any:
        """The value without places: dict, list and scalars."""
        if isinstance(self.value, dict):
            return {key: entry.node.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


@dataclass(frozen=True)
class Entry:
    """One key of a mapping: where the key stands, and its value."""

    key_place: Place
    node: Node


@dataclass
class _Reader:
    """Turns the YAML library's nodes into ours and collects what cannot be turned."""

    findings: list[Finding] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def node(self, source: YamlNode) -> Node:
        place = _place(source.start_mark)
        if id(source) in self.seen:
            self._report(place, "anchors and aliases are not read here; write the value again")
            return Node(None, place)
        self.seen.add(id(source))
        tag = str(source.ctag or "")
        if tag.startswith("!") and not tag.startswith("!!") and tag not in TAGS:
            self._report(place, f"unknown tag {tag}; known are {' and '.join(TAGS)}")
        own_tag = tag if tag in TAGS else ""
        if own_tag and not isinstance(source.value, str):
            self._report(place, f"{own_tag} wants a text after it")
            return Node(None, place)
        if source.id == "mapping":
            return Node(self._mapping(source.value), place)
        if source.id == "sequence":
            return Node([self.node(item) for item in source.value], place)
        return Node(_scalar(source, own_tag), place, own_tag)

    def _mapping(self, pairs: list[tuple[YamlNode, YamlNode]]) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in pairs:
            key, key_place = str(key_node.value), _place(key_node.start_mark)
            if key_node.id != "scalar" or key == "<<":
                self._report(key_place, "a key must be a plain text")
            elif key in entries:
                first = entries[key].key_place.line
                self._report(key_place, f"{key} stands twice (first in line {first})")
            else:
                entries[key] = Entry(key_place, self.node(value_node))
        return entries

    def _report(self, place: Place, message: str) -> None:
        self.findings.append(Finding(place, message))


def read_template(path: Path) -> Node:
    """Read a template file.

    Raises:
        TemplateError: the file is not YAML, is too large, or uses what is not read here.
        OSError: the file cannot be read.
    """
    data = path.read_bytes()
    if len(data) > MAX_TEMPLATE_BYTES:
        raise TemplateError([Finding(Place(1, 1), f"larger than {MAX_TEMPLATE_BYTES} bytes")])
    return parse_template(data)


def parse_template(data: bytes) -> Node:
    """Parse a template's text; same errors as ``read_template``."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - keeps `python -m deploy --help` quick
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - the same

    try:
        text = data.decode("utf-8")
        root = YAML(typ="safe", pure=True).compose(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TemplateError([Finding(Place(line, 1), "this is not UTF-8 text")]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place(mark) if mark else Place(1, 1)
        raise TemplateError([Finding(place, f"this is not YAML: {error.problem}")]) from error
    except YAMLError as error:
        raise TemplateError([Finding(Place(1, 1), f"this is not YAML: {error}")]) from error
    if root is None:
        raise TemplateError([Finding(Place(1, 1), "the template is empty")])
    reader = _Reader()
    node = reader.node(root)
    if not isinstance(node.value, dict):
        reader.findings.append(Finding(node.place, "a template is a mapping of keys to values"))
    if reader.findings:
        raise TemplateError(reader.findings)
    return node


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _scalar(source: YamlNode, own_tag: str) -> Scalar:
    """The scalar as YAML 1.2 resolves it; dates stay texts."""
    text = str(source.value)
    if own_tag or source.style in ("'", '"', "|", ">"):
        return text
    kind = str(source.ctag or "").rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        digits = text.replace("_", "")
        return int(digits, 0 if digits.lstrip("+-")[1:2] in ("x", "o") else 10)
    if kind == "float":
        return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    return text
