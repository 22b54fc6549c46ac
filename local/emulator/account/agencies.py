"""Agencies: what a service may do on the account's behalf, and with which temporary keys.

A function gets the keys of its agency with each invocation; they are valid for 24 hours, and the
same for ten minutes (support.huaweicloud.com/devg-functiongraph/functiongraph_02_0502.html).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.emulator.account.credentials import Credential
from local.emulator.account.policies import Policy, allows, read_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAME_KEY_SECONDS = 600.0
KEY_LIFE_SECONDS = 24 * 3600.0


@dataclass(slots=True)
class Agency:
    """An agency that trusts FunctionGraph, and its policies."""

    name: str
    policies: tuple[Policy, ...] = ()
    _issued: list[tuple[float, Credential]] = field(default_factory=list, repr=False)

    def grant(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Replace the policies; keys that were given out before follow at once.

        Raises:
            PolicyError: A document cannot be judged; nothing has changed then.
        """
        self.policies = tuple(read_policy(document) for document in documents)

    def may(self, action: str) -> bool:
        """Tell whether the policies allow an action such as `cbr:vaults:sync`."""
        return allows(self.policies, action)

    def credential(self, valid: dict[str, Credential], now: float) -> Credential:
        """Return temporary keys and put them among the valid ones, by access key; old ones end."""
        for issued_at, old in self._issued:
            if now - issued_at >= KEY_LIFE_SECONDS:
                valid.pop(old.access_key, None)
        self._issued = [pair for pair in self._issued if now - pair[0] < KEY_LIFE_SECONDS]
        if self._issued and now - self._issued[-1][0] < SAME_KEY_SECONDS:
            return self._issued[-1][1]
        new = Credential(
            f"AGENCY{secrets.token_hex(7).upper()}",
            secrets.token_hex(20),
            secrets.token_urlsafe(48),
            actions=self.may,
        )
        valid[new.access_key] = new
        self._issued.append((now, new))
        return new
