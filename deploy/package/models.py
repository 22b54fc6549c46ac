"""Which of the SDK's models the function can reach; the others need not be in the package.

A service's package has hundreds of models. Those that can be reached are the ones that the function
imports by name, the response of each request among them, and whatever these name as the type of a
field, all the way down.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MODEL = re.compile(r"(?P<service>huaweicloudsdk\w+/v\d+)/model/(?!__init__)\w+\.py$")
_NAME = re.compile(r"\w+")


def unreachable_models(own: Mapping[str, Path], foreign: Mapping[str, Path]) -> set[str]:
    """The names in `foreign` of the models that no call of the function needs."""
    unreachable = set()
    for service, models in _models_by_service(foreign).items():
        home = {_class_name(tree): file for file, tree in models.items()}
        waiting = [name for path in own.values() for name in _asked_for(path, service)]
        reached: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in home and name not in reached:
                reached.add(name)
                waiting += _field_types(models[home[name]])
        unreachable |= {file for name, file in home.items() if name not in reached}
    return unreachable


def _models_by_service(foreign: Mapping[str, Path]) -> dict[str, dict[str, ast.Module]]:
    services: dict[str, dict[str, ast.Module]] = {}
    for file, path in foreign.items():
        found = _MODEL.fullmatch(file)
        if found:
            tree = ast.parse(path.read_bytes(), file)
            services.setdefault(found["service"].replace("/", "."), {})[file] = tree
    return services


def _asked_for(path: Path, service: str) -> Iterator[str]:
    """What a module of ours imports from the service's package, and the answers to that."""
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.ImportFrom) and node.module == service:
            for alias in node.names:
                yield alias.name
                if alias.name.endswith("Request"):
                    yield alias.name.removesuffix("Request") + "Response"


def class_names(path: Path) -> list[str]:
    """The names of the classes that a module defines."""
    tree = ast.parse(path.read_bytes(), str(path))
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]


def _class_name(tree: ast.Module) -> str:
    return next(node.name for node in tree.body if isinstance(node, ast.ClassDef))


def _field_types(tree: ast.Module) -> Iterator[str]:
    """Every name in the types of a model's fields, such as `Vault` in `list[Vault]`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if targets == ["openapi_types"]:
                for value in node.value.values:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield from _NAME.findall(value.value)
