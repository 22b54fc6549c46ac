"""`{"action": "report"}`: what a report is asked to cover. Imported only when one is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints

from vault_sync.request import PlaceName, ProjectId, Region, moment, place_names

KEPT_HOURS = 30 * 24
"""CBR keeps its tasks for 30 days (support.huaweicloud.com/usermanual-cbr)."""


class ReportRequest(BaseModel):
    """Which syncs ended, and how; and which vaults are behind. Unknown fields are errors."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    action: Literal["report"]
    window_minutes: Annotated[int, Field(ge=1, le=KEPT_HOURS * 60)] = 60
    max_age_hours: Annotated[int, Field(ge=1, le=KEPT_HOURS)] | None = None
    project_id: ProjectId | None = None
    region: Region | None = None
    projects: Annotated[tuple[PlaceName, ...], PlainValidator(place_names)] | None = None
    requested_at: Annotated[datetime, PlainValidator(moment)] | None = None
    correlation_id: Annotated[str, StringConstraints(max_length=128)] | None = None
