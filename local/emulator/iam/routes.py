"""How IAM is reached: as much of it as the SDK needs to find a region's project."""

from __future__ import annotations

from local.emulator.account.account import Project
from local.emulator.iam.responses import denial, list_projects, render_error
from local.emulator.service import CloudState, Route, Service


def _no_state(_cloud: CloudState, _project: Project) -> object:
    """IAM's state is the account, which belongs to the cloud and not to one project."""
    return None


IAM = Service(
    name="IAM",
    host="iam",
    routes=(
        Route(
            "KeystoneListProjects",
            "GET",
            "/v3/projects",
            "iam:projects:listProjects",
            list_projects,
        ),
    ),
    new_backend=_no_state,
    render_error=render_error,
    denial=denial,
)
