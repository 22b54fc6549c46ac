"""The function to run: its code, and the libraries it finds in the cloud."""

from __future__ import annotations

import ast
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.template.checks.settings import mistyped_settings
from local.emulator.functiongraph.runtime.configuration import FunctionConfiguration
from local.invoke.libraries import LibrariesError, link_pinned
from local.invoke.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = ROOT / "function"
REQUIREMENTS = ROOT / "requirements.txt"

TIMEOUT_SECONDS = 300.0
MEMORY_MB = 256
INITIALIZER_TIMEOUT_SECONDS = 30.0
"""As in the shipped template.yaml."""


def refuse_mistyped(names: Iterable[str], code: Path) -> None:
    """Refuse names that are no settings of this project's function; another function may have any.

    Raises:
        UsageError: Each name that is no setting, with the nearest one that is.
    """
    wrong = mistyped_settings(names, code)
    if wrong:
        raise UsageError("\n".join(wrong))


@contextmanager
def configured(
    code: Path,
    settings: Mapping[str, str],
    project_id: str,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    memory_mb: int = MEMORY_MB,
) -> Iterator[FunctionConfiguration]:
    """Give the configuration of the function in a directory, for as long as the context lasts.

    The function finds what requirements.txt pins; an unpacked package, which has it inside, finds
    only that. The initializer is called if index.py has one.

    Raises:
        UsageError: There is no function, or its settings are more than FunctionGraph takes.
    """
    if not (code / "index.py").is_file():
        raise UsageError(f"--function {code}: there is no index.py in it")
    with tempfile.TemporaryDirectory(prefix="function-libraries-") as directory:
        libraries = _libraries(code, Path(directory))
        try:
            configuration = FunctionConfiguration(
                code=code.resolve(),
                libraries=libraries,
                initializer="index.initializer" if _has_initializer(code) else None,
                timeout_seconds=timeout_seconds,
                initializer_timeout_seconds=INITIALIZER_TIMEOUT_SECONDS,
                memory_mb=memory_mb,
                user_data=settings,
                project_id=project_id,
            )
        except ValueError as error:
            raise UsageError(f"--env: {error}") from None
        yield configuration


def _libraries(code: Path, directory: Path) -> tuple[Path, ...]:
    try:
        link_pinned(REQUIREMENTS, directory)
    except LibrariesError as error:
        raise UsageError(str(error)) from None
    carries_its_own = any((code / link.name).exists() for link in directory.iterdir())
    return () if carries_its_own else (directory,)


def _has_initializer(code: Path) -> bool:
    try:
        module = ast.parse((code / "index.py").read_bytes())
    except (SyntaxError, ValueError):
        return False  # loading it will fail, and say so as FunctionGraph does
    return any(isinstance(x, ast.FunctionDef) and x.name == "initializer" for x in module.body)
