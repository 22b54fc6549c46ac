"""Who may look at the page, and who may change something."""

from __future__ import annotations

import pytest

from local.console.exchange import Console
from local.emulator import Cloud
from local.emulator.transfer import Answer, Request
from tests.local.console.conftest import Visitor

HOST = "127.0.0.1:8080"
OWN = {"host": HOST, "origin": f"http://{HOST}", "content-type": "application/json"}


def ask(cloud: Cloud, request: Request, peer: str | None = "127.0.0.1") -> Answer:
    return Console(cloud, lambda: f"http://{HOST}").answer(request, peer)


def switch_on(headers: dict[str, str]) -> Request:
    body = b'{"name": "console-latency", "on": true}'
    return Request("POST", "/_console/faults", headers, body)


@pytest.mark.parametrize("target", ["/", "/_console/view", "/_console/app.mjs"])
@pytest.mark.parametrize("peer", ["192.0.2.7", "2001:db8::7", None, "nobody"])
def test_other_machines_are_refused(cloud: Cloud, target: str, peer: str | None) -> None:
    """Page, data and files, even where the server listens for them."""
    assert ask(cloud, Request("GET", target, {"host": HOST}), peer).status == 403
    assert ask(cloud, Request("GET", target, {"host": HOST}), "::1").status == 200


@pytest.mark.parametrize("target", ["/", "/_console/view"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "[broken"])
def test_another_name_leads_nowhere(cloud: Cloud, target: str, host: str) -> None:
    """A site that lets its own name point here gets nothing to read (DNS rebinding)."""
    assert ask(cloud, Request("GET", target, {"host": host})).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_fetches_nothing_but_may_link_here(cloud: Cloud, site: str) -> None:
    """A link leads to the page; its data and scripts are fetched by the page alone."""
    headers = {"host": HOST, "sec-fetch-site": site}

    assert ask(cloud, Request("GET", "/_console/view", headers)).status == 403
    assert ask(cloud, Request("GET", "/", headers)).status == 200


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 202),
        ({"sec-fetch-site": "same-origin"}, 202),
        ({"content-type": "application/json; charset=utf-8"}, 202),
        ({"host": "LocalHost:1", "origin": "http://localhost:1"}, 202),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "http://localhost:8080"}, 403),
        ({"origin": f"https://{HOST}"}, 403),
        ({"origin": ""}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "evil.example", "origin": "http://evil.example"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": ""}, 415),
    ],
    ids=str,
)
def test_only_the_page_itself_changes_something(
    cloud: Cloud, changed: dict[str, str], status: int
) -> None:
    """Same origin, JSON; whatever is refused has changed nothing."""
    assert ask(cloud, switch_on({**OWN, **changed})).status == status
    assert len(cloud.faults.rules) == (1 if status == 202 else 0)


def test_a_change_without_an_origin_is_refused(cloud: Cloud) -> None:
    """Browsers send it with every POST; other programs have the admin path."""
    headers = {name: value for name, value in OWN.items() if name != "origin"}

    assert ask(cloud, switch_on(headers)).status == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "OPTIONS"])
def test_no_other_method_does_anything(cloud: Cloud, method: str) -> None:
    """405, also for a POST to what can only be read."""
    assert ask(cloud, Request(method, "/_console/view", OWN)).status == 405


def test_every_answer_forbids_what_the_page_does_not_need(visitor: Visitor) -> None:
    """No script, style or request but its own, in no frame; the file types are not guessed."""
    for path in ("/", "/_console/view", "/_console/app.mjs", "/_console/nothing"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


def test_the_page_leaves_no_trace_in_the_journal(visitor: Visitor) -> None:
    """Looking at the cloud is no call to a service."""
    for path in ("/", "/_console/view", "/_console/nothing"):
        visitor.get(path)

    assert len(visitor.cloud.journal) == 0


def test_the_admin_path_stays_closed_to_the_page(visitor: Visitor) -> None:
    """The page has its own way in; `/_local/` answers no browser."""
    answer = visitor.get("/_local/state", Origin=visitor.url)
    assert answer.status_code == 403
