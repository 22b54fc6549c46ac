"""Why the admin path does not carry a request out."""

from __future__ import annotations


class AdminError(Exception):
    """A request to the admin path cannot be carried out; the text says what to change."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
