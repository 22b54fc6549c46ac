"""The account: its projects, and who may act in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.emulator.account.agencies import Agency
    from local.emulator.account.credentials import Credential


@dataclass(frozen=True, slots=True)
class Project:
    """An IAM project, which belongs to one region. A region's own project bears its name."""

    id: str
    region: str
    name: str


class Account:
    """The projects, credentials and agencies of one account (domain)."""

    def __init__(self, domain_id: str) -> None:
        self.domain_id = domain_id
        self.projects: dict[str, Project] = {}
        self.credentials: dict[str, Credential] = {}
        self.agencies: dict[str, Agency] = {}
        self.app_codes: set[str] = set()

    def visible_projects(self, access_key: str | None) -> list[Project]:
        """List the projects an access key reaches."""
        credential = self.credentials.get(access_key or "")
        if credential is None:
            return []
        return [p for p in self.projects.values() if credential.may_enter(p.id)]
