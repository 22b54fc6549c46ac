"""The command: read the event, make the surroundings, invoke once, show how it ended."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from deploy.result_text import result_text
from local.emulator.functiongraph.runtime.instance import Instance
from local.invoke.destination import destination
from local.invoke.event_text import read_event
from local.invoke.function import FUNCTION, MEMORY_MB, TIMEOUT_SECONDS, configured, refuse_mistyped
from local.invoke.rendering import plain_console, show
from local.invoke.terminal_log import TerminalLog
from local.invoke.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.emulator.functiongraph.runtime.results import Ended

RETURNED, RAISED, USAGE = 0, 1, 2
"""Exit statuses."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """The command line, as it was given."""

    event: str
    as_json: bool = False
    assignments: Sequence[str] = ()
    timeout_seconds: float = TIMEOUT_SECONDS
    memory_mb: int = MEMORY_MB
    cloud: str | None = None
    function: Path = FUNCTION


def run(wanted: Wanted, environment: Mapping[str, str]) -> int:
    """Carry the command out; return the exit status.

    The log goes to standard error as it comes: to a terminal laid out, to anything else as it is.
    The result goes to standard output.
    """
    terminal = Console(stderr=True, highlight=False)
    laid_out = TerminalLog(terminal) if sys.stderr.isatty() else None
    try:
        ended = _invoke(wanted, environment, laid_out or _to_standard_error)
    except UsageError as error:
        sys.stderr.write(f"Error: {error}\n")
        return USAGE
    if laid_out:
        terminal.print()
        if ended.error and laid_out.document:
            terminal.print(result_text(laid_out.document), Text())
    if wanted.as_json:
        sys.stdout.write(_document(ended) + "\n")
    else:
        show(ended, plain_console())
    return RAISED if ended.error else RETURNED


def settings_of(assignments: Sequence[str]) -> dict[str, str]:
    """Read `NAME=VALUE` texts; the last of a name counts.

    Raises:
        UsageError: One is not of that form.
    """
    settings = {}
    for assignment in assignments:
        name, separator, value = assignment.partition("=")
        if not separator or not _NAME.fullmatch(name):
            raise UsageError(
                f"--env {assignment}: should be NAME=VALUE, with a name of letters, digits and _"
            )
        settings[name] = value
    return settings


def _invoke(wanted: Wanted, environment: Mapping[str, str], log: Callable[[str], None]) -> Ended:
    settings = settings_of(wanted.assignments)
    if settings:
        refuse_mistyped(settings, wanted.function)
    event = read_event(wanted.event)
    with (
        destination(wanted.cloud, environment) as where,
        configured(
            wanted.function,
            {**where.settings, **settings},
            where.project_id,
            timeout_seconds=wanted.timeout_seconds,
            memory_mb=wanted.memory_mb,
        ) as configuration,
        Instance(configuration, log) as instance,
    ):
        return instance.invoke(event, where.credentials)


def _document(ended: Ended) -> str:
    """Return the one JSON document of `--json`."""
    if ended.error is not None:
        return json.dumps(ended.error.as_document())
    return ended.body if ended.is_json and ended.body is not None else json.dumps(ended.body)


def _to_standard_error(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
