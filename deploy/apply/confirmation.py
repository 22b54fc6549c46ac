"""Asking before a change; what is taken away is asked for by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deploy.apply.step import Step
    from deploy.template.findings import Finding


@dataclass(frozen=True)
class Answers:
    """What the command line says already, and how to ask for the rest.

    ask: shows a question and returns the answer; None where nobody is there to be asked.
    """

    yes: bool
    deletions: Sequence[str]
    warnings: bool
    ask: Callable[[str], str] | None


def confirm(steps: Sequence[Step], warnings: Sequence[Finding], answers: Answers) -> None:
    """Return if every change is wanted.

    Raises:
        AccountError: it is not; the text says what to give.
    """
    losses = [name for step in steps for name in step.losses if name not in answers.deletions]
    unsure = bool(warnings) and not answers.warnings
    if answers.yes or answers.ask is None:
        options = [f"--delete '{name}'" for name in losses]
        options += ["--accept-warnings"] * unsure + ["--yes"] * (not answers.yes)
        if options:
            why = "not confirmed" if answers.yes else "no terminal to ask at"
            raise AccountError(f"{why}: nothing was changed; give {' '.join(options)}")
        return
    for name in losses:
        _expect(answers.ask(f"Type {name} to take it away:"), name)
    if unsure:
        _expect(answers.ask("Type meant if the warnings above are meant so:"), "meant")
    _expect(answers.ask(f"Type yes to make {_changes(len(steps))}:"), "yes")


def _expect(answer: str, wanted: str) -> None:
    if answer.strip() != wanted:
        raise AccountError("not confirmed: nothing was changed")


def _changes(number: int) -> str:
    return f"{number} change" + "s" * (number != 1)
