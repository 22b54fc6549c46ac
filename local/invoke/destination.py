"""Where the function's calls go: a local cloud of its own, one that is served, or the real one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local.emulator.functiongraph.runtime.instance_process.frames import Credentials
from local.invoke.usage import UsageError

if TYPE_CHECKING:
    from local.emulator.cloud import Cloud

REAL = "real"

_PLACE = ("SMN_TOPIC_URN", "REGION", "PROJECT_ID")
"""Settings that say where vaults and topic are; taken from the caller's environment."""

_ANSWER_SECONDS = 5.0


@dataclass(frozen=True)
class Destination:
    """What the function is given, so that its calls arrive.

    Attributes:
        settings: Environment variables of the function.
        credentials: What its agency would give it.
    """

    settings: Mapping[str, str]
    credentials: Credentials
    project_id: str


@contextmanager
def destination(wanted: str | None, environment: Mapping[str, str]) -> Iterator[Destination]:
    """Give the destination that `--cloud` names, for as long as the context lasts.

    Args:
        wanted: None for a new local cloud with the sample account, `real`, or the URL of any
            implementation of CBR and SMN.
        environment: The caller's.

    Raises:
        UsageError: The URL is none, nothing answers there, or credentials are missing.
    """
    if wanted is None:
        from local.emulator.transport.server import LocalCloud  # noqa: PLC0415 - brings aiohttp with it

        with LocalCloud() as served:
            yield of_cloud(served.cloud, served.url)
    elif wanted == REAL:
        yield _real(environment)
    else:
        yield _at(_base(wanted), environment)


def of_cloud(cloud: Cloud, url: str) -> Destination:
    """Return how to reach a local cloud of this process; the function gets temporary keys."""
    credentials = _temporary()
    cloud.add_credentials(
        credentials.access_key, credentials.secret_key, credentials.security_token
    )
    topics = list(cloud.smn().topics)
    return Destination(
        _endpoints(url) | ({"SMN_TOPIC_URN": topics[0]} if topics else {}),
        credentials,
        cloud.project_id,
    )


def _temporary() -> Credentials:
    return Credentials(
        f"LOCAL{secrets.token_hex(8).upper()}", secrets.token_hex(20), secrets.token_urlsafe(48)
    )


def _endpoints(url: str) -> dict[str, str]:
    return {"CBR_ENDPOINT": url, "SMN_ENDPOINT": url}


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise UsageError(
            f"--cloud {url}: should be `real`, or a URL of scheme, host and port such as "
            "http://127.0.0.1:8080"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _real(environment: Mapping[str, str]) -> Destination:
    credentials = _exported(environment)
    if credentials is None:
        raise UsageError(
            "--cloud real: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK (for temporary keys "
            "HUAWEICLOUD_SDK_SECURITY_TOKEN too), and name the topic with --env SMN_TOPIC_URN=..."
        )
    return Destination(
        _settings(environment), credentials, environment.get("HUAWEICLOUD_SDK_PROJECT_ID", "")
    )


def _at(url: str, environment: Mapping[str, str]) -> Destination:
    credentials = _exported(environment)
    if credentials is None:
        return _introduced(url)
    return Destination(
        _settings(environment) | _endpoints(url),
        credentials,
        environment.get("HUAWEICLOUD_SDK_PROJECT_ID", ""),
    )


def _exported(environment: Mapping[str, str]) -> Credentials | None:
    """Read the variables that the SDK reads."""
    access_key = environment.get("HUAWEICLOUD_SDK_AK", "")
    secret_key = environment.get("HUAWEICLOUD_SDK_SK", "")
    if not access_key or not secret_key:
        return None
    token = environment.get("HUAWEICLOUD_SDK_SECURITY_TOKEN", "")
    return Credentials(access_key, secret_key, token)


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    found = {name: environment[name] for name in _PLACE if environment.get(name)}
    project_id = environment.get("HUAWEICLOUD_SDK_PROJECT_ID")
    if project_id:
        found.setdefault("PROJECT_ID", project_id)
    return found


def _introduced(url: str) -> Destination:
    """Ask a served local cloud what it holds, and let new temporary keys in."""
    credentials = _temporary()
    state = _admin(url, "GET", "state")
    _admin(
        url,
        "POST",
        "credentials",
        {
            "access_key": credentials.access_key,
            "secret_key": credentials.secret_key,
            "security_token": credentials.security_token,
        },
    )
    project_id = str(state["project_id"])
    topics = [
        str(topic["topic_urn"])
        for project in state["projects"]
        if project["id"] == project_id
        for topic in project["topics"]
    ]
    settings = {"REGION": str(state["region"]), "PROJECT_ID": project_id}
    if topics:
        settings["SMN_TOPIC_URN"] = topics[0]
    return Destination(settings | _endpoints(url), credentials, project_id)


def _admin(url: str, method: str, path: str, document: object = None) -> Any:
    import requests  # noqa: PLC0415 - only a served cloud is asked

    export = (
        "set HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK and HUAWEICLOUD_SDK_PROJECT_ID, and give "
        "--env SMN_TOPIC_URN=..."
    )
    try:
        answer = requests.request(
            method, f"{url}/_local/{path}", json=document, timeout=_ANSWER_SECONDS
        )
    except requests.RequestException:
        raise UsageError(
            f"--cloud {url}: nothing answers there. Start `python -m local serve`, and give the "
            "URL that it prints"
        ) from None
    try:
        answer.raise_for_status()
        return answer.json()
    except (requests.HTTPError, requests.JSONDecodeError):
        raise UsageError(
            f"--cloud {url}: it is no local cloud of `python -m local serve` (/_local/{path} "
            f"answers {answer.status_code}), so it cannot be asked for credentials: {export}"
        ) from None
