"""How a result and an exception leave the function.

Results: support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0420.html.
"""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

from .frames import Raised, Returned

INVOCATION = "function invocation exception, error: "
INITIALIZATION = "function initialization exception, error: "
"""Only the first is documented; the second says the same of loading and of the initializer."""

_HERE = str(Path(__file__).resolve().parent)


class ResponseTooLargeError(Exception):
    """The body has more bytes than FunctionGraph returns."""


def returned(result: Any, max_bytes: int) -> Returned:
    """Encode a result: nothing for None, a text as it is, JSON for anything else.

    Raises:
        TypeError: The result cannot be written as JSON. What FunctionGraph does then is not
            documented; a failed invocation is the safe assumption.
        ValueError: The same, for a number that JSON does not have or a reference to itself.
        ResponseTooLargeError: The body is too large.
    """
    if result is None:
        return Returned()
    is_json = not isinstance(result, str)
    body = json.dumps(result, allow_nan=False) if is_json else result
    size = len(body.encode(errors="surrogatepass"))
    if size > max_bytes:
        raise ResponseTooLargeError(f"the response has {size} bytes, {max_bytes} are allowed")
    return Returned(body, is_json)


def raised(error: BaseException, prefix: str) -> Raised:
    """Put an exception into FunctionGraph's terms, without the frames of this runtime."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(_HERE) and not frame.filename.startswith("<frozen ")
    ]
    trace = [line.rstrip("\n") for line in traceback.format_list(frames)]
    return Raised(f"{prefix}{_text(error)}", type(error).__name__, trace)


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as unprintable:  # noqa: BLE001 - an exception's own __str__ is anybody's code
        return f"<{type(error).__name__} whose text raises {type(unprintable).__name__}>"
