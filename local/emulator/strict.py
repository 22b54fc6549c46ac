"""Plain data that may be read from JSON."""

from __future__ import annotations

from typing import ClassVar


class Strict:
    """Of its classes' fields, a misspelt one is an error where pydantic reads them."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}
