"""FunctionGraph's documents, as its API answers them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from local.emulator.clock import zoned_timestamp
from local.emulator.functiongraph.runtime.configuration import millicores
from local.emulator.functiongraph.triggers import SECRETS

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import (
        Code,
        Function,
        FunctionGraphBackend,
        Trigger,
    )

MASK = "***"


def function_config(function: Function, backend: FunctionGraphBackend) -> dict[str, Any]:
    """A function's configuration. Encrypted values are hidden, their names are not."""
    settings = dict(function.settings)
    log = settings.pop("log_config") or {}
    hidden = settings["encrypted_user_data"]
    if hidden:
        settings["encrypted_user_data"] = json.dumps(dict.fromkeys(json.loads(hidden), MASK))
    return {
        **settings,
        **code_document(function),
        "namespace": backend.project_id,
        "project_name": backend.region,
        "package": function.package,
        "domain_id": backend.cloud.account.domain_id,
        "resource_id": f"{function.id}:{function.name}",
        "func_id": function.id,
        "cpu": millicores(settings["memory_size"]),
        "version": function.version,
        "version_description": function.version_description,
        "image_name": "latest-local",
        "long_time": True,
        "type": "v2",
        "log_group_id": log.get("group_id", ""),
        "log_stream_id": log.get("stream_id", ""),
    }


def code_document(function: Function) -> dict[str, Any]:
    """What is known of a function's code, and the code itself where it is inline."""
    is_inline = function.code.kind == "inline"
    return {
        "func_urn": function.versioned_urn,
        "func_name": function.name,
        "runtime": function.settings["runtime"],
        "code_type": function.code.kind,
        "code_url": function.code.url,
        "code_filename": function.code.file_name,
        "func_code": bytes_of(function.code) if is_inline else {"file": "", "link": ""},
        "code_size": function.code.size,
        "digest": function.code.digest,
        "last_modified": zoned_timestamp(function.updated_at),
        "depend_list": [],
        "depend_version_list": list(function.depend_version_list),
        "strategy_config": {"concurrency": function.max_instances, "concurrent_num": 1},
        "dependencies": [],
    }


def bytes_of(code: Code) -> dict[str, str]:
    """The code itself, in base64."""
    return {"file": base64.b64encode(code.data).decode("ascii"), "link": ""}


def trigger_document(trigger: Trigger) -> dict[str, Any]:
    """A trigger without its passwords."""
    return {
        "trigger_id": trigger.id,
        "trigger_type_code": trigger.type_code,
        "trigger_status": trigger.status,
        "event_data": {k: v for k, v in trigger.event_data.items() if k not in SECRETS},
        "last_updated_time": zoned_timestamp(trigger.updated_at),
        "created_time": zoned_timestamp(trigger.created_at),
    }


def async_document(function: Function) -> dict[str, Any]:
    """A function's async policy."""
    return {
        "func_urn": function.versioned_urn,
        **(function.async_policy or {}),
        "created_time": zoned_timestamp(function.async_created_at),
        "last_modified": zoned_timestamp(function.async_updated_at),
    }
