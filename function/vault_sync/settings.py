"""The settings: environment variables become one checked value, or one error that lists them all.

`docs/configuration.md` describes each; the defaults stand here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from vault_sync.errors import BadInput, ConfigurationError
from vault_sync.orders import Place
from vault_sync.request import SyncRequest, request_from
from vault_sync.text import shown

if TYPE_CHECKING:
    from vault_sync.report_request import ReportRequest

T = TypeVar("T")

_TOPIC_URN = re.compile(r"urn:smn:([a-z0-9-]{1,64}):([A-Za-z0-9_-]{1,64}):([A-Za-z0-9_-]{1,255})")
_FUNCTION_URN = re.compile(
    r"urn:fss:[a-z0-9-]{1,64}:[A-Za-z0-9_-]{1,64}:function:[\w-]{1,128}:[\w-]{1,128}(:[\w.!-]{1,64})?",
    re.ASCII,
)
_FUNCTION_URN_FORM = "urn:fss:<region>:<project id>:function:<package>:<name>"
_REGION = re.compile(r"[a-z]{2,12}(-[a-z0-9]{1,16}){1,3}")
_PROJECT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENDPOINT = re.compile(
    r"https?://[A-Za-z0-9.-]{1,253}(:\d{1,5})?|https?://\[[0-9a-fA-F:]+\](:\d+)?"
)
_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}


class Topic(NamedTuple):
    """The SMN topic that is told; its URN carries region and project."""

    urn: str
    place: Place


class Settings(NamedTuple):
    """Everything an operator can set. See docs/configuration.md for the meanings."""

    topic: Topic
    place: Place
    default_request: SyncRequest | ReportRequest | None
    cbr_endpoint: str | None
    smn_endpoint: str | None
    functiongraph_endpoint: str | None
    continue_as: str | None
    allowed_projects: frozenset[str]
    max_concurrency: int
    max_calls_per_second: float | None
    max_attempts: int
    deadline_reserve_seconds: float
    notification_mode: str
    notify_on: str
    dry_run: bool
    log_level: int


NAMES = (
    "SMN_TOPIC_URN",
    "REGION",
    "PROJECT_ID",
    "DEFAULT_REQUEST",
    "CBR_ENDPOINT",
    "SMN_ENDPOINT",
    "FUNCTIONGRAPH_ENDPOINT",
    "CONTINUE_AS",
    "ALLOWED_PROJECTS",
    "MAX_CONCURRENCY",
    "MAX_CALLS_PER_SECOND",
    "MAX_ATTEMPTS",
    "DEADLINE_RESERVE_SECONDS",
    "NOTIFICATION_MODE",
    "NOTIFY_ON",
    "DRY_RUN",
    "LOG_LEVEL",
)


def read(lookup: Callable[[str], str | None]) -> Settings:
    """Read the settings by name.

    Args:
        lookup: Returns a variable's text, or None; an empty text counts as not set.

    Raises:
        ConfigurationError: Lists every setting that is wrong, each with its value and what it
            should be.
    """
    reader = _Reader({name: (lookup(name) or "").strip() for name in NAMES})
    topic = reader.optional("SMN_TOPIC_URN", _topic)
    region = reader.optional("REGION", _matching(_REGION, "a region such as cn-north-4"))
    project = reader.optional("PROJECT_ID", _matching(_PROJECT, "a project id"))
    if topic is None and not reader.values["SMN_TOPIC_URN"]:
        reader.problems.append("SMN_TOPIC_URN is required: urn:smn:<region>:<project id>:<name>")
    topic = topic or Topic("", Place("", ""))
    place = Place(region or topic.place.region, project or topic.place.project_id)
    settings = Settings(
        topic=topic,
        place=place,
        default_request=reader.optional("DEFAULT_REQUEST", _request),
        cbr_endpoint=reader.optional("CBR_ENDPOINT", _endpoint),
        smn_endpoint=reader.optional("SMN_ENDPOINT", _endpoint),
        functiongraph_endpoint=reader.optional("FUNCTIONGRAPH_ENDPOINT", _endpoint),
        continue_as=reader.optional("CONTINUE_AS", _matching(_FUNCTION_URN, _FUNCTION_URN_FORM)),
        allowed_projects=reader.get("ALLOWED_PROJECTS", _projects, frozenset({place.project_id})),
        max_concurrency=reader.get("MAX_CONCURRENCY", _whole(1, 256), 16),
        max_calls_per_second=reader.optional("MAX_CALLS_PER_SECOND", _number(0.01, 10_000)),
        max_attempts=reader.get("MAX_ATTEMPTS", _whole(1, 20), 5),
        deadline_reserve_seconds=reader.get("DEADLINE_RESERVE_SECONDS", _number(0, 300), 3.0),
        notification_mode=reader.get(
            "NOTIFICATION_MODE", _one_of("digest", "per_operation"), "digest"
        ),
        notify_on=reader.get("NOTIFY_ON", _one_of("always", "problems"), "always"),
        dry_run=reader.get("DRY_RUN", _boolean, False),
        log_level=_LEVELS[reader.get("LOG_LEVEL", _one_of(*_LEVELS), "INFO")],
    )
    if reader.problems:
        raise ConfigurationError("wrong settings: " + "; ".join(reader.problems))
    return settings


class _Reader:
    """Reads one setting after the other and remembers what was wrong."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    def get(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """Return the parsed setting, or the default where it is not set or wrong."""
        value = self.optional(name, parse)
        return default if value is None else value

    def optional(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return the parsed setting, or None where it is not set or wrong."""
        text = self.values[name]
        if text:
            try:
                return parse(text)
            except ValueError as wrong:
                self.problems.append(f"{name}: {shown(text)} should be {wrong}")
            except BadInput as bad:
                self.problems.append(f"{name}: {bad}")
        return None


def _topic(text: str) -> Topic:
    found = _TOPIC_URN.fullmatch(text)
    if not found:
        raise ValueError("urn:smn:<region>:<project id>:<name>")
    return Topic(text, Place(found[1], found[2]))


def _request(text: str) -> SyncRequest | ReportRequest:
    return request_from(text)


def _endpoint(text: str) -> str:
    if not _ENDPOINT.fullmatch(text.rstrip("/")):
        raise ValueError("a URL of scheme and host only, such as https://cbr.example.com")
    return text.rstrip("/")


def _projects(text: str) -> frozenset[str]:
    projects = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not projects or not all(_PROJECT.fullmatch(project) for project in projects):
        raise ValueError("project ids separated by commas")
    return projects


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(what)
        return text

    return parse


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return parse


def _number(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text, re.ASCII):
            raise ValueError(f"a number from {least} to {most}")
        if not least <= float(text) <= most:
            raise ValueError(f"a number from {least} to {most}")
        return float(text)

    return parse


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        for value in allowed:
            if text.lower() == value.lower():
                return value
        raise ValueError("one of " + ", ".join(allowed))

    return parse


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered in {"true", "1", "yes", "on"}:
        return True
    if lowered in {"false", "0", "no", "off"}:
        return False
    raise ValueError("true or false")
