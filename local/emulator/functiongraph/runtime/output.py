"""The function's standard output and error, cut into lines as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LINE_BYTES = 90 * 1024
"""A longer line goes on in the next, so that no output can fill the memory here."""


class OutputLines:
    """Takes bytes, gives whole lines to a reader."""

    def __init__(self, reader: Callable[[str], None]) -> None:
        self._reader = reader
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Take what was read; a last line without its end waits for the rest."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._give(line)
        while len(self._rest) >= MAX_LINE_BYTES:
            self._give(self._rest[:MAX_LINE_BYTES])
            self._rest = self._rest[MAX_LINE_BYTES:]

    def end(self) -> None:
        """Give what is left: nothing more belongs to this invocation."""
        if self._rest:
            self._give(self._rest)
            self._rest = b""

    def _give(self, line: bytes) -> None:
        for start in range(0, max(len(line), 1), MAX_LINE_BYTES):
            self._reader(line[start : start + MAX_LINE_BYTES].decode("utf-8", "replace"))
