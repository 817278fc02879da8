"""The branches of the error tree that only a gateway has, and the answer that any error becomes.

ServiceError
├── MethodNotAllowed      405
├── RequestTimeout        408
├── BadGateway            502
└── GatewayTimeout        504
"""

from collections.abc import Iterable

from chassis.errors import ServiceError, error_response
from contracts.errors import UNAVAILABLE
from starlette.types import Send


class MethodNotAllowed(ServiceError):
    status = 405

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__("Method not allowed", headers={"allow": ", ".join(sorted(allowed))})


class RequestTimeout(ServiceError):
    """The client took too long over its own request."""

    status = 408


class BadGateway(ServiceError):
    """The service broke off before its answer began."""

    status = 502

    def __init__(self) -> None:
        super().__init__(UNAVAILABLE)


class GatewayTimeout(ServiceError):
    """The service did not answer in time."""

    status = 504

    def __init__(self) -> None:
        super().__init__(UNAVAILABLE)


async def send_error(send: Send, error: ServiceError, *, close: bool) -> None:
    """Answer with the contract's body; the answer's last message is left to the caller if `close`.

    `close` asks the client to hang up (RFC 9112, section 9.6): its request has not been read to
    the end, so nothing else can follow on the connection.
    """
    response = error_response(error)
    headers = response.raw_headers
    if close:
        headers = [*headers, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": close})
