"""Runs the packaged function in a process that sees the zip's content and nothing else.

The process is `python -I -S -B`: no site-packages, no environment, no byte code written. It reads
one JSON object a line (event, settings, keys) and answers one a line.
"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package import Package

_CHILD = """
import json, sys, time
folder = sys.argv[1]
sys.path.insert(0, folder)
out, sys.stdout = sys.stdout, sys.stderr

class Context:
    def __init__(self, order):
        self.order, self.end = order, time.monotonic() + order["seconds"]
    def getRequestID(self): return "request-1"
    def getRemainingTimeInMilliSeconds(self): return int((self.end - time.monotonic()) * 1000)
    def getSecurityAccessKey(self): return self.order["access_key"]
    def getSecuritySecretKey(self): return self.order["secret_key"]
    def getSecurityToken(self): return self.order.get("token", "")
    def getUserData(self, key, default=None): return self.order["settings"].get(key, default)
    def getProjectID(self): return ""
    def getFunctionName(self): return "vault-sync"

import index
index.initializer(None)

import requests.adapters
sent, send = [], requests.adapters.HTTPAdapter.send
def noted(self, request, **more):
    body = request.body.decode() if isinstance(request.body, bytes) else request.body
    sent.append([request.method, request.url, sorted(request.headers), body])
    return send(self, request, **more)
requests.adapters.HTTPAdapter.send = noted

for line in sys.stdin:
    order = json.loads(line)
    sent.clear()
    if order.get("modules"):
        files = {
            (getattr(m, "__file__", None) or "", getattr(m, "__cached__", None) or "")
            for m in list(sys.modules.values())
        }
        answer = sorted(f[len(folder) + 1:] for pair in files for f in pair if f.startswith(folder))
    else:
        try:
            answer = {"result": index.handler(order["event"], Context(order))}
        except Exception as error:
            frames, trace = [], error.__traceback__
            while trace is not None:
                frames.append(trace.tb_frame.f_code.co_filename)
                trace = trace.tb_next
            answer = {"error": type(error).__name__, "text": str(error), "frames": frames}
    if order.get("wire"):
        answer["sent"] = list(sent)
    print(json.dumps(answer), file=out, flush=True)
"""


class PackagedFunction:
    """The function in its own interpreter, from an unpacked, read-only folder."""

    def __init__(self, package: Package, interpreter: str, folder: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
            archive.extractall(folder)
        for path in folder.rglob("*"):
            path.chmod(0o555)
        self.folder = folder
        self._log = (folder.parent / "log.txt").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [interpreter, "-I", "-S", "-B", "-c", _CHILD, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={},
        )

    def ask(self, order: dict[str, Any]) -> Any:
        """Send one order, and return its answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            self._log.flush()
            with open(self._log.name, encoding="utf-8") as log:  # noqa: PTH123 - its own handle
                raise AssertionError(
                    f"the packaged function's process ended:\n{log.read()[-3000:]}"
                )
        return json.loads(line)

    def modules(self) -> list[str]:
        """The files of the package that are loaded."""
        return list(self.ask({"modules": True}))

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe is not None:
                pipe.close()
        self._process.wait(timeout=20)
