"""The official SDK's clients, without loading what no call of ours touches.

Importing a service's package runs all of its models, 291 for CBR and 205 for SMN, of which a sync
needs six; and the SDK's core imports libraries for what other services do (BSON and XML bodies,
file uploads, SM2 signatures, credentials from other sources). Together that is nearly half of a
cold start. `load` puts both off until something asks for them:

* Service packages: `from huaweicloudsdkcbr.v1 import X` imports `X`'s own module alone. A name
  that has none where the SDK's generator puts it runs the package's real `__init__`.
* `UNTIL_USED`: modules whose names the SDK takes at import and uses later, if ever. It gets
  stand-ins that import the real thing when called, looked into, subclassed or checked against.

The clients, their signer and their HTTP session are the SDK's, unchanged. The import system is
changed for the length of `load` only, and for the calling thread only. If an SDK does not load this
way, all that was loaded of it is forgotten, and the import statements elsewhere load it plainly.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

CORE = (
    "huaweicloudsdkcore.client",
    "huaweicloudsdkcore.invoker.invoker",
    "huaweicloudsdkcore.region.provider",
)
"""What every client of the SDK imports; all of `UNTIL_USED` is imported from here."""

UNTIL_USED = {
    "bson": "bodies of type application/bson",
    "defusedxml": "answers of type application/xml",
    "xml": "bodies of type application/xml",
    "requests_toolbelt": "bodies of type multipart/form-data",
    "pyasn1": "signatures with SM2 and P-256; ours is HMAC",
    "yaml": "~/.huaweicloud/regions.yaml, if there is one",
    "huaweicloudsdkcore.auth.provider": "finding credentials; ours come with the invocation",
    "huaweicloudsdkcore.auth.internal": "fetching credentials; it also writes an id file to $HOME",
    "logging.handlers": "log files of the SDK's own",
}
"""Module, and what the SDK has it for. It stands for its submodules too."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def load(*packages: str) -> bool:
    """Import the SDK's core and its services' packages so that only what they need is loaded.

    What has been imported before stays as it is.

    Args:
        packages: As in an import statement: `huaweicloudsdkcbr.v1`.

    Returns:
        False if the SDK could not be loaded this way; it is as if nothing had been imported then.
    """
    models_of = {name: f"{package}.model" for package in packages for name in _both(package)}
    roots = {name.partition(".")[0] for name in (*CORE, *packages)}
    before = set(sys.modules)
    try:
        with _finding(_Finder(models_of, UNTIL_USED)):
            for name in (*models_of, *CORE):
                importlib.import_module(name)
    except Exception:  # noqa: BLE001 - whatever it is, plain imports follow and raise what is real
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in roots:
                del sys.modules[name]
        return False
    return True


def _both(package: str) -> tuple[str, str]:
    """Return the packages of a service whose `__init__` only gathers models."""
    return package, f"{package}.model"


@contextmanager
def _finding(finder: _Finder) -> Iterator[None]:
    """Let a finder be asked first; afterwards take back what it put in the way of other imports."""
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name, module in list(sys.modules.items()):
            if isinstance(module, _StandInModule):
                del sys.modules[name]
                parent, _, last = name.rpartition(".")
                if getattr(sys.modules.get(parent), last, None) is module:
                    delattr(sys.modules[parent], last)


class _Finder:
    """Finds the modules that are put off, for the thread that made it; no others."""

    def __init__(self, models_of: Mapping[str, str], until_used: Mapping[str, str]) -> None:
        self._models_of = models_of
        self._until_used = tuple(f"{name}." for name in until_used)
        self._thread = threading.get_ident()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for what is put off, and None for everything else."""
        if threading.get_ident() != self._thread:
            return None
        if name in self._models_of:
            spec = PathFinder.find_spec(name, path, target)
            if spec is not None:
                later: Any = _GatheringLater(spec.loader, self._models_of[name])
                spec.loader = later
            return spec
        if f"{name}.".startswith(self._until_used):
            stand_in: Any = _StandInLoader()
            return ModuleSpec(name, stand_in, is_package=True)
        return None


class _GatheringLater:
    """Loads a package that gathers models, without the gathering."""

    def __init__(self, real: Any, models: str) -> None:
        self._real = real
        self._models = models
        self._lock = threading.RLock()
        self._gathered = False

    def create_module(self, spec: ModuleSpec) -> None:
        """Let the import system make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Leave the package's code for when it is needed."""

        def name_in(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            found = self._alone(name)
            return self._among_all(module, name) if found is None else found

        module.__getattr__ = name_in  # type: ignore[method-assign] # PEP 562

    def _alone(self, name: str) -> Any:
        """Return a model from its own module, or None if it has none of the usual name."""
        home = f"{self._models}.{_WORD.sub('_', name).lower()}"
        try:
            return getattr(importlib.import_module(home), name, None)
        except ModuleNotFoundError as missing:
            if missing.name != home:
                raise
            return None

    def _among_all(self, module: ModuleType, name: str) -> Any:
        with self._lock:
            if not self._gathered:
                self._real.exec_module(module)
                self._gathered = True
        try:
            return module.__dict__[name]
        except KeyError:
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}") from None


class _StandInModule(ModuleType):
    """A module whose names are stand-ins."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return _StandIn(self.__name__, name)


class _StandInLoader:
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module."""
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is no code to run."""


class _StandIn:
    """A name of a module that is not imported yet; becomes the real thing in every use."""

    def __init__(self, module: str, name: str) -> None:
        self.__module = module
        self.__name = name

    def __real(self) -> Any:
        module = importlib.import_module(self.__module)
        if hasattr(module, self.__name):
            return getattr(module, self.__name)
        return importlib.import_module(f"{self.__module}.{self.__name}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__real(), name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.__real()(*arguments, **named)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, self.__real())

    def __subclasscheck__(self, subclass: Any) -> bool:
        return issubclass(subclass, self.__real())

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self.__real(),)
