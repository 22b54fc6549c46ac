"""What stays out of the package: the one table, each entry with its reason.

An entry may stand here only because the packaged function runs without it: the tests run it from
the zip through every trigger and every kind of failure, on each runtime.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

LEFT_OUT: dict[str, str] = {
    "*.dist-info/*": "pip's notes, which pydantic would search for plug-ins at the first model",
    "*/tests/*": "the dependencies' own tests",
    "*.pyi": "type stubs",
    "*/py.typed": "a marker for type checkers",
    "*.c": "sources of compiled modules",
    "*.h": "sources of compiled modules",
    "*.pyx": "sources of compiled modules",
    "*.pxd": "sources of compiled modules",
    "bin/*": "command-line scripts",
    "pymongo/*": "MongoDB's client; the SDK's pin brings it for bson, which stands beside it",
    "gridfs/*": "comes with pymongo",
    "dns/*": "comes with pymongo",
}


def is_left_out(path: str) -> bool:
    """Whether a file of a dependency (a path with ``/``) stays out of the package."""
    return any(fnmatchcase(path, pattern) for pattern in LEFT_OUT)
