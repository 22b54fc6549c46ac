"""What every part of the template has in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_pascal

TOPIC_URN = r"^urn:smn:[a-z0-9-]{1,64}:[A-Za-z0-9_-]{1,64}:[A-Za-z0-9][A-Za-z0-9_-]{0,254}$"


def _text(value: Any) -> Any:
    """The value of a parameter that is a number or a truth value, as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


Text = Annotated[str, BeforeValidator(_text)]
TopicUrn = Annotated[str, Field(pattern=TOPIC_URN)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^\S+$")]


class TemplatePart(BaseModel):
    """What every part of the template has in common: unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_pascal, populate_by_name=False
    )
