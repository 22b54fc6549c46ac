"""From pydantic's errors to findings that name a line of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from deploy.template.findings import Finding, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from deploy.template.tree import Node


def located_findings(
    error: ValidationError, node: Node, model: type[BaseModel], *, under: str = ""
) -> list[Finding]:
    """One finding for each error; ``node`` is what was validated, ``under`` its own path."""
    return [
        _finding(details, node, model, under)
        for details in error.errors(include_url=False, include_input=False)
    ]


def _finding(details: ErrorDetails, node: Node, model: type[BaseModel], under: str) -> Finding:
    path: list[str] = [under] if under else []
    place, reached = node.place, node
    parent = place  # where the key stands that something is missing under
    steps = [step for step in details["loc"] if step != "[key]"]
    for index, step in enumerate(steps):
        if isinstance(reached.value, dict) and step in reached.value:
            entry = reached.value[str(step)]
            is_key = details["loc"][-1] == "[key]" and index == len(steps) - 1
            bad_key = is_key or details["type"] == "extra_forbidden"
            place = entry.key_place if bad_key else entry.node.place
            parent, reached = entry.key_place, entry.node
        elif isinstance(reached.value, list) and isinstance(step, int):
            reached = reached.value[step]
            place = parent = reached.place
        elif not (details["type"] == "missing" and index == len(steps) - 1):
            continue  # the tag of a union, which pydantic puts into the location
        path.append(f"[{step}]" if isinstance(step, int) else str(step))
    if details["type"] == "missing":
        place = parent
    source = reached.origin if reached.given else ""
    return Finding(place, f"{_joined(path)}: {_message(details, reached, model)}", source)


def _joined(path: list[str]) -> str:
    return ".".join(path).replace(".[", "[")


def _message(details: ErrorDetails, node: Node, model: type[BaseModel]) -> str:
    kind = details["type"]
    if kind == "union_tag_invalid":
        tag, known = details["ctx"]["tag"], details["ctx"]["expected_tags"]
        return f"there is no Type {tag!r}; it is one of {known}"
    context: dict[str, Any] = details.get("ctx") or {}
    if kind == "missing":
        return "is missing" + (f" ({node.origin})" if node.origin else "")
    if kind == "extra_forbidden":
        owner = _owner(model, details["loc"][:-1])
        known = [field.alias or name for name, field in owner.model_fields.items()]
        return f"is not known here.{nearest(str(details['loc'][-1]), known)}"
    text = str(context["error"]) if kind == "value_error" else details["msg"]
    text = text.removeprefix("Input should be ")
    if kind != "value_error":
        text = f"should be {text}" if text[:1].islower() or text[:1] in "'0123456789" else text
    if isinstance(node.value, (dict, list)):
        return text
    shown = "(hidden)" if node.secret else repr(node.value)
    source = f", {node.origin}" if node.origin and not node.given else ""
    return f"{text} (is {shown}{source})"


def _owner(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """The model in which ``location`` ends."""
    owner = model
    for step in location:
        for name, field in owner.model_fields.items():
            if step in (field.alias, name):
                models = list(_models(field.annotation))
                owner = models[0] if models else owner
                break
        else:
            tagged = [m for m in _siblings(model) if getattr(m, "TAG", None) == step]
            owner = tagged[0] if tagged else owner
    return owner


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model that a type annotation mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _siblings(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Every model below ``model``, to find the one a union's tag names."""
    for field in model.model_fields.values():
        for below in _models(field.annotation):
            yield below
            yield from _siblings(below)
