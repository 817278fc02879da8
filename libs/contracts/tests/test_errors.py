"""The body of every error answer."""

from contracts.errors import ErrorBody, FieldError


def test_the_body_is_written_in_camel_case() -> None:
    body = ErrorBody(
        message="Invalid input",
        errors=[FieldError(field="title", message="too long")],
        request_id="r",
    )
    assert body.model_dump(by_alias=True) == {
        "message": "Invalid input",
        "errors": [{"field": "title", "message": "too long"}],
        "requestId": "r",
    }


def test_errors_are_left_out_when_no_field_is_concerned() -> None:
    body = ErrorBody(message="Not found", request_id="r")
    assert body.model_dump(by_alias=True, exclude_none=True) == {
        "message": "Not found",
        "requestId": "r",
    }
