"""What a route says of its error responses in OpenAPI."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from contracts.errors import EXAMPLE_REQUEST_ID, ErrorBody

Responses = dict[int | str, dict[str, Any]]
"""What FastAPI takes as `responses=` of a route."""


def error_responses(messages: Mapping[int, str]) -> Responses:
    """The error responses of a route, each status with the message of its example."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "model": ErrorBody,
            "content": {
                "application/json": {
                    "example": {"message": message, "requestId": EXAMPLE_REQUEST_ID}
                }
            },
        }
        for status, message in messages.items()
    }
