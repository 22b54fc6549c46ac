"""Mutants that no test minds on purpose, each with the reason."""

from __future__ import annotations

from typing import NamedTuple


class Accepted(NamedTuple):
    """One change, told by the file and the code on both sides of it."""

    file: str
    was: str
    becomes: str
    reason: str


ACCEPTED: tuple[Accepted, ...] = (
    Accepted(
        "function/vault_sync/orders.py",
        'request.vault_id or ""',
        "(request.vault_id)",
        "a selection's order has no vault yet; nobody tells an empty id from none",
    ),
    Accepted(
        "function/vault_sync/cloud/failures.py",
        "9",
        "10",
        "digits of Retry-After that are read: it is an hour at most in any case",
    ),
    Accepted(
        "function/vault_sync/events.py",
        'len(value) if value.isascii() else len(value.encode("utf-8", "replace"))',
        "(len(value.encode('utf-8', 'replace')))",
        "the same number; without a copy where there need be none",
    ),
    *(
        Accepted(
            "function/vault_sync/system.py",
            "alone_until() and not self._exhausted",
            becomes,
            "where the first worker was left behind there is no time for a call; where nothing is "
            "left to do, the others find nothing: it spares threads alone",
        )
        for becomes in (
            "(alone_until() or not self._exhausted)",
            "(not self._exhausted)",
            "(alone_until())",
        )
    ),
)
