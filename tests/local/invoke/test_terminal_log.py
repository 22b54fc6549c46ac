"""The log in a terminal: laid out; in a pipe: as it is."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys

from rich.console import Console

from local.invoke.terminal_log import TerminalLog
from tests.local.invoke.test_invoke import FUNCTIONS, REQUEST, ROOT


def printed(*lines: str) -> str:
    """Return what the log of these lines looks like."""
    file = io.StringIO()
    log = TerminalLog(Console(file=file, width=40, highlight=False))
    for line in lines:
        log(line)
    return file.getvalue()


def in_a_terminal(*arguments: str) -> tuple[str, str]:
    """Run the command with a terminal for standard error; return standard output and error."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "local", "invoke", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "TERM": "dumb"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.close(theirs)
        told = b""
        try:
            while chunk := os.read(ours, 65536):
                told += chunk
        except OSError:  # Linux's way to say that nobody writes to the terminal any more
            pass
        os.close(ours)
        result, _ = process.communicate(timeout=60)
    return result, told.decode().replace("\r\n", "\n")


def test_each_field_has_a_line_of_its_own() -> None:
    """Time, level and message first; the request's id is left to FunctionGraph's lines."""
    line = {"level": "WARNING", "time": "T", "request_id": "r", "message": "again", "attempt": 2}
    assert printed(json.dumps({**line, "cause": {"code": "B.1"}})) == (
        'T WARNING again\n    attempt: 2\n    cause: {"code": "B.1"}\n'
    )


def test_a_line_that_is_no_object_stays_as_it_is() -> None:
    """However long it is; a line that was cut is none."""
    lines = ["Start invoke request " + "x" * 100, '{"cut', "[1]", "{}x"]
    assert printed(*lines) == "".join(f"{line}\n" for line in lines)


def test_no_value_steers_the_terminal() -> None:
    """Control characters and marks that turn text around are escaped."""
    text = printed(json.dumps({"message": "\x1b[2J", "vault\u202e": "\x9b1m", "n": None}))
    assert text == '"\\u001b[2J"\n    "vault\\u202e": "\\u009b1m"\n    n: null\n'


def test_a_terminal_gets_the_document_once() -> None:
    """As the answer; the log says that it is there."""
    result, log = in_a_terminal(REQUEST)
    assert "2 started\n    document: vault-sync/1, shown below\n" in log
    assert "outcomes" not in log
    assert result.count("started   vault") + result.count("started  vault") == 2


def test_where_the_function_raised_a_terminal_gets_the_logged_document() -> None:
    """The error says nothing of each vault."""
    settings = ("--env", "SMN_ENDPOINT=http://127.0.0.1:9", "--env", "MAX_ATTEMPTS=1")
    result, log = in_a_terminal(REQUEST, *settings)
    assert json.loads(result)["errorType"] == "NotificationFailed"
    assert "ERROR not published\n    operation_log_ids: [" in log
    assert log.count("started  vault ") == 2


def test_a_function_of_another_kind_logs_what_it_likes() -> None:
    """And its error stands alone."""
    result, log = in_a_terminal(REQUEST, "--function", str(FUNCTIONS / "raises"))
    assert json.loads(result)["errorType"] == "TooBad"
    assert "Finish invoke request" in log
