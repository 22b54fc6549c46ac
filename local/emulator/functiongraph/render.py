"""FunctionGraph's documents, as its API answers them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.emulator.clock import zoned_timestamp
from local.emulator.functiongraph.triggers import SECRETS

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import (
        DependencyVersion,
        Function,
        FunctionGraphBackend,
        Trigger,
    )

MASK = "***"
MILLICORES_PER_MB = 100 / 128


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
        "cpu": int(settings["memory_size"] * MILLICORES_PER_MB),
        "version": "latest",
        "image_name": "latest-local",
        "long_time": True,
        "type": "v2",
        "log_group_id": log.get("group_id", ""),
        "log_stream_id": log.get("stream_id", ""),
    }


def code_document(function: Function) -> dict[str, Any]:
    """What is known of a function's code; the code itself is not given back."""
    return {
        "func_urn": function.latest_urn,
        "func_name": function.name,
        "runtime": function.settings["runtime"],
        "code_type": function.code.kind,
        "code_url": function.code.url,
        "code_filename": function.code.file_name,
        "code_size": function.code.size,
        "digest": function.code.digest,
        "last_modified": zoned_timestamp(function.updated_at),
        "depend_list": [],
        "depend_version_list": list(function.depend_version_list),
        "strategy_config": {"concurrency": function.max_instances, "concurrent_num": 1},
        "dependencies": [],
    }


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
        "func_urn": function.latest_urn,
        **(function.async_policy or {}),
        "created_time": zoned_timestamp(function.async_created_at),
        "last_modified": zoned_timestamp(function.async_updated_at),
    }


def dependency_document(dependency: DependencyVersion, project_id: str) -> dict[str, Any]:
    """One version of a dependency."""
    return {
        "id": dependency.id,
        "owner": project_id,
        "link": "",
        "runtime": dependency.runtime,
        "etag": dependency.digest,
        "size": dependency.size,
        "name": dependency.name,
        "description": dependency.description,
        "file_name": dependency.file_name,
        "version": dependency.version,
        "dep_id": dependency.dep_id,
        "last_modified": int(dependency.created_at * 1000),
    }
