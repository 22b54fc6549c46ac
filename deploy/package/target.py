"""The runtime that a package is for."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.errors import PackageError

RUNTIMES = {"Python3.10": (3, 10), "Python3.12": (3, 12)}
"""FunctionGraph's Python runtimes that the function supports
(support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0151.html)."""

PLATFORM = "manylinux2014_x86_64"
"""Wheels for the oldest C library in use; FunctionGraph does not document its own."""

CODE_FOLDER = "/opt/function/code"
"""Where FunctionGraph unpacks the zip; stack traces name this folder."""


@dataclass(frozen=True)
class Target:
    """One of FunctionGraph's Python runtimes."""

    runtime: str

    def __post_init__(self) -> None:
        if self.runtime not in RUNTIMES:
            known = " and ".join(RUNTIMES)
            raise PackageError(f"the function does not run on {self.runtime}; {known} are possible")

    @property
    def version(self) -> str:
        """``3.12``."""
        return ".".join(map(str, RUNTIMES[self.runtime]))

    @property
    def tag(self) -> str:
        """``cpython-312``, the tag in the names of compiled files."""
        return "cpython-" + self.version.replace(".", "")

    def marker_environment(self) -> dict[str, str]:
        """What environment markers see on the runtime (PEP 508)."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.version}.0",
            "os_name": "posix",
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.version}.0",
            "python_version": self.version,
            "sys_platform": "linux",
        }
