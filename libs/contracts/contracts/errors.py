"""The one body that every error answer carries."""

from pydantic import BaseModel, ConfigDict, Field


class FieldError(BaseModel):
    """What is wrong with one field of the request: its name and a sentence for the user."""

    field: str
    message: str


class ErrorBody(BaseModel):
    """`errors` is present only on a 400 that concerns fields."""

    model_config = ConfigDict(populate_by_name=True)

    message: str
    errors: list[FieldError] | None = None
    request_id: str = Field(alias="requestId")


UNAVAILABLE = "Service Error or Unavailable"
