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
from deploy.package.requirements import requirements_for
from deploy.package.target import Target
from deploy.package.trim import trimmed
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


def build_package(  # noqa: PLR0913 - what a package follows from
    code_folder: Path,
    requirements: Path,
    cache: Path,
    *,
    runtime: str = "Python3.12",
    python: str | None = None,
    plain: bool = False,
) -> Package:
    """Build the zip for a runtime.

    Every module has its source in the zip and, beside it, its byte code. Without an interpreter of
    the runtime's version there is no byte code: the package works, and every cold start compiles
    each module anew (``compiled_by`` is None then).

    Args:
        code_folder: The function.
        requirements: The pins of its dependencies.
        cache: Where downloaded wheels are kept.
        runtime: FunctionGraph's name of the runtime.
        python: An interpreter of the runtime's version; looked for if None.
        plain: Leave the SDK as it is.

    Raises:
        PackageError: with what to do.
    """
    target = Target(runtime)
    own = dict(_own_files(code_folder))
    wheels = unpacked_wheels(target, requirements_for(target, requirements), cache)
    foreign = {name: path for name, path in _files(wheels) if plain or not is_left_out(name)}
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if not plain:
            foreign = trimmed(own, foreign, scratch)
        _check_clashes(own, foreign)
        files = {name: path.read_bytes() for name, path in {**foreign, **own}.items()}
        interpreter = find_interpreter(target, python)
        if interpreter is not None:
            sources = {n: path for n, path in {**own, **foreign}.items() if n.endswith(".py")}
            byte_code = compiled(sources, own, interpreter, scratch)
            files |= {cached_name(name, target.tag): data for name, data in byte_code.items()}
    data = zipped(files)
    sizes = {name: len(content) for name, content in files.items()}
    check_limits(sizes, len(data))
    return Package(data, len(files), sum(sizes.values()), interpreter)


def _check_clashes(own: dict[str, Path], foreign: dict[str, Path]) -> None:
    clashes = {name.split("/")[0] for name in own} & {name.split("/")[0] for name in foreign}
    if clashes:
        raise PackageError(
            f"{', '.join(sorted(clashes))}: both the function and a dependency have it"
        )


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
