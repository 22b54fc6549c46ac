"""The log of an invocation, laid out for a terminal: one field a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.text import Text

from deploy.result_text import RESULT_SCHEMA

if TYPE_CHECKING:
    from rich.console import Console

_HEADLINE = ("time", "level", "message", "request_id")
"""Fields of the first line; the request's id is in FunctionGraph's own lines."""

_STYLES = {"ERROR": "bold red", "WARNING": "bold yellow"}


class TerminalLog:
    """Prints log lines as they come. A line that is no JSON object stays as it is.

    document: the latest result document that was logged. It is not printed: it is the answer, or
        is shown below where the function raised.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self.document: dict[str, Any] | None = None

    def __call__(self, line: str) -> None:
        """Print one line."""
        fields = _fields(line)
        if fields is None:
            self._console.print(Text(line), soft_wrap=True)
            return
        if fields.get("schema") == RESULT_SCHEMA:
            self.document = fields
            others: dict[str, Any] = {"document": f"{RESULT_SCHEMA}, shown below"}
        else:
            others = {name: value for name, value in fields.items() if name not in _HEADLINE}
        level = _plain(fields.get("level", ""))
        told = [_plain(fields.get(name, "")) for name in _HEADLINE[:3]]
        headline = Text(" ".join(filter(None, told)))
        headline.highlight_words([level], _STYLES.get(level, ""))
        self._console.print(headline, soft_wrap=True)
        for name, value in others.items():
            text = Text(f"    {_plain(name)}: ", style="dim").append(_plain(value), "not dim")
            self._console.print(text, soft_wrap=True)


def _fields(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _plain(value: object) -> str:
    """Return a value as text of one line, in which nothing steers the terminal."""
    if isinstance(value, str) and value.isprintable():
        return value
    return json.dumps(value)
