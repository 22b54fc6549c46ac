"""The interpreter that stands in for a FunctionGraph runtime."""

from __future__ import annotations

import functools
import subprocess
import sys
from dataclasses import dataclass

from deploy.errors import PackageError
from deploy.package.interpreters import find_interpreter
from deploy.package.target import Target

_ANSWER_SECONDS = 20


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
    try:
        found = find_interpreter(Target(runtime))
    except PackageError:
        found = None
    if found is None:
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        return Interpreter(
            sys.executable, f"no interpreter for {runtime} was found: running on Python {running}"
        )
    done = subprocess.run(  # noqa: S603 - the interpreter that was found
        [found, "-I", "-S", "-c", "import sys; print(sys.executable)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=_ANSWER_SECONDS,
    )
    return Interpreter(done.stdout.strip())
