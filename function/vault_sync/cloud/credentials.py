"""The temporary credentials of the function's agency, of this invocation and no other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from vault_sync.errors import ConfigurationError

_SIGNED = re.compile(r"(Access|Signature|Credential)=[^\s,\"']+")


@dataclass(frozen=True)
class Credentials:
    """An access key with its secret key and, for an agency, a security token."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    security_token: str | None = field(repr=False)

    def redact(self, text: str) -> str:
        """Take the credentials, and anything signed with them, out of a text from outside."""
        for secret in (self.security_token, self.secret_key, self.access_key):
            if secret:
                text = text.replace(secret, "***")
        return _SIGNED.sub(r"\1=***", text)


def of_invocation(context: Any) -> Credentials:
    """Read the credentials from FunctionGraph's context.

    They must be read anew for each invocation: a warm instance outlives them
    (support.huaweicloud.com/devg-functiongraph/functiongraph_02_0502.html).

    Raises:
        ConfigurationError: The context has none, because the function has no agency.
    """
    access_key = context.getSecurityAccessKey()
    secret_key = context.getSecuritySecretKey()
    if not access_key or not secret_key:
        raise ConfigurationError(
            "no credentials: give the function an execution agency that may call CBR and SMN"
        )
    return Credentials(access_key, secret_key, context.getSecurityToken() or None)
