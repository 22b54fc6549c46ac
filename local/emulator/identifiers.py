"""Ids in the forms Huawei Cloud uses, the same ones again from the same seed."""

from __future__ import annotations

import random
import uuid


class Identifiers:
    """A stream of ids that a seed determines. Not for secrets."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, guards nothing

    def dashed(self) -> str:
        """Return an id such as a vault's or an operation log's: a UUID with dashes."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def hexadecimal(self) -> str:
        """Return an id such as a request's or a message's: 32 hexadecimal digits."""
        return f"{self._random.getrandbits(128):032x}"
