"""IAM's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.service import Call, Refusal, Result

if TYPE_CHECKING:
    from local.emulator.account.account import Project

_LINKS = "https://iam.myhuaweicloud.com/v3/projects"


def list_projects(call: Call) -> Result:
    """List the projects the access key reaches, narrowed by `name`, `domain_id`, `parent_id`.

    API: support.huaweicloud.com/api-iam/iam_06_0001.html (KeystoneListProjects).
    """
    account = call.account
    if account is None:
        return Result({"projects": []})
    projects = [
        document
        for project in account.visible_projects(call.access_key)
        for document in [_project(project, account.domain_id)]
        if all(
            call.first(name) in (None, document[name])
            for name in ("name", "domain_id", "parent_id")
        )
        and call.first("enabled") in (None, "true", "1")
    ]
    links = {"self": _LINKS, "previous": None, "next": None}
    return Result({"projects": projects, "links": links})


def _project(project: Project, domain_id: str) -> dict[str, object]:
    return {
        "id": project.id,
        "name": project.name,
        "description": "",
        "domain_id": domain_id,
        "parent_id": domain_id,
        "enabled": True,
        "is_domain": False,
        "links": {"self": f"{_LINKS}/{project.id}"},
    }


def render_error(refusal: Refusal, _request_id: str) -> object:
    """Word a refusal in the OpenStack form that IAM uses."""
    return {
        "error": {"code": refusal.status, "message": refusal.message, "title": refusal.code},
    }


def denial(action: str) -> Refusal:
    """Refuse an action that no policy of the key allows."""
    return Refusal(403, "Forbidden", f"Policy doesn't allow {action} to be performed")
