"""Finding an interpreter of the target's version, which alone can write its byte code."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.package.target import Target

ANSWER_SECONDS = 20
_QUESTION = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"


def find_interpreter(target: Target, chosen: str | None = None) -> str | None:
    """The path of a CPython of the target's version, or None where there is none.

    Raises:
        PackageError: ``chosen`` is not one.
    """
    if chosen is not None:
        if not _fits(chosen, target):
            raise PackageError(f"{chosen} is not a CPython {target.version}")
        return chosen
    return next((path for path in _candidates(target) if _fits(path, target)), None)


def _candidates(target: Target) -> Iterator[str]:
    yield sys.executable
    on_path = shutil.which(f"python{target.version}")
    if on_path:
        yield on_path
    versions = Path.home() / ".pyenv" / "versions"
    for folder in sorted(versions.glob(f"{target.version}.*"), reverse=True):
        yield str(folder / "bin" / f"python{target.version}")


def _fits(path: str, target: Target) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - an interpreter that the user has or names
            [path, "-I", "-S", "-c", _QUESTION],
            capture_output=True,
            text=True,
            check=False,
            timeout=ANSWER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.split() == ["cpython", target.version]
