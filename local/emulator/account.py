"""The account: its projects, and the access keys that may act in them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.emulator.iam.agencies import Agency

LOCK_AFTER_FAILURES = 5
"""More consecutive bad signatures than this lock an access key.

Source: support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-0001.html.
"""

LOCK_SECONDS = 300.0

Actions = Collection[str] | Callable[[str], bool]
"""IAM actions a key may perform: names, in which `*` stands for anything, or a predicate."""


@dataclass(frozen=True, slots=True)
class Project:
    """An IAM project, which belongs to one region. A region's own project bears its name."""

    id: str
    region: str
    name: str


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


class Account:
    """The projects, credentials and agencies of one account (domain)."""

    def __init__(self, domain_id: str) -> None:
        self.domain_id = domain_id
        self.projects: dict[str, Project] = {}
        self.credentials: dict[str, Credential] = {}
        self.agencies: dict[str, Agency] = {}

    def visible_projects(self, access_key: str | None) -> list[Project]:
        """List the projects an access key reaches."""
        credential = self.credentials.get(access_key or "")
        if credential is None:
            return []
        return [p for p in self.projects.values() if credential.may_enter(p.id)]
