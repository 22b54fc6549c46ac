"""Why the admin path does not carry a request out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


class AdminError(Exception):
    """A request to the admin path cannot be carried out; the text says what to change."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def refusal_of(error: ValidationError) -> AdminError:
    """Word what pydantic found, each finding with its place."""
    problems: list[str] = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        place = ".".join(str(part) for part in problem["loc"]) or "the body"
        problems.append(f"{place}: {problem['msg']}")
    return AdminError(400, "; ".join(problems))
