"""What is wrong, and where: the one shape in which every check reports."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, order=True)
class Place:
    """A position in the template; both numbers start at 1, as editors count."""

    line: int
    column: int


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, told so that the reader knows what to change.

    source: where the value was given, such as ``TIMEOUT from --set``; empty where the template
        itself is wrong.
    is_warning: it may be meant so, and has to be confirmed.
    """

    place: Place
    message: str
    source: str = ""
    is_warning: bool = False

    def at(self, file_name: str) -> str:
        """The finding as ``file:line:column: message``, which editors and CI understand.

        A value that was given has no line: it is named with its source.
        """
        where = self.source or f"{file_name}:{self.place.line}:{self.place.column}"
        return f"{where}: {'warning: ' if self.is_warning else ''}{self.message}"


class TemplateError(Exception):
    """The template, or what was given for it, cannot be used; carries every finding, in order."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("; ".join(f"line {f.place.line}: {f.message}" for f in self.findings))


def nearest(word: str, known: Iterable[str]) -> str:
    """`` Did you mean X?`` for the known word closest to ``word``, else the empty string."""
    known = list(known)
    by_folded = {candidate.casefold(): candidate for candidate in known}
    matches = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return f" Did you mean {by_folded[matches[0]]}?" if matches else ""
