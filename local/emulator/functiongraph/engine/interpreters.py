"""The interpreter that stands in for a FunctionGraph runtime."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ANSWER_SECONDS = 20
_QUESTION = (
    "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2], sys.executable)"
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python, and what to say where it is not the runtime's version."""

    path: str
    remark: str | None = None


@functools.cache
def interpreter_for(runtime: str) -> Interpreter:
    """Return a Python of the runtime's version (`Python3.12`), else the running one.

    Looked for on PATH and among pyenv's versions; a launcher found there is followed to the
    interpreter itself, because a function's process has no PATH that it would need.
    """
    version = runtime.removeprefix("Python")
    found = next(filter(None, (_asked(path, version) for path in candidates(version))), None)
    if found is not None:
        return Interpreter(found)
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Interpreter(
        sys.executable, f"no interpreter for {runtime} was found: running on Python {running}"
    )


def candidates(version: str) -> Iterator[str]:
    """Give the paths where a Python of a version (`3.12`) may be."""
    yield sys.executable
    name = f"python{version}"
    yield shutil.which(name) or ""
    folders = (Path.home() / ".pyenv" / "versions").glob(f"{version}.*")
    yield from (str(folder / "bin" / name) for folder in sorted(folders, reverse=True))


def _asked(path: str, version: str) -> str | None:
    """Return the interpreter itself if what is at a path is a CPython of the version."""
    try:
        done = subprocess.run(  # noqa: S603 - an interpreter that the user has
            [path, "-I", "-S", "-c", _QUESTION],
            capture_output=True,
            text=True,
            check=False,
            timeout=_ANSWER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    kind, _, rest = done.stdout.strip().partition(" ")
    found, _, executable = rest.partition(" ")
    return executable if (kind, found) == ("cpython", version) else None
