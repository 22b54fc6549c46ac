"""Reading template.yaml into a tree that remembers where everything stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deploy.template.findings import Finding, Place, TemplateError

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

MAX_TEMPLATE_BYTES = 256 * 1024
"""Far above any template of one function; keeps a wrong file from filling the memory."""

MAX_DEPTH = 50
MAX_DIGITS = 18
"""A longer number stays text, which no field takes for a number."""

TAGS = ("!Ref", "!Sub")

Scalar = str | int | float | bool | None
YamlNode = Any  # ruamel.yaml.nodes.Node, whose attributes its own types do not know


@dataclass(frozen=True)
class Node:
    """One value of the template with its place.

    ``written`` is a scalar as it stands in the file. ``tag`` is ``!Ref`` or ``!Sub`` until
    parameters are put in. Afterwards ``origin`` says which parameter the value came from,
    ``given`` that this was not the template's own value, and ``secret`` that it must not be shown.
    """

    value: Scalar | dict[str, Entry] | list[Node]
    place: Place
    tag: str = ""
    origin: str = ""
    secret: bool = False
    given: bool = False
    written: str = ""

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

    def plain(self, texts_under: Container[str] = (), *, as_text: bool = False) -> Any:
        """The value without places: dict, list and scalars.

        Below a key of ``texts_under`` a scalar is the text that stands in the file, because YAML
        would make another value of ``00987654``, ``1e3`` or ``TRUE``.
        """
        if isinstance(self.value, dict):
            return {
                key: entry.node.plain(texts_under, as_text=as_text or key in texts_under)
                for key, entry in self.value.items()
            }
        if isinstance(self.value, list):
            return [node.plain(texts_under, as_text=as_text) for node in self.value]
        return self.written if as_text and self.written and self.value is not None else self.value

    def finding(self, message: str, *, is_warning: bool = False) -> Finding:
        """A finding about this value: at its line, or with the source that it was given by."""
        told = f"{message} ({self.origin})" if self.origin and not self.given else message
        return Finding(self.place, told, self.origin if self.given else "", is_warning)


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

    def node(self, source: YamlNode, depth: int = 0) -> Node:
        place = _place(source.start_mark)
        if depth > MAX_DEPTH:
            self._report(place, f"more than {MAX_DEPTH} levels of nesting")
            return Node(None, place)
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
            return Node(self._mapping(source.value, depth), place)
        if source.id == "sequence":
            return Node([self.node(item, depth + 1) for item in source.value], place)
        return Node(_scalar(source, own_tag), place, own_tag, written=str(source.value))

    def _mapping(self, pairs: list[tuple[YamlNode, YamlNode]], depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in pairs:
            key, key_place = str(key_node.value), _place(key_node.start_mark)
            if key_node.id != "scalar" or key == "<<":
                self._report(key_place, "a key must be a plain text")
            elif key in entries:
                first = entries[key].key_place.line
                self._report(key_place, f"{key} stands twice (first in line {first})")
            else:
                entries[key] = Entry(key_place, self.node(value_node, depth + 1))
        return entries

    def _report(self, place: Place, message: str) -> None:
        self.findings.append(Finding(place, message))


def read_template(path: Path) -> Node:
    """Read a template, or another YAML file that is a mapping. An empty file is an empty one.

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
    except RecursionError as error:
        message = f"more than {MAX_DEPTH} levels of nesting"
        raise TemplateError([Finding(Place(1, 1), message)]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place(mark) if mark else Place(1, 1)
        problem = f"this is not YAML: {error.problem}"
        opened = _open_quote(text, place.line)
        if opened is not None:
            problem = f"this is not YAML: is the quote that begins here closed? ({error.problem})"
        raise TemplateError([Finding(opened or place, problem)]) from error
    except YAMLError as error:
        raise TemplateError([Finding(Place(1, 1), f"this is not YAML: {error}")]) from error
    if root is None:
        return Node({}, Place(1, 1))
    reader = _Reader()
    node = reader.node(root)
    if not isinstance(node.value, dict):
        reader.findings.append(Finding(node.place, "a template is a mapping of keys to values"))
    if reader.findings:
        raise TemplateError(reader.findings)
    return node


def _open_quote(text: str, line: int) -> Place | None:
    """Where a quote begins that reaches over several lines to ``line``, or to the file's end."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - the same
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415 - the same

    found = None
    try:
        for token in YAML(pure=True).scan(text):
            quoted = getattr(token, "style", None) in ("'", '"')
            if quoted and token.start_mark.line < token.end_mark.line in (line - 2, line - 1):
                found = _place(token.start_mark)
    except MarkedYAMLError as error:
        if error.context_mark is not None and "quoted scalar" in str(error.context):
            return _place(error.context_mark)
    return found


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _scalar(source: YamlNode, own_tag: str) -> Scalar:  # noqa: PLR0911 - one for each kind
    """The scalar as YAML 1.2 resolves it; dates stay texts."""
    text = str(source.value)
    if own_tag or source.style in ("'", '"', "|", ">"):
        return text
    kind = str(source.ctag or "").rpartition(":")[2]
    if kind == "int" and len(text) > MAX_DIGITS:
        return text
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
