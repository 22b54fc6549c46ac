"""Looking into a package that was built before: it fits its runtime, or it is refused."""

from __future__ import annotations

import ast
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from deploy.errors import PackageError
from deploy.package.limits import check_limits
from deploy.package.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COMPILED = re.compile(r"\.(?P<tag>(?:cpython|pypy)-?\d+\w*)(?P<platform>-[\w-]+)?\.(?:so|pyc)$")
"""A file that one interpreter made for itself (PEP 3147, PEP 3149)."""

PLATFORM = "-x86_64-linux-gnu"
OTHER_SYSTEMS = (".pyd", ".dll", ".dylib")
ENCRYPTED = 0x1


def inspect(data: bytes, runtime: str, handlers: Iterable[str]) -> None:
    """Refuse a zip that could not run: with it every invocation would fail.

    Args:
        data: The zip.
        runtime: FunctionGraph's name of the runtime that is to run it.
        handlers: What the runtime calls, as ``module.name``.

    Raises:
        PackageError: names everything that is wrong, and says what to do.
    """
    target = Target(runtime)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            check_limits(sizes, len(data))
            problems = list(_unreadable(archive)) or [
                *_for_another_runtime(sizes, target),
                *_missing_handlers(archive, handlers),
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise PackageError(f"this is no zip, or a broken one ({error}); build it anew") from error
    if problems:
        raise PackageError("; ".join(problems))


def _unreadable(archive: zipfile.ZipFile) -> Iterator[str]:
    """Read every file once, to its end and no further than it says it goes."""
    if any(entry.flag_bits & ENCRYPTED for entry in archive.infolist()):
        yield "it is encrypted, and FunctionGraph has no password for it"
        return
    broken = archive.testzip()
    if broken is not None:
        yield f"{broken} is broken in it; build it anew"


def _for_another_runtime(names: Iterable[str], target: Target) -> Iterator[str]:
    """Look for what only another interpreter, or another system, can load.

    A second interpreter's byte code or build of a module does no harm. A module that this runtime
    finds no build of does.
    """
    wanted, others = set[str](), dict[str, str]()
    for name in names:
        found = COMPILED.search(name)
        if found is None:
            if name.endswith(OTHER_SYSTEMS):
                yield f"{name} is for another system than Linux"
            continue
        module = (name[: found.start()], name.rsplit(".", 1)[1])
        if found["tag"] == target.tag and found["platform"] in (None, PLATFORM):
            wanted.add("".join(module))
        else:
            others["".join(module)] = name
    unfit = sorted(name for module, name in others.items() if module not in wanted)
    if unfit:
        yield (
            f"{unfit[0]}{f' and {len(unfit) - 1} more' * (len(unfit) > 1)} cannot be loaded by "
            f"{target.runtime} on {PLATFORM[1:]}; build it with "
            f"`python -m deploy package --runtime {target.runtime}`, or change RUNTIME"
        )


def _missing_handlers(archive: zipfile.ZipFile, handlers: Iterable[str]) -> Iterator[str]:
    """Look for the functions that the runtime calls, without running any code."""
    for handler in handlers:
        module, _, name = handler.rpartition(".")
        file = f"{module.replace('.', '/')}.py"
        if file not in archive.namelist():
            yield f"{file} is not in it, but the handler is {handler}"
            continue
        try:
            tree = ast.parse(archive.read(file), file)
        except (SyntaxError, ValueError) as error:
            yield f"{file} is no Python: {error}"
            continue
        if name not in set(_names(tree)):
            yield f"{file} has no {name}, but the handler is {handler}"


def _names(tree: ast.Module) -> Iterator[str]:
    """Every name that a module gives to something at its top level."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name))
