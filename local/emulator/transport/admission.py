"""Who asks, and by which name.

A page of another site runs in the same browser as the developer's own. It can lead its own name to
this port (DNS rebinding), and the sample account's keys are published: so what is not called by a
name of this machine's is not answered, whether it is signed or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from local.emulator.hosts import locate

if TYPE_CHECKING:
    from local.emulator.transfer import Request

_OWN_FETCHES = frozenset({"same-origin", "none"})


def is_this_machine(peer: str | None) -> bool:
    """Tell whether a peer's address is one of this machine's loopback addresses."""
    try:
        return peer is not None and ip_address(peer).is_loopback
    except ValueError:
        return False


def names_this_machine(host: str) -> bool:
    """Tell whether a Host header names this machine, so that no other name leads here."""
    name = host_name(host)
    return name == "localhost" or is_this_machine(name)


def host_name(host: str) -> str:
    """Return the name or address in a Host header, lower-case; empty where it has none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Names:
    """The names by which a port may be called.

    An address and `localhost` are always right: no other site has these for its own name.

    others: more names, such as that of the container it runs in.
    proxy: whether the emulated services' host names count too, as for clients that take the port
        for their HTTP proxy, or on a machine where these names lead here.
    """

    others: frozenset[str] = frozenset()
    proxy: bool = False

    def problem(self, request: Request) -> str | None:
        """Say why a request may come from another site's page; None if it cannot."""
        host = request.headers.get("host", "")
        if not self._include(host_name(host)):
            return (
                "it was called by a foreign name: call it by an address or as localhost, name it "
                "with --name, or switch the services' names on with --proxy"
            )
        if request.headers.get("origin", f"http://{host}").lower() != f"http://{host}".lower():
            return "it was called by a page of another origin"
        if request.headers.get("sec-fetch-site", "none") not in _OWN_FETCHES:
            return "it was called by a page of another site"
        return None

    def _include(self, name: str) -> bool:
        if name == "localhost" or name in self.others or (self.proxy and locate(name) is not None):
            return True
        try:
            return ip_address(name) is not None
        except ValueError:
            return False
