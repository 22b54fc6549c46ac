"""The floor of a cold start: what any function pays that speaks HTTP and checks its input."""

from typing import Annotated, Any, Literal

import requests
from pydantic import BaseModel, Field


class Tag(BaseModel):
    key: Annotated[str, Field(min_length=1, max_length=64)]
    values: list[str]


class Selection(BaseModel):
    name: str | None = None
    tags: list[Tag] | None = None


class Request(BaseModel):
    vault_ids: list[str] | None = None
    select: Selection | None = None
    kind: Literal["sync"] = "sync"


def handler(event: Any, context: Any) -> dict[str, Any]:
    del context
    checked = Request.model_validate(event)
    return {"outcomes": [], "checked": checked.kind, "requests": requests.__version__}
