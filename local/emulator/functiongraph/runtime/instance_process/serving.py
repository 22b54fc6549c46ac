"""The life of an instance's process: it takes one event after the other until it is ended.

The main thread only listens. The function's code runs in a second thread, as in FunctionGraph
(support.huaweicloud.com/functiongraph_faq/functiongraph_03_0867.md), and one event at a time.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from . import wall_clock
from .answers import INITIALIZATION, INVOCATION, raised, returned
from .context import Context, Surroundings, surroundings
from .frames import Answer, Handle, Question, Returned, Start, encoded, question, read_body
from .loading import load


def serve(arguments: Sequence[str]) -> None:
    """Serve until the runtime closes its end of the pipe.

    Args:
        arguments: Number of the file descriptor to read questions from, of the one to write
            answers to, and then the directories of libraries.
    """
    questions, answers = int(arguments[0]), int(arguments[1])
    for descriptor in (questions, answers):
        os.set_inheritable(descriptor, False)
    around = surroundings(os.environ)
    _furnish(around, arguments[2:])
    wall_clock.install()
    inbox: queue.SimpleQueue[Question] = queue.SimpleQueue()
    worker = _Worker(around, answers)
    threading.Thread(target=worker.work, args=[inbox], name="invocation", daemon=True).start()
    with open(questions, "rb") as stream:
        while (body := read_body(stream)) is not None:
            inbox.put(question(body))
    os._exit(0)  # as FunctionGraph ends an idle instance: nothing of the function runs any more


def _furnish(around: Surroundings, libraries: Sequence[str]) -> None:
    """Give the function the path and the arguments it finds in FunctionGraph."""
    sys.path[:0] = [around.code_root, *libraries]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    sys.argv = [
        f"{around.runtime_root}/{version}/server.py",
        "127.0.0.1:31536",
        around.code_root,
    ]


class _Worker:
    """Calls the function's code, and turns all that can come of it into an answer."""

    def __init__(self, around: Surroundings, answers: int) -> None:
        self._around = around
        self._answers = answers
        self._handler: Callable[..., Any] | None = None

    def work(self, inbox: queue.SimpleQueue[Question]) -> None:
        """Answer questions for as long as the process lives."""
        while True:
            data = memoryview(encoded(self._answer(inbox.get())))
            while data:
                data = data[os.write(self._answers, data) :]

    def _answer(self, asked: Question) -> Answer:
        prefix = INITIALIZATION if isinstance(asked, Start) else INVOCATION
        wall_clock.shift = asked.invocation.clock_shift
        try:
            if isinstance(asked, Start):
                return self._start(asked)
            return self._handle(asked)
        except BaseException as error:  # noqa: BLE001 - sys.exit() too is only a failed invocation
            return raised(error, prefix)

    def _start(self, asked: Start) -> Returned:
        self._handler = load(self._around.code_root, self._around.handler)
        if self._around.initializer:
            initializer = load(self._around.code_root, self._around.initializer)
            initializer(Context(self._around, asked.invocation))
        return Returned()

    def _handle(self, asked: Handle) -> Returned:
        if self._handler is None:
            raise RuntimeError("the instance was not started")
        event = json.loads(asked.event)
        result = self._handler(event, Context(self._around, asked.invocation))
        return returned(result, self._around.max_response_bytes)
