"""Who asks, and by which name: what is served to this machine alone looks at both."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_this_machine(peer: str | None) -> bool:
    """Tell whether a peer's address is one of this machine's loopback addresses."""
    try:
        return peer is not None and ip_address(peer).is_loopback
    except ValueError:
        return False


def names_this_machine(host: str) -> bool:
    """Tell whether a Host header names this machine, so that no other name leads here."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
