"""The handler that the template names can be imported from the code folder."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from deploy.template.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy.template.tree import Node

IMPORT_SECONDS = 60

_PROBE = """
import importlib, sys
folder, module, names = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.path.insert(0, folder)
try:
    loaded = importlib.import_module(module)
except BaseException as error:
    print(f"importing {module} fails: {type(error).__name__}: {error}")
    sys.exit(3)
for name in names:
    print("" if callable(getattr(loaded, name, None)) else f"{module}.py has no function {name}")
"""


def check_handler(function: Node, folder: Path) -> Iterator[Finding]:
    """Import the handler's module in a process of its own and look for the functions named."""
    code_uri, handler = function.child("CodeUri"), function.child("Handler")
    if code_uri is None or handler is None or not isinstance(handler.value, str):
        return
    code_folder = folder / str(code_uri.value)
    if not code_folder.is_dir():
        yield code_uri.finding(f"CodeUri: there is no folder {code_uri.value}")
        return
    module, dot, name = handler.value.rpartition(".")
    if not dot:
        return  # the schema has said so
    if not (code_folder / f"{module}.py").is_file():
        message = f"Handler: there is no {module}.py in {code_uri.value}"
        yield handler.finding(message)
        return
    wanted = {name: ("Handler", handler)}
    initializer = function.child("InitializerHandler")
    if initializer is not None and isinstance(initializer.value, str):
        other_module, _, other_name = initializer.value.rpartition(".")
        if other_module != module:
            message = f"InitializerHandler: must be in the handler's file, {module}.py"
            yield initializer.finding(message)
        else:
            wanted[other_name] = ("InitializerHandler", initializer)
    yield from _probe(code_folder, module, wanted)


def _probe(folder: Path, module: str, wanted: dict[str, tuple[str, Node]]) -> Iterator[Finding]:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, arguments as a list
            [sys.executable, "-I", "-c", _PROBE, folder, module.replace("/", "."), *wanted],
            capture_output=True,
            text=True,
            timeout=IMPORT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        problems = [f"importing {module} took more than {IMPORT_SECONDS} s"]
    else:
        problems = done.stdout.splitlines() or [f"importing {module} ended the interpreter"]
        if done.returncode:
            problems = problems[-1:]
    for problem, (key, node) in zip(problems, wanted.values(), strict=False):
        if problem:
            yield node.finding(f"{key}: {problem}")
