"""What the page asks for, read from JSON. Unknown fields are errors."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from local.console.access import ConsoleError
from local.emulator.admin.orders import problems_of

Model = TypeVar("Model", bound=BaseModel)
_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]
_Value = Annotated[str, StringConstraints(max_length=4096)]


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class EventOrder(_Order):
    """An event to check."""

    event: str


class InvocationOrder(EventOrder):
    """An event to invoke with: which function, and what it is set to.

    function: a deployed function; None is the one in function/.
    """

    name: str = Field("own event", min_length=1, max_length=100)
    settings: dict[_Name, _Value] = Field(default_factory=dict, max_length=50)
    function: str | None = Field(None, max_length=500)


class SwitchOrder(_Order):
    """A fault switch, and whether it is to be on."""

    name: str = Field(max_length=100)
    on: bool


class ResetOrder(_Order):
    """What to begin again: the faults alone, or everything."""

    everything: bool


def read(model: type[Model], body: bytes) -> Model:
    """Read an order.

    Raises:
        ConsoleError: 400, naming the field.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise ConsoleError(400, problems_of(error)) from None
