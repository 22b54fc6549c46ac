"""Making the dependencies small and quick to load, when the package is built.

The SDK imports every model of a service, and in its core libraries for what other services do.
Here the models that no call of the function reaches are left out (`models`), packages that only
gather names look them up when they are asked for, and the stubs of `stubs/` stand for the rest.
The clients, their signer and their HTTP session stay the SDK's. Why: docs/decisions/trimmed-sdk.md.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.errors import PackageError
from deploy.package.models import class_names, unreachable_models

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STUBS = Path(__file__).with_name("stubs")
SHARED = "sdk_left_out.py"
_CHARSETS = "charset_normalizer/__init__.py"

_SCHEMAS = "pydantic_core/core_schema.py"
_TYPED_DICT = """\
if sys.version_info < (3, 12):
    from typing_extensions import TypedDict
else:
    from typing import TypedDict
"""
_PLAIN_DICT = '''\
class TypedDict(dict):
    """Stands for typing's in this file. deploy/package/trim.py wrote it when the zip was built.

    Only type checkers need the fields of the classes below, and to evaluate them takes a
    twentieth of a cold start.
    """

    def __init_subclass__(cls, **keywords):
        """Take `total`, which only type checkers need."""
'''

_MODEL = re.compile(r"(?P<service>huaweicloudsdk\w+/v\d+)/model/(?!__init__)\w+\.py$")

_LAZY_PACKAGE = '''"""The names of this package, each imported when it is asked for (PEP 562).

The package's own file imports all of them. deploy/package/trim.py wrote this one when the zip was
built.
"""

from importlib import import_module

_MODULES = {modules!r}


def __getattr__(name):
    if name in _MODULES:
        return getattr(import_module("{package}." + _MODULES[name]), name)
    raise AttributeError(
        f"{{__name__}}.{{name}} is not in this package, which holds what vault-sync calls; "
        "`python -m deploy package --plain` builds one with the whole SDK"
    )
'''


def trimmed(own: Mapping[str, Path], foreign: Mapping[str, Path], scratch: Path) -> dict[str, Path]:
    """Return the dependencies' files as they go into the package, by their names in it.

    Args:
        own: The function's files.
        foreign: The dependencies' files, without what `leave_out` names.
        scratch: Where what is written here may lie until the package is built.

    Raises:
        PackageError: The SDK is not what it was when the stubs were written.
    """
    stubs = {path.relative_to(STUBS).as_posix(): path for path in sorted(STUBS.rglob("*.py"))}
    _check_stubs(stubs, foreign)
    files = {**foreign, **stubs}
    for name in unreachable_models(own, foreign):
        del files[name]
    for name, text in (*_lazy_packages(files), _plain_schemas(files)):
        _required(name, foreign)
        path = scratch / name.replace("/", "-")
        path.write_text(text, encoding="utf-8")
        files[name] = path
    return files


def _lazy_packages(files: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield the packages that only gather names, as they are to be.

    There are two of each service; the names of charset_normalizer are asked for only where an
    answer does not say how its text is encoded.
    """
    services: dict[str, dict[str, str]] = {}
    for name, path in files.items():
        found = _MODEL.fullmatch(name)
        if found:
            modules = services.setdefault(found["service"], {})
            modules |= dict.fromkeys(class_names(path), Path(name).stem)
    for service, modules in services.items():
        models = f"{service.replace('/', '.')}.model"
        text = _LAZY_PACKAGE.format(modules=modules, package=models)
        yield f"{service}/__init__.py", text
        yield f"{service}/model/__init__.py", text
    gathered = ast.parse(_required(_CHARSETS, files).read_text(encoding="utf-8"))
    modules = {
        name.name: str(node.module)
        for node in gathered.body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for name in node.names
    }
    yield _CHARSETS, _LAZY_PACKAGE.format(modules=modules, package="charset_normalizer")


def _plain_schemas(files: Mapping[str, Path]) -> tuple[str, str]:
    """Return pydantic's file of schemas with plain dictionaries in place of typed ones."""
    text = _required(_SCHEMAS, files).read_text(encoding="utf-8")
    if text.count(_TYPED_DICT) != 1:
        raise PackageError(
            f"{_SCHEMAS} does not import TypedDict as it did: look at deploy/package/trim.py, or "
            "build with --plain"
        )
    return _SCHEMAS, text.replace(_TYPED_DICT, _PLAIN_DICT)


def _required(name: str, files: Mapping[str, Path]) -> Path:
    if name not in files:
        raise PackageError(f"{name} is not there any more: look at deploy/package/trim.py")
    return files[name]


def _check_stubs(stubs: Mapping[str, Path], foreign: Mapping[str, Path]) -> None:
    """Refuse a stub of what is in no dependency and is not imported by the SDK's core."""
    core = "\n".join(
        path.read_text(encoding="utf-8")
        for name, path in foreign.items()
        if name.startswith("huaweicloudsdkcore/") and name.endswith(".py")
    )
    for name in stubs:
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        used = re.search(rf"^\s*(from|import) {re.escape(module)}\b", core, re.MULTILINE)
        if name != SHARED and not used and name not in foreign:
            raise PackageError(
                f"nothing imports {module} any more: take "
                f"deploy/package/stubs/{name} away, or build with --plain"
            )
