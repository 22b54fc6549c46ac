"""A project in a region: where vaults, topics and functions are."""

from __future__ import annotations

import re
from typing import NamedTuple

REGION = r"[a-z]{2,12}(-[a-z0-9]{1,16}){1,3}"
PROJECT_ID = r"[A-Za-z0-9_-]{1,64}"

TOPIC_URN = re.compile(rf"urn:smn:({REGION}):({PROJECT_ID}):[A-Za-z0-9_-]{{1,255}}")
FUNCTION_URN = re.compile(
    rf"urn:fss:({REGION}):({PROJECT_ID}):function:[\w-]{{1,128}}:[\w-]{{1,128}}(:[\w.!-]{{1,64}})?",
    re.ASCII,
)


class Project(NamedTuple):
    """A project of Huawei Cloud, in one region."""

    region: str
    project_id: str


def project_of(urn: str) -> Project:
    """Return where the resource of a URN is; both kinds have region and project in one place."""
    _, _, region, project_id, *_ = urn.split(":")
    return Project(region, project_id)
