"""What the tests of this package share."""

import httpx2


def is_an_error(answer: httpx2.Response, status: int, message: str) -> None:
    """The body and the headers of an error as in `docs/api.md`, and nothing else."""
    assert answer.status_code == status
    request_id = answer.headers["x-request-id"]
    assert answer.json() == {"message": message, "requestId": request_id}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
