"""Completion of commands and options in a shell; local/completion.bash asks for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer

VARIABLE = "_VAULT_SYNC_COMPLETE"


def run(app: Typer, module: str) -> None:
    """Run the commands of a module, or say what completes the words that a shell has.

    Typer's own `--install-completion` is of no use here: it would bind one module's commands to
    every call of `python`.
    """
    if VARIABLE in os.environ:
        from typer.completion import (  # type: ignore[attr-defined]  # no public name for it  # noqa: PLC0415 - only shells ask for it
            completion_init,
        )

        completion_init()
    app(prog_name=f"python -m {module}", complete_var=VARIABLE)
