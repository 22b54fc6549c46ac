"""The access keys that may act in an account."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

LOCK_AFTER_FAILURES = 5
"""More consecutive bad signatures than this lock an access key.

Source: support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-0001.html.
"""

LOCK_SECONDS = 300.0

Actions = Collection[str] | Callable[[str], bool]
"""IAM actions a key may perform: names, in which `*` stands for anything, or a predicate."""


@dataclass(slots=True)
class Credential:
    """An access key. A security token makes it a temporary one."""

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    projects: frozenset[str] | None = None
    actions: Actions | None = field(default=None, repr=False)
    expired: bool = False
    bad_signatures: int = field(default=0, repr=False)
    locked_until: float = field(default=0.0, repr=False)

    def may_enter(self, project_id: str) -> bool:
        """Tell whether the key reaches the project."""
        return self.projects is None or project_id in self.projects

    def may(self, action: str) -> bool:
        """Tell whether the key's policies allow an IAM action such as `cbr:vaults:sync`."""
        if self.actions is None:
            return True
        if callable(self.actions):
            return self.actions(action)
        return any(fnmatchcase(action, allowed) for allowed in self.actions)

    def is_locked(self, now: float) -> bool:
        """Tell whether bad signatures have locked the key."""
        return now < self.locked_until

    def count_bad_signature(self, now: float) -> None:
        """Count one bad signature, and lock the key when it is one too many."""
        self.bad_signatures += 1
        if self.bad_signatures > LOCK_AFTER_FAILURES:
            self.bad_signatures = 0
            self.locked_until = now + LOCK_SECONDS
