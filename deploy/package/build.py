"""Building the package, step by step."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.errors import PackageError
from deploy.package.archive import zipped
from deploy.package.byte_code import cached_name, compiled
from deploy.package.interpreters import find_interpreter
from deploy.package.leave_out import is_left_out
from deploy.package.limits import check_limits
from deploy.package.models import unreachable_models
from deploy.package.requirements import requirements_for
from deploy.package.target import Target
from deploy.package.wheels import unpacked_wheels

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Package:
    """A built zip and what there is to say about it."""

    data: bytes
    file_count: int
    unzipped_bytes: int
    compiled_by: str | None

    @property
    def digest(self) -> str:
        """SHA-512 in hexadecimal, which FunctionGraph shows as the function's ``digest``."""
        return hashlib.sha512(self.data).hexdigest()


def build_package(
    code_folder: Path,
    requirements: Path,
    cache: Path,
    *,
    runtime: str = "Python3.12",
    python: str | None = None,
) -> Package:
    """Build the zip for a runtime.

    Without an interpreter of the runtime's version the package has no byte code: it works, and
    every cold start compiles each module anew (``compiled_by`` is None then).

    Raises:
        PackageError: with what to do.
    """
    target = Target(runtime)
    own = dict(_own_files(code_folder))
    wheels = unpacked_wheels(target, requirements_for(target, requirements), cache)
    foreign = {name: path for name, path in _files(wheels) if not is_left_out(name)}
    for name in unreachable_models(own, foreign):
        del foreign[name]
    clashes = sorted(
        {name.split("/")[0] for name in own} & {name.split("/")[0] for name in foreign}
    )
    if clashes:
        raise PackageError(f"{', '.join(clashes)}: both the function and a dependency have it")
    files = {name: path.read_bytes() for name, path in {**foreign, **own}.items()}
    interpreter = find_interpreter(target, python)
    if interpreter is not None:
        _add_byte_code(files, own, foreign, interpreter, target)
    data = zipped(files)
    check_limits(files, len(data))
    return Package(data, len(files), sum(map(len, files.values())), interpreter)


def _add_byte_code(
    files: dict[str, bytes],
    own: dict[str, Path],
    foreign: dict[str, Path],
    interpreter: str,
    target: Target,
) -> None:
    """Beside the function's own source, in place of the dependencies'."""
    sources = {name: path for name, path in {**own, **foreign}.items() if name.endswith(".py")}
    with tempfile.TemporaryDirectory() as scratch:
        byte_code = compiled(sources, own, interpreter, Path(scratch))
    for name, data in byte_code.items():
        if name in own:
            files[cached_name(name, target.tag)] = data
        else:
            del files[name]
            files[f"{name}c"] = data


def _own_files(code_folder: Path) -> Iterator[tuple[str, Path]]:
    if not code_folder.is_dir():
        raise PackageError(f"there is no folder {code_folder}")
    for name, path in _files(code_folder):
        if path.suffix == ".py":
            yield name, path


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder with its path inside, in a fixed order."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and "__pycache__" not in name:
            yield name, path
