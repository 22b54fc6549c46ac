"""An invocation's end, for a person at a terminal."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.json import JSON
from rich.text import Text

from deploy.result_text import RESULT_SCHEMA, result_text

if TYPE_CHECKING:
    from local.emulator.functiongraph.runtime.results import Ended


def plain_console() -> Console:
    """Return a console for standard output that colours nothing of its own accord.

    What the output's encoding cannot say is escaped; no text may end a command with an error.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    return Console(highlight=False)


def show(ended: Ended, console: Console) -> None:
    """Print what the function returned, or FunctionGraph's error, in a readable form.

    The function's own result document is laid out, also where it is the body of a response to
    APIG; JSON of any other kind stays JSON, with no line broken that a program would have to put
    together again.
    """
    if ended.error is not None:
        console.print(JSON.from_data(ended.error.as_document()), soft_wrap=True)
    elif ended.body is None:
        console.print(Text("The function returned nothing.", style="dim"))
    elif not ended.is_json:
        console.print(Text(ended.body), soft_wrap=True)
    else:
        document = json.loads(ended.body)
        if is_response(document):
            console.print(Text(f"HTTP {document['statusCode']}, answered to APIG\n"))
            document = json.loads(document["body"])
            if "reason" in document:
                console.print(Text(f"{document['reason']}\n"))
        if isinstance(document, dict) and document.get("schema") == RESULT_SCHEMA:
            console.print(result_text(document))
        else:
            console.print(JSON.from_data(document), soft_wrap=True)


def is_response(document: object) -> bool:
    """Tell whether the function answered an HTTP request that APIG handed over."""
    return isinstance(document, dict) and {"statusCode", "body"} <= set(document)
