"""What a caller can have got wrong on the command line."""

from __future__ import annotations


class UsageError(Exception):
    """The command cannot begin; the text says what to change. Exit status 2."""
