"""The vaults of one project, found without looking at those that are not asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from itertools import islice
from typing import TypeVar

V = TypeVar("V")

KEPT = ("cloud_type", "object_type", "protect_type", "enterprise_project_id")
"""What a list can be narrowed by and a vault never changes: each has an index of."""


class VaultIndex(MutableMapping[str, V]):
    """Vaults by their ids, in the order in which they were added."""

    def __init__(self) -> None:
        self._by_id: dict[str, V] = {}
        self._filed: dict[tuple[str, str], dict[str, V]] = {}

    def __getitem__(self, vault_id: str) -> V:
        return self._by_id[vault_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __setitem__(self, vault_id: str, vault: V) -> None:
        self.pop(vault_id, None)
        self._by_id[vault_id] = vault
        for name in KEPT:
            self._filed.setdefault((name, getattr(vault, name)), {})[vault_id] = vault

    def __delitem__(self, vault_id: str) -> None:
        vault = self._by_id.pop(vault_id)
        for name in KEPT:
            del self._filed[name, getattr(vault, name)][vault_id]

    def page(
        self, wanted: Mapping[str, str], fits: Callable[[V], bool] | None, offset: int, limit: int
    ) -> tuple[list[V], int]:
        """Return the vaults asked for from `offset` on, newest first, and how many there are.

        wanted: of what is in KEPT, what they must have. All but one of several is asked of each
            vault that has the rarest; so is `fits`, which None leaves out.
        """
        groups = [self._filed.get(one, {}) for one in wanted.items()]
        found = min(groups, key=len, default=self._by_id)
        newest = reversed(found.values())
        if fits is None and len(wanted) < 2:  # noqa: PLR2004 - one index is enough for one
            return list(islice(newest, offset, offset + limit)), len(found)
        chosen = [
            vault
            for vault in newest
            if all(getattr(vault, name) == value for name, value in wanted.items())
            and (fits is None or fits(vault))
        ]
        return chosen[offset : offset + limit], len(chosen)
