"""The code before: kept as a version of the function, and brought back.

Source: support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0180.html
(a version is code and configuration at one time; 20 at most, ``latest`` included; no triggers).
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import requests

from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.apply.account import Account

NOTE = "kept by vault-sync before the code was replaced"
"""The description of versions that were made here, and that may be deleted here."""

KEPT = 5
DOWNLOAD_SECONDS = 120


def keep_version(account: Account, urn: str, digest: str) -> None:
    """Publish what is there as a version, unless one has this code; delete the oldest of ours."""
    versions = account.list_versions(urn)
    if digest in [str(version.get("digest", "")).lower() for version in versions]:
        return
    ours = [version for version in _newest_first(versions) if _note(version) == NOTE]
    for version in ours[KEPT - 1 :]:
        account.delete_function(f"{urn}:{version['version']}")
    # A name after the code: the service's own is the time in seconds, which two may share.
    account.publish_version(urn, {"version": f"code-{digest[:12]}", "description": NOTE})


def version_to_return_to(account: Account, urn: str, now: str, wanted: str) -> Mapping[str, Any]:
    """The version called ``wanted``, else the newest whose code is not the one of ``now``.

    Raises:
        AccountError: there is none.
    """
    versions = _newest_first(account.list_versions(urn))
    for version in versions:
        if version["version"] == wanted if wanted else version.get("digest") != now:
            return version
    names = ", ".join(str(version["version"]) for version in versions) or "none"
    raise AccountError(f"there is no version {wanted or 'with other code'}; published: {names}")


def code_of_version(account: Account, urn: str, version: Mapping[str, Any]) -> dict[str, Any]:
    """The body with which UpdateFunctionCode takes a version's code.

    Raises:
        AccountError: the code cannot be had, or is not what its SHA-512 says.
    """
    name = str(version["version"])
    found = account.show_code(urn, name)
    if found.get("code_type") == "obs":
        return {"code_type": "obs", "code_url": found["code_url"]}
    code = found.get("func_code") or {}
    data = base64.b64decode(code["file"]) if code.get("file") else _downloaded(code.get("link"))
    if hashlib.sha512(data).hexdigest() != str(version.get("digest", "")).lower():
        raise AccountError(
            f"FunctionGraph did not give the code of version {name} back; in the console, export "
            "the version's code and give the zip to apply with --zip"
        )
    file = {"file": base64.b64encode(data).decode("ascii")}
    return {"code_type": "zip", "code_filename": "function.zip", "func_code": file}


def _downloaded(link: Any) -> bytes:
    if not link:
        return b""
    try:
        answer = requests.get(str(link), timeout=DOWNLOAD_SECONDS)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise AccountError("the version's code could not be downloaded; try again") from error
    return bytes(answer.content)


def _newest_first(versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(versions, key=lambda v: str(v.get("last_modified", "")), reverse=True)


def _note(version: Mapping[str, Any]) -> str:
    return str(version.get("version_description") or version.get("description") or "")
