"""The function itself judges what the template gives it: its settings and its timers' requests."""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deploy.template.findings import Finding, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import ModuleType

    from deploy.template.tree import Entry, Node

ANY_TOPIC = "urn:smn:eu-west-101:0123456789abcdef0123456789abcdef:any"


@contextmanager
def _code_on_path(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def function_module(name: str, code_folder: Path) -> ModuleType | None:
    """A module of the function's package, or None where the code folder is another function's.

    The folder is on the path only while the module is imported.
    """
    if not (code_folder / "vault_sync").is_dir():
        return None
    with _code_on_path(code_folder):
        return importlib.import_module(f"vault_sync.{name}")


def check_settings(function: Node, folder: Path) -> Iterator[Finding]:
    """Every environment variable is a setting of the function and has a value that it takes."""
    variables = function.child("Environment", "Variables")
    settings = function_module("settings", _code_folder(function, folder))
    if settings is None:
        return
    names: tuple[str, ...] = settings.NAMES
    entries = variables.value if variables and isinstance(variables.value, dict) else {}
    encrypted = function.child("Environment", "Encrypted")
    hidden = encrypted.value if encrypted and isinstance(encrypted.value, dict) else {}
    for name, entry in {**entries, **hidden}.items():
        if name not in names:
            yield Finding(entry.key_place, f"Environment: {_no_setting(name, names)}")
            continue
        problem = _setting_problem(settings, name, entry.node)
        if problem:
            yield entry.node.finding(f"Environment.Variables.{problem}")
    if "SMN_TOPIC_URN" not in entries:
        place = variables.place if variables else function.place
        yield Finding(
            place, "Environment.Variables.SMN_TOPIC_URN is missing; the function needs it"
        )


def mistyped_settings(names: Iterable[str], code_folder: Path) -> list[str]:
    """A sentence for each name that is no setting of the function; none for another function.

    The function itself ignores names that it does not know, so a mistyped one would do nothing.
    """
    settings = function_module("settings", code_folder)
    known: tuple[str, ...] = settings.NAMES if settings else ()
    return [_no_setting(name, known) for name in names if settings and name not in known]


def _no_setting(name: str, known: tuple[str, ...]) -> str:
    return f"the function has no setting {name}.{nearest(name, known)}"


def reserve_seconds(function: Node, folder: Path) -> float | None:
    """The seconds that the function keeps for its message; None where that cannot be said."""
    settings = function_module("settings", _code_folder(function, folder))
    chosen = function.child("Environment", "Variables", "DEADLINE_RESERVE_SECONDS")
    if settings is None:
        return None
    values = {"SMN_TOPIC_URN": ANY_TOPIC}
    if chosen is not None:
        values["DEADLINE_RESERVE_SECONDS"] = _as_text(chosen)
    try:
        return float(settings.read(values.get).deadline_reserve_seconds)
    except settings.ConfigurationError:
        return None  # check_settings has said so


def check_timeout(function: Node, folder: Path) -> Iterator[Finding]:
    """A run has more time than it keeps for its message."""
    timeout, reserve = function.child("Timeout"), reserve_seconds(function, folder)
    if timeout is None or reserve is None or not isinstance(timeout.value, int):
        return
    if timeout.value <= reserve:
        text = f"Timeout: all of {timeout.value} s is kept for the message; nothing is done"
        yield timeout.finding(text, is_warning=True)


def _setting_problem(settings: ModuleType, name: str, node: Node) -> str:
    """What the function says of one setting, the others being right."""
    values: Mapping[str, str] = {"SMN_TOPIC_URN": ANY_TOPIC, name: _as_text(node)}
    try:
        settings.read(values.get)
    except settings.ConfigurationError as error:
        if node.secret:
            return f"{name}: the function does not take this value"
        return str(error).removeprefix("wrong settings: ")
    return ""


def check_user_events(
    function: Node, events: Mapping[str, Entry], folder: Path
) -> Iterator[Finding]:
    """What a timer says is a request that the function understands."""
    orders = function_module("orders", _code_folder(function, folder))
    if orders is None:
        return
    for name, entry in events.items():
        node = entry.node.child("Properties", "user_event")
        if node is None or node.value in ("", None):
            continue
        text = node.value if isinstance(node.value, str) else json.dumps(node.plain())
        try:
            orders.request_from(text)
        except orders.BadInput as error:
            yield node.finding(f"Events.{name}.Properties.user_event: {error}")


def _code_folder(function: Node, folder: Path) -> Path:
    code_uri = function.child("CodeUri")
    return folder / str(code_uri.value if code_uri else "function")


def _as_text(node: Node) -> str:
    value = node.value
    return node.written or (str(value).lower() if isinstance(value, bool) else str(value))
