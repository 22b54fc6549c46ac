"""Read the fields of a request's body. What is wrong is refused with 9900, by the field's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from local.emulator.cbr.errors import invalid

MAX_TAGS = 10
_TAG_TEXT = r"[\u4E00-\u9FA5\uf900-\ufa2da-zA-Z0-9_\-{}]{{{},{}}}"
_TAG_KEY = re.compile(_TAG_TEXT.format("", 1, 36))
_TAG_VALUE = re.compile(_TAG_TEXT.format(".", 0, 43))


class Fields:
    """The fields of one JSON object. `null` is a field that was left out."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise invalid(name)
        self._values: dict[str, Any] = {k: v for k, v in value.items() if v is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def get(self, name: str) -> Any:
        """Return a field as it is, None where it was left out."""
        return self._values.get(name)

    def inner(self, name: str) -> Fields:
        """Return a field that must be an object."""
        return Fields(self._values.get(name), name)

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Return a field that is true or false."""
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise invalid(name)
        return value

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number between two bounds, both included."""
        value = self._values.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise invalid(name)
        return value

    def text(self, name: str, low: int, high: int, default: str | None = None) -> str:
        """Return a text whose length is between two bounds, both included."""
        value = self._values.get(name, default)
        if not isinstance(value, str) or not low <= len(value) <= high:
            raise invalid(name)
        return value

    def one_of(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return a text that has a fixed set of values."""
        value = self._values.get(name, default)
        if not isinstance(value, str) or value not in allowed:
            raise invalid(name)
        return value

    def entries(self, name: str, low: int, high: int) -> list[Any]:
        """Return a list whose length is between two bounds, both included."""
        value = self._values.get(name)
        if not isinstance(value, list) or not low <= len(value) <= high:
            raise invalid(name)
        return value


def read_tags(given: list[Any], *, with_values: bool = True) -> dict[str, str]:
    """Read tags, `[{"key": "k", "value": "v"}]`. Spaces around keys and values do not count.

    with_values: whether each must have a value, which may be empty.
    """
    tags: dict[str, str] = {}
    for entry in given:
        key, value = read_tag(entry, with_values=with_values)
        if key in tags:
            raise invalid("tags")
        tags[key] = value
    return tags


def read_tag(entry: object, *, with_values: bool = True) -> tuple[str, str]:
    """Read one tag: key and value."""
    fields = Fields(entry, "tag")
    key = fields.text("key", 1, 255).strip()
    value = fields.text("value", 0, 255, default=None if with_values else "").strip()
    if _TAG_KEY.fullmatch(key) is None:
        raise invalid("key")
    if _TAG_VALUE.fullmatch(value) is None:
        raise invalid("value")
    return key, value
