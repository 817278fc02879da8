"""The one body that every error answer carries."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE_REQUEST_ID = "5f0c4f4be6cd4a2c8ad3f4fbbd0a8e1d"


class FieldError(BaseModel):
    """What is wrong with one field of the request: its name and a sentence for the user."""

    field: Annotated[str, Field(examples=["title"])]
    message: Annotated[str, Field(examples=["String should have at least 1 character"])]


class ErrorBody(BaseModel):
    """`errors` is present only on a 400 that concerns fields."""

    model_config = ConfigDict(populate_by_name=True)

    message: Annotated[str, Field(examples=["Invalid input"])]
    errors: list[FieldError] | None = None
    request_id: Annotated[str, Field(alias="requestId", examples=[EXAMPLE_REQUEST_ID])]


UNAVAILABLE = "Service Error or Unavailable"
