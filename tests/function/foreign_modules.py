"""`python -m tests.function.foreign_modules`: what importing the handler loads from elsewhere.

Not listed: Python's own library, the function's modules, the second names that `requests` gives to
its dependencies, and compiled modules, which are there or not as the platform has them.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType


def foreign() -> list[str]:
    """Return the names, with the handler freshly imported."""
    before = set(sys.modules)
    importlib.import_module("index")
    return sorted(
        name
        for name, module in sys.modules.items()
        if name not in before and not _is_known(name) and _is_source(module)
    )


def _is_known(name: str) -> bool:
    top = name.partition(".")[0]
    own = top in {"index", "vault_sync"}
    return own or top in sys.stdlib_module_names or name.startswith("requests.packages.")


def _is_source(module: ModuleType) -> bool:
    return str(getattr(module, "__file__", "")).endswith((".py", ".pyc"))


def main() -> None:
    """Print the names on one line."""
    sys.stdout.write(" ".join(foreign()) + "\n")


if __name__ == "__main__":
    main()
