"""Who may use the page: browsers on this machine, and no page but this one.

Another site's page runs in the same browser. It must neither read what is here nor change it,
by whatever name it leads the browser to this port (DNS rebinding).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.transport.admission import is_this_machine, names_this_machine

if TYPE_CHECKING:
    from local.emulator.transfer import Request

READING = frozenset({"GET", "HEAD"})
JSON_TYPE = "application/json"
_OWN_FETCHES = frozenset({"same-origin", "none"})


class ConsoleError(Exception):
    """A request of the page cannot be carried out.

    Attributes:
        status: HTTP status of the answer.
        text: What is wrong and what to do, for the person at the page.
        place: Where in the event, as `line` and `column` from 1; empty if it is not about that.
    """

    def __init__(self, status: int, text: str, place: dict[str, int] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.place = place or {}


def admit(request: Request, peer: str | None, *, is_navigation: bool) -> None:
    """Let a request in, or raise.

    Args:
        request: As it was on the wire.
        peer: The address it came from.
        is_navigation: Whether it is for the page itself, to which a link elsewhere may lead.

    Raises:
        ConsoleError: 403 for another machine, another name or another site; 415 for a change
            that does not come as JSON.
    """
    if not is_this_machine(peer):
        raise ConsoleError(403, "this page is served to this machine alone")
    host = request.headers.get("host", "")
    if not names_this_machine(host):
        raise ConsoleError(
            403, "this page is served as 127.0.0.1 or localhost, and by no other name"
        )
    fetched_by = request.headers.get("sec-fetch-site", "same-origin")
    if not is_navigation and fetched_by not in _OWN_FETCHES:
        raise ConsoleError(403, "this is served to the page here and to no other site")
    if request.method in READING:
        return
    if request.headers.get("origin", "").lower() != f"http://{host}".lower():
        raise ConsoleError(
            403, "only the page here may change something; other programs use /_local/"
        )
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != JSON_TYPE:
        raise ConsoleError(415, f"Content-Type should be {JSON_TYPE}")
