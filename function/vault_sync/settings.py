"""The settings: environment variables become one checked value, or one error that lists them all.

`docs/configuration.md` describes each; a test checks it against the table here, defaults included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from vault_sync.errors import BadInput, ConfigurationError
from vault_sync.log import LEVELS
from vault_sync.project import FUNCTION_URN, PROJECT_ID, REGION, TOPIC_URN, Project, project_of
from vault_sync.request import ReportRequest, SyncRequest, request_from
from vault_sync.text import shown

_ENDPOINT = re.compile(
    r"https?://[A-Za-z0-9.-]{1,253}(:\d{1,5})?|https?://\[[0-9a-fA-F:]+\](:\d+)?"
)


class Settings(NamedTuple):
    """Everything an operator can set. See docs/configuration.md for the meanings."""

    topic_urn: str
    project: Project
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


def _matching(pattern: str | re.Pattern[str], what: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(what)
        return text

    return parse


def _endpoint(text: str) -> str:
    if not _ENDPOINT.fullmatch(text.rstrip("/")):
        raise ValueError("a URL of scheme and host only, such as https://cbr.example.com")
    return text.rstrip("/")


def _projects(text: str) -> frozenset[str]:
    projects = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not projects or not all(re.fullmatch(PROJECT_ID, project) for project in projects):
        raise ValueError("project ids separated by commas")
    return projects


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return parse


def _number(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        number = re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text, re.ASCII)
        if not number or not least <= float(text) <= most:
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


def _level(text: str) -> int:
    return LEVELS[_one_of(*LEVELS)(text)]


_TOPIC_FORM = "urn:smn:<region>:<project id>:<name>"
_FUNCTION_FORM = "urn:fss:<region>:<project id>:function:<package>:<name>"


class Setting(NamedTuple):
    """How one setting is read.

    Attributes:
        parse: Turns the text into the value; raises ValueError with what it should be.
        default: The text that stands for a setting that is not set; None for none at all.
        required: What the setting looks like, if there is no going on without it.
    """

    parse: Callable[[str], Any]
    default: str | None = None
    required: str | None = None


TABLE: dict[str, Setting] = {
    "SMN_TOPIC_URN": Setting(_matching(TOPIC_URN, _TOPIC_FORM), required=_TOPIC_FORM),
    "REGION": Setting(_matching(REGION, "a region such as cn-north-4")),
    "PROJECT_ID": Setting(_matching(PROJECT_ID, "a project id")),
    "DEFAULT_REQUEST": Setting(request_from),
    "CBR_ENDPOINT": Setting(_endpoint),
    "SMN_ENDPOINT": Setting(_endpoint),
    "FUNCTIONGRAPH_ENDPOINT": Setting(_endpoint),
    "CONTINUE_AS": Setting(_matching(FUNCTION_URN, _FUNCTION_FORM)),
    "ALLOWED_PROJECTS": Setting(_projects),
    "MAX_CONCURRENCY": Setting(_whole(1, 256), "16"),
    "MAX_CALLS_PER_SECOND": Setting(_number(0.01, 10_000)),
    "MAX_ATTEMPTS": Setting(_whole(1, 20), "5"),
    "DEADLINE_RESERVE_SECONDS": Setting(_number(0, 300), "3"),
    "NOTIFICATION_MODE": Setting(_one_of("digest", "per_operation"), "digest"),
    "NOTIFY_ON": Setting(_one_of("always", "problems"), "always"),
    "DRY_RUN": Setting(_boolean, "false"),
    "LOG_LEVEL": Setting(_level, "INFO"),
}
NAMES = tuple(TABLE)


def read(lookup: Callable[[str], str | None]) -> Settings:
    """Read the settings by name.

    Args:
        lookup: Returns a variable's text, or None; an empty text counts as not set.

    Raises:
        ConfigurationError: Lists every setting that is wrong, each with its value and what it
            should be.
    """
    problems: list[str] = []
    value = {name: _read_one(name, setting, lookup, problems) for name, setting in TABLE.items()}
    topic_urn = value["SMN_TOPIC_URN"]
    topic = project_of(topic_urn) if topic_urn else Project("", "")
    project = Project(value["REGION"] or topic.region, value["PROJECT_ID"] or topic.project_id)
    allowed = (value["ALLOWED_PROJECTS"] or frozenset()) | {project.project_id}
    problems += _default_request_problems(value["DEFAULT_REQUEST"], allowed)
    if problems:
        raise ConfigurationError("wrong settings: " + "; ".join(problems))
    return Settings(
        topic_urn=topic_urn,
        project=project,
        default_request=value["DEFAULT_REQUEST"],
        cbr_endpoint=value["CBR_ENDPOINT"],
        smn_endpoint=value["SMN_ENDPOINT"],
        functiongraph_endpoint=value["FUNCTIONGRAPH_ENDPOINT"],
        continue_as=value["CONTINUE_AS"],
        allowed_projects=allowed,
        max_concurrency=value["MAX_CONCURRENCY"],
        max_calls_per_second=value["MAX_CALLS_PER_SECOND"],
        max_attempts=value["MAX_ATTEMPTS"],
        deadline_reserve_seconds=value["DEADLINE_RESERVE_SECONDS"],
        notification_mode=value["NOTIFICATION_MODE"],
        notify_on=value["NOTIFY_ON"],
        dry_run=value["DRY_RUN"],
        log_level=value["LOG_LEVEL"],
    )


def _read_one(
    name: str, setting: Setting, lookup: Callable[[str], str | None], problems: list[str]
) -> Any:
    """Return a setting's value; note what is wrong about it."""
    given = (lookup(name) or "").strip()
    text = given or setting.default
    if text is None:
        if setting.required:
            problems.append(f"{name} is required: {setting.required}")
        return None
    try:
        return setting.parse(text)
    except ValueError as wrong:
        problems.append(f"{name}: {shown(text)} should be {wrong}")
    except BadInput as bad:
        problems.append(f"{name}: {bad}")
    return None


def _default_request_problems(
    request: SyncRequest | ReportRequest | None, allowed: frozenset[str]
) -> list[str]:
    """Say which projects the default request names without being allowed to."""
    if request is None:
        return []
    named = [one.project_id for one in request.projects or ()]
    named += [request.project_id] if request.project_id else []
    return [
        f"DEFAULT_REQUEST: the project {shown(one)} is not among ALLOWED_PROJECTS"
        for one in named
        if one not in allowed
    ]
