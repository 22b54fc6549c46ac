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
    "bin/*": "command-line scripts",
    "bson/*": "a stub stands for it",
    "defusedxml/*": "a stub of the SDK's xml_utils does without it",
    "pyasn1/*": "a stub stands for it",
    "requests_toolbelt/*": "a stub stands for it",
    "yaml/*": "a stub stands for it",
    "pymongo/*": "MongoDB's client; the SDK's pin brings it for bson",
    "gridfs/*": "comes with pymongo",
    "dns/*": "comes with pymongo",
    "huaweicloudsdk*/v*/*_async_client.py": "clients for asyncio's kind of calls; ours are plain",
    "_yaml/*": "an old name of yaml",
    "charset_normalizer/*.so": "its fast path, which it can do without",
    "charset_normalizer/cli/*": "a command",
    "charset_normalizer/__main__.py": "a command",
    "pydantic/v1/*": "pydantic 1, for programs that are not ported",
    "pydantic/mypy.py": "a plug-in for mypy",
    "pydantic/experimental/*": "not used",
    "urllib3/contrib/*pyopenssl.py": "another TLS library",
    "urllib3/contrib/emscripten/*": "for browsers",
    "urllib3/http2/connection.py": "HTTP/2 is off unless asked for",
    "annotated_types/test_cases.py": "for tests",
    "simplejson/tool.py": "a command",
    "idna/cli.py": "a command",
}


def is_left_out(path: str) -> bool:
    """Whether a file of a dependency (a path with ``/``) stays out of the package."""
    return any(fnmatchcase(path, pattern) for pattern in LEFT_OUT)
