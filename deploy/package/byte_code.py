"""Compiling the package with the target's interpreter.

Byte code is written with the check "unchecked hash" (PEP 552): the interpreter neither looks at
time stamps nor reads the source, so it holds in a read-only folder and after any unzipping.

It lies in ``__pycache__``, beside the sources: a stack trace shows the lines, and an interpreter
with another magic number compiles anew instead of failing. The dependencies' byte code has no
docstrings, so that there is less to load at a cold start.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from deploy.errors import PackageError
from deploy.package.target import CODE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

COMPILE_SECONDS = 600

# Runs in the target's interpreter: [source path, path in the cloud, keep docstrings?] on stdin,
# into one folder. Assertions stay: a dependency may mean them.
_COMPILE = """
import ast, importlib._bootstrap_external as bootstrap, importlib.util, json, os, sys
documented = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
def without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            stand_in = [] if isinstance(node, ast.Module) else [ast.Pass()]
            node.body[:1] = [ast.copy_location(one, node.body[0]) for one in stand_in]
    return tree
for number, (path, in_cloud, keep) in enumerate(json.load(sys.stdin)):
    with open(path, "rb") as file:
        source = file.read()
    try:
        tree = ast.parse(source, in_cloud)
        tree = tree if keep else without_docstrings(tree)
        code = compile(tree, in_cloud, "exec", dont_inherit=True)
    except SyntaxError as error:
        print(f"{in_cloud}: {error}", file=sys.stderr)
        sys.exit(3)
    data = bootstrap._code_to_hash_pyc(code, importlib.util.source_hash(source), False)
    with open(os.path.join(sys.argv[1], str(number)), "wb") as file:
        file.write(data)
"""


def compiled(
    sources: Mapping[str, Path], documented: Container[str], interpreter: str, scratch: Path
) -> dict[str, bytes]:
    """The byte code of each source, by its name in the package; `documented` keep docstrings.

    The same sources and the same interpreter give the same bytes: the order is fixed, and so is
    the hash seed, which decides the order of constant sets.

    Raises:
        PackageError: a source does not compile.
    """
    names: Sequence[str] = sorted(sources)
    order = [(str(sources[name]), f"{CODE_FOLDER}/{name}", name in documented) for name in names]
    done = subprocess.run(  # noqa: S603 - the interpreter that was found, arguments as a list
        [interpreter, "-S", "-s", "-c", _COMPILE, str(scratch)],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
        timeout=COMPILE_SECONDS,
        env={"PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"},
    )
    if done.returncode:
        raise PackageError(f"{interpreter} could not compile: {done.stderr.strip()}")
    return {name: (scratch / str(number)).read_bytes() for number, name in enumerate(names)}


def cached_name(name: str, tag: str) -> str:
    """``vault_sync/sync.py`` → ``vault_sync/__pycache__/sync.cpython-312.pyc``."""
    folder, slash, file = name.rpartition("/")
    return f"{folder}{slash}__pycache__/{file.removesuffix('.py')}.{tag}.pyc"
