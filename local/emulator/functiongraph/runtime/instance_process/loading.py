"""From a handler's name to the function it names."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any


class FunctionLoadError(Exception):
    """The handler's name does not lead to a function."""


def load(code_root: str, name: str) -> Callable[..., Any]:
    """Find the function that `[file].[function]` names; the file may be in a folder: `src/index`.

    Raises:
        FunctionLoadError: There is no such file, or no such function in it.
        BaseException: Whatever the file raises while it is loaded.
    """
    file, _, function = name.rpartition(".")
    if not file or not function or "." in file:
        raise FunctionLoadError(f"handler {name!r} is not of the form [file].[function]")
    module = _module(Path(code_root, f"{file}.py"))
    found = getattr(module, function, None)
    if not callable(found):
        raise FunctionLoadError(f"{file}.py has no function {function!r}")
    return found  # type: ignore[no-any-return]  # callable() has just shown it


def _module(path: Path) -> ModuleType:
    if path.stem in sys.modules and getattr(sys.modules[path.stem], "__file__", "") == str(path):
        return sys.modules[path.stem]
    if not path.is_file():
        raise FunctionLoadError(f"there is no file {path.name} in {path.parent}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FunctionLoadError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[path.stem]
        raise
    return module
