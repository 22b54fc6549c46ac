"""An instance's process, seen from outside: started, asked, watched, ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import stat
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from local.emulator.functiongraph.runtime import memory
from local.emulator.functiongraph.runtime.instance_process import frames
from local.emulator.functiongraph.runtime.results import (
    FunctionError,
    exited,
    out_of_memory,
    timed_out,
)

if TYPE_CHECKING:
    from local.emulator.functiongraph.runtime.configuration import FunctionConfiguration
    from local.emulator.functiongraph.runtime.output import OutputLines

_CODE = Path(__file__).parent / "instance_process" / "__main__.py"
_LOOK_SECONDS = 0.02
"""How often the memory is looked at."""

_CHUNK_BYTES = 1 << 16
_EXIT_SECONDS = 5.0


class InstanceProcess:
    """A fresh interpreter that sees the function, its libraries and Python's own, and no more.

    Questions and answers go through two pipes of their own, so that what the function prints
    cannot disturb them; its output comes through a third. The process leads a group, with which
    whatever it starts is ended too.
    """

    def __init__(self, configuration: FunctionConfiguration) -> None:
        self._memory_mb = configuration.memory_mb
        self._peak_mb: float | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="function-", ignore_cleanup_errors=True)
        inside_questions, self._questions = os.pipe()
        self._answers, inside_answers = os.pipe()
        self._output, inside_output = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the interpreter and a file of ours
                [
                    configuration.python,
                    *("-I", "-S", "-u", "-X", "utf8", *_without_writing(configuration.code)),
                    str(_CODE),
                    *(str(inside_questions), str(inside_answers)),
                    *map(str, configuration.libraries),
                ],
                env=configuration.environment(Path(self._scratch.name)),
                cwd=configuration.code,
                stdin=subprocess.DEVNULL,
                stdout=inside_output,
                stderr=inside_output,
                pass_fds=(inside_questions, inside_answers),
                start_new_session=True,
            )
        except BaseException:
            for descriptor in (self._questions, self._answers, self._output):
                os.close(descriptor)
            self._scratch.cleanup()
            raise
        finally:
            for descriptor in (inside_questions, inside_answers, inside_output):
                os.close(descriptor)
        for descriptor in (self._questions, self._answers, self._output):
            os.set_blocking(descriptor, False)
        self._ended = False

    @property
    def is_alive(self) -> bool:
        """Whether the process can be asked."""
        return not self._ended and self._process.poll() is None

    @property
    def peak_memory_mb(self) -> float | None:
        """The most memory seen in use since the last question was asked."""
        return self._peak_mb

    def ask(
        self, question: frames.Question, seconds: float, output: OutputLines
    ) -> frames.Answer | FunctionError:
        """Ask, and wait for the answer.

        What the process prints meanwhile goes to `output`.

        Returns:
            The answer; or, where the process had to be ended or ended by itself, why.
        """
        memory.reset_peak(self._process.pid)
        self._peak_mb = None
        exchange = _Exchange(frames.encoded(question))
        with selectors.DefaultSelector() as selector:
            for descriptor, event, attend in (
                (self._questions, selectors.EVENT_WRITE, exchange.write),
                (self._answers, selectors.EVENT_READ, exchange.read),
                (self._output, selectors.EVENT_READ, partial(_take_output, output)),
            ):
                selector.register(descriptor, event, partial(attend, descriptor))
            end = self._converse(exchange, selector, seconds)
        if isinstance(end, FunctionError):
            self.end()
        self._drain(output)
        output.end()
        return end

    def end(self) -> None:
        """End the process and all it started; doing it twice changes nothing."""
        if self._ended:
            return
        self._ended = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_EXIT_SECONDS)

    def close(self) -> None:
        """End the process and give back what it held."""
        self.end()
        for descriptor in (self._questions, self._answers, self._output):
            os.close(descriptor)
        self._scratch.cleanup()

    def _converse(
        self, exchange: _Exchange, selector: selectors.BaseSelector, seconds: float
    ) -> frames.Answer | FunctionError:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ready = selector.select(min(left, _LOOK_SECONDS))
            for key, _ in ready:
                if not key.data():
                    selector.unregister(key.fd)
            self._peak_mb = memory.peak_mb(self._process.pid) or self._peak_mb
            if self._peak_mb is not None and self._peak_mb > self._memory_mb:
                return out_of_memory(self._memory_mb, self._peak_mb)
            if exchange.answer is not None:
                return frames.answer(exchange.answer)
            if not ready and self._process.poll() is not None:
                return exited(self._process.returncode)
        return timed_out(seconds)

    def _drain(self, output: OutputLines) -> None:
        """Take all that was printed before the answer: it is in the pipe already."""
        with contextlib.suppress(BlockingIOError):
            while _take_output(output, self._output):
                pass


def _without_writing(code: Path) -> tuple[str, ...]:
    """Keep byte code from being written beside code that is for reading, by root too."""
    return () if code.stat().st_mode & stat.S_IWUSR else ("-B",)


def _take_output(output: OutputLines, descriptor: int) -> bool:
    """Take what there is; tell whether more can come."""
    data = os.read(descriptor, _CHUNK_BYTES)
    output.take(data)
    return bool(data)


class _Exchange:
    """One question on its way out, and the answer to it on its way in."""

    def __init__(self, question: bytes) -> None:
        self._unsent = memoryview(question)
        self._received = b""

    @property
    def answer(self) -> bytes | None:
        """The JSON of the answer, once all of it is here."""
        size = frames.HEADER.size
        if len(self._received) < size:
            return None
        length = frames.HEADER.unpack(self._received[:size])[0]
        return self._received[size:] if len(self._received) - size == length else None

    def write(self, descriptor: int) -> bool:
        """Write what the pipe takes; tell whether there is more to write."""
        try:
            self._unsent = self._unsent[os.write(descriptor, self._unsent) :]
        except BrokenPipeError:
            return False  # the process has ended, as the other pipe will tell
        return bool(self._unsent)

    def read(self, descriptor: int) -> bool:
        """Read what has come; tell whether the other side is still open."""
        data = os.read(descriptor, _CHUNK_BYTES)
        self._received += data
        return bool(data)
