"""Reading FunctionGraph's request bodies, refusing what the service refuses."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from local.emulator.functiongraph import errors
from local.emulator.functiongraph.archives import ArchiveError, unpacked_bytes
from local.emulator.functiongraph.models import Code
from local.emulator.numbers import read_number
from local.emulator.operations import not_emulated
from local.emulator.service import MALFORMED, Refusal, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.functiongraph.models import Function
    from local.emulator.service import Call

MEMORY_SIZES = (
    *(128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 8192, 10240),
)
PYTHON_RUNTIMES = ("Python2.7", "Python3.6", "Python3.9", "Python3.10", "Python3.12")
OTHER_RUNTIMES = ("C#", "Cangjie", "Custom", "Go", "Java", "Node.js", "PHP", "http")
"""How the names of FunctionGraph's other runtimes begin, which are not emulated."""

OTHER_CODE_TYPES = ("jar", "Custom-Image-Swr")
SETTINGS_DEFAULTS: dict[str, Any] = {
    "runtime": "",
    "timeout": 3,
    "handler": "",
    "memory_size": 128,
    "user_data": "",
    "encrypted_user_data": "",
    "xrole": "",
    "app_xrole": "",
    "description": "",
    "func_vpc": None,
    "peering_cidr": "",
    "mount_config": None,
    "initializer_handler": "",
    "initializer_timeout": 0,
    "pre_stop_handler": "",
    "pre_stop_timeout": 0,
    "ephemeral_storage": 512,
    "enterprise_project_id": "0",
    "network_controller": None,
    "enable_dynamic_memory": False,
    "is_stateful_function": False,
    "enable_lts_log": False,
    "lts_custom_tag": None,
    "log_config": None,
    "domain_names": "",
    "user_data_encrypt_kms_key_id": "",
}
"""What UpdateFunctionConfig sets. A field that is not sent goes back to this; one that is
sent has its type, and is an object where this is None."""

_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9_-]{0,58}[A-Za-z0-9])?")
_HANDLER = re.compile(r"[\w/-]+\.\w+")
_RANGES = {
    "timeout": (3, 259_200, errors.INVALID_TIMEOUT),
    "initializer_timeout": (1, 300, errors.INVALID_HANDLER),
}
MAX_VARIABLES = 20
MAX_VARIABLE_CHARACTERS = 4096
MAX_DESCRIPTION = 512
MAX_ITEMS = 400


def body(call: Call) -> dict[str, Any]:
    """Return the request's JSON object. Raises FSS.0406 for anything else."""
    document = call.document()
    if document is MALFORMED or not isinstance(document, dict):
        raise ServiceError(errors.NOT_JSON)
    return document


def count(call: Call, name: str, default: int) -> int:
    """Return a number of the query, `default` where it was not given. Raises FSS.0400."""
    number = read_number(call.first(name) or str(default))
    if number is None:
        raise errors.invalid(f"{name} is a number.")
    return number


def page(call: Call, found: Sequence[Function]) -> tuple[Sequence[Function], dict[str, int]]:
    """Return what `marker` and `maxitems` (400 at most, and for 0) ask for, and what goes with it.

    Raises FSS.0400.
    """
    marker = count(call, "marker", 0)
    shown = found[marker : marker + min(count(call, "maxitems", 0) or MAX_ITEMS, MAX_ITEMS)]
    return shown, {"next_marker": marker + len(shown), "count": len(found)}


def an_object(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a field that is an object, empty where it was left out. Raises FSS.0400."""
    value = document.get(name)
    if value is not None and not isinstance(value, dict):
        raise errors.invalid(f"{name} is an object.")
    return value or {}


def dependencies(document: Mapping[str, Any]) -> list[str]:
    """Return the ids of the dependencies that a body names. Raises FSS.0400."""
    value = document.get("depend_version_list") or []
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise errors.invalid("depend_version_list is a list of texts.")
    return value


def required(document: Mapping[str, Any], *names: str) -> None:
    """Check that the fields are there. Raises FSS.0400."""
    for name in names:
        if document.get(name) in (None, ""):
            raise errors.invalid(f"{name} is required.")


def read_settings(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a create or update body asks for; the rest are defaults."""
    required(document, "func_name", "runtime", "timeout", "handler", "memory_size")
    settings = {
        name: document[name] if document.get(name) is not None else default
        for name, default in SETTINGS_DEFAULTS.items()
    }
    for setting, default in SETTINGS_DEFAULTS.items():
        kind = dict if default is None else type(default)
        if settings[setting] is not None and type(settings[setting]) is not kind:
            raise errors.invalid(f"{setting}.")
    name = document["func_name"]
    _refuse(errors.INVALID_NAME, isinstance(name, str) and _NAME.fullmatch(name))
    if settings["runtime"].startswith(OTHER_RUNTIMES):
        raise not_emulated(f"The runtime {settings['runtime'][:40]}")
    _refuse(errors.INVALID_RUNTIME, settings["runtime"] in PYTHON_RUNTIMES)
    _refuse(errors.INVALID_HANDLER, _HANDLER.fullmatch(settings["handler"]))
    _refuse(errors.INVALID_MEMORY, settings["memory_size"] in MEMORY_SIZES)
    _refuse(errors.DESCRIPTION_TOO_LONG, len(settings["description"]) <= MAX_DESCRIPTION)
    for limited, (low, high, refusal) in _RANGES.items():
        if limited == "timeout" or settings["initializer_handler"]:
            value = settings[limited]
            _refuse(refusal, low <= value <= high)
    for variables in ("user_data", "encrypted_user_data"):
        _check_variables(settings[variables])
    return settings


def _refuse(refusal: Refusal, fits: object) -> None:
    if not fits:
        raise ServiceError(refusal)


def _check_variables(text: str) -> None:
    if text == "":
        return
    try:
        variables = json.loads(text)
    except (ValueError, RecursionError):
        variables = None
    _refuse(errors.INVALID_USER_DATA, isinstance(variables, dict))
    _refuse(errors.INVALID_USER_DATA, all(isinstance(value, str) for value in variables.values()))
    _refuse(errors.TOO_MANY_VARIABLES, len(variables) <= MAX_VARIABLES)
    size = sum(len(name) + len(value) for name, value in variables.items())
    _refuse(errors.VARIABLES_TOO_LARGE, size <= MAX_VARIABLE_CHARACTERS)


def read_code(document: Mapping[str, Any]) -> Code:
    """Return the code that a body carries.

    Raises FSS.1006, FSS.1011, FSS.1012, or Local.NotEmulated.
    """
    kind = document.get("code_type")
    if kind in OTHER_CODE_TYPES:
        raise not_emulated(f"Code of type {kind}")
    _refuse(errors.INVALID_CODE_TYPE, kind in ("zip", "obs", "inline"))
    if kind == "obs":
        url = document.get("code_url") or ""
        _refuse(errors.NO_CODE, url)
        return Code("obs", "", url, hashlib.sha512(url.encode()).hexdigest(), 0)
    data = _decoded(an_object(document, "func_code").get("file"))
    if kind == "zip":
        _refuse(errors.NO_CODE, document.get("code_filename"))
        try:
            unpacked_bytes(data)
        except ArchiveError as error:
            raise ServiceError(errors.INVALID_CODE) from error
    digest = hashlib.sha512(data).hexdigest()
    return Code(str(kind), document.get("code_filename") or "", "", digest, len(data), data)


def _decoded(text: Any) -> bytes:
    if not text or not isinstance(text, str):
        raise ServiceError(errors.NO_CODE)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ServiceError(errors.INVALID_CODE) from error


def read_async_policy(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return an async policy. Raises FSS.0400."""
    policy: dict[str, Any] = {
        "max_async_event_age_in_seconds": _number(
            document, "max_async_event_age_in_seconds", 1, 86_400, 3600
        ),
        "max_async_retry_attempts": _number(document, "max_async_retry_attempts", 0, 3, 1),
        "enable_async_status_log": bool(document.get("enable_async_status_log", False)),
        "destination_config": {"on_success": {}, "on_failure": {}},
    }
    configured = an_object(document, "destination_config")
    for name in configured:
        if name not in ("on_success", "on_failure"):
            raise errors.invalid(f"{name}.")
        destination = an_object(configured, name)
        if not destination:
            continue
        if destination.get("destination") not in ("OBS", "SMN", "DIS", "FunctionGraph"):
            raise errors.invalid("destination.")
        try:
            json.loads(destination["param"])
        except (KeyError, TypeError, ValueError) as error:
            raise errors.invalid("param.") from error
        policy["destination_config"][name] = dict(destination)
    return policy


def _number(document: Mapping[str, Any], name: str, low: int, high: int, default: int) -> int:
    value = document.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise errors.invalid(f"{name} is {low} to {high}.")
    return value
