"""One instance of a function: cold at first, warm from then on, gone when it had to be stopped."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from local.emulator.functiongraph.runtime.instance_process.frames import (
    Answer,
    Credentials,
    Handle,
    Invocation,
    Question,
    Raised,
    Returned,
    Start,
)
from local.emulator.functiongraph.runtime.output import OutputLines
from local.emulator.functiongraph.runtime.process import InstanceProcess
from local.emulator.functiongraph.runtime.results import Ended, FunctionError, billed, not_started

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from local.emulator.functiongraph.runtime.configuration import FunctionConfiguration

    _Answered = tuple[Answer | FunctionError, float, float | None]
    """How a question ended, the seconds that took, and the memory in MB."""


class InstanceGoneError(Exception):
    """The instance was stopped or closed; FunctionGraph would start another."""


class Instance:
    """Runs a function's events one after the other, in one process.

    The process starts with the first event: the code is loaded and the initializer called, once
    and within the initializer's own timeout. An instance whose start failed, or that was stopped
    for its timeout or its memory, takes no more events. Not for use from several threads at once:
    FunctionGraph too gives an instance of an event function one event at a time.

    Args:
        configuration: The function.
        log: Is given every log line as it comes: FunctionGraph's own, and what the function
            prints. Each belongs to the invocation that is running then.
    """

    def __init__(
        self, configuration: FunctionConfiguration, log: Callable[[str], None] | None = None
    ) -> None:
        self._configuration = configuration
        self._log = log
        self._lines: list[str] = []
        self._process: InstanceProcess | None = None
        self._is_gone = False

    @property
    def is_usable(self) -> bool:
        """Whether the instance takes (more) events: it can be started or runs, and has its code."""
        return (
            not self._is_gone
            and (self._process is None or self._process.is_alive)
            and self._configuration.code.is_dir()
        )

    def invoke(
        self,
        event: str,
        credentials: Credentials | None = None,
        request_id: str | None = None,
        *,
        clock_shift: float = 0.0,
        started: Callable[[], None] = lambda: None,
    ) -> Ended:
        """Hand one event to the function.

        Args:
            event: JSON text.
            credentials: Those of the function's agency, for this invocation.
            request_id: By default a new one.
            clock_shift: Seconds by which `time.time()` is ahead of this machine's clock inside the
                process, so that the function's clock is that of the cloud it runs in.
            started: Called when the process has been started, or could not be, or was before.

        Raises:
            InstanceGoneError: The instance takes no more events.
        """
        if not self.is_usable:
            raise InstanceGoneError("the instance was stopped: start a new one")
        request_id = request_id or str(uuid.uuid4())
        self._lines = []
        version = self._configuration.version
        self._write(f"{_now(clock_shift)} Start invoke request '{request_id}', version: {version}")
        cold = self._process is None
        told = (request_id, credentials or Credentials(), clock_shift)
        try:
            failed = self._start(*told) if cold else None
        finally:
            started()
        answer, seconds, memory_mb = failed or self._handle(event, *told)
        self._write(f"{_now(clock_shift)} {self._finish(request_id, seconds, memory_mb)}")
        returned = answer if isinstance(answer, Returned) else Returned()
        return Ended(
            request_id=request_id,
            body=returned.body,
            is_json=returned.is_json,
            error=None if isinstance(answer, Returned) else _error(answer),
            log=tuple(self._lines),
            duration_milliseconds=seconds * 1000,
            memory_mb=memory_mb,
            cold=cold,
        )

    def stop(self) -> None:
        """End the process, from any thread: an event that is being handled ends in an error."""
        self._is_gone = True
        process = self._process
        if process is not None:
            process.end()

    def close(self) -> None:
        """End the instance, as FunctionGraph does with an idle one."""
        self._is_gone = True
        if self._process is not None:
            self._process.close()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(
        self, request_id: str, credentials: Credentials, clock_shift: float
    ) -> _Answered | None:
        """Start the process and initialise the function; return how that failed, if it did."""
        try:
            self._process = InstanceProcess(self._configuration)
        except OSError as error:
            self._is_gone = True
            return not_started(error), 0.0, None
        limit = self._configuration.initializer_timeout_seconds
        start = Start(Invocation(request_id, limit, credentials, clock_shift))
        answered = self._ask(self._process, start, limit)
        if isinstance(answered[0], Returned):
            return None
        self.close()
        return answered

    def _handle(
        self, event: str, request_id: str, credentials: Credentials, clock_shift: float
    ) -> _Answered:
        if self._process is None:
            raise InstanceGoneError("the instance was stopped: start a new one")
        limit = self._configuration.timeout_seconds
        handle = Handle(event, Invocation(request_id, limit, credentials, clock_shift))
        return self._ask(self._process, handle, limit)

    def _ask(self, process: InstanceProcess, question: Question, limit: float) -> _Answered:
        began = time.monotonic()
        answer = process.ask(question, limit, OutputLines(self._write))
        seconds = time.monotonic() - began
        return answer, seconds, process.peak_memory_mb

    def _finish(self, request_id: str, seconds: float, memory_mb: float | None) -> str:
        """Word FunctionGraph's last line about an invocation."""
        used = f"memory used: {memory_mb:.3f}MB, " if memory_mb is not None else ""
        return (
            f"Finish invoke request '{request_id}', duration: {seconds * 1000:.3f}ms, "
            f"billing duration: {billed(seconds * 1000)}ms, "
            f"{used}billing memory: {self._configuration.memory_mb}MB"
        )

    def _write(self, line: str) -> None:
        self._lines.append(line)
        if self._log is not None:
            self._log(line)


def _error(answer: Raised | FunctionError) -> FunctionError:
    if isinstance(answer, FunctionError):
        return answer
    return FunctionError(answer.message, answer.type, tuple(answer.stack_trace))


def _now(clock_shift: float) -> str:
    moment = datetime.fromtimestamp(time.time() + clock_shift, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
