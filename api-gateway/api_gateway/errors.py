"""The branches of the error tree that only a gateway has.

ServiceError
├── MethodNotAllowed         405
├── RequestTimeout           408
├── HeadTooLarge             431
├── BadGateway               502
├── GatewayTimeout           504
└── HttpVersionNotSupported  505
"""

from collections.abc import Iterable

from chassis.errors import ServiceError
from contracts.errors import UNAVAILABLE


class MethodNotAllowed(ServiceError):
    status = 405

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__("Method not allowed", headers={"allow": ", ".join(sorted(allowed))})


class RequestTimeout(ServiceError):
    """The client took too long over its own request."""

    status = 408


class HeadTooLarge(ServiceError):
    """A head or a trailer is larger than the gateway reads."""

    status = 431

    def __init__(self) -> None:
        super().__init__("Request header fields too large")


class BadGateway(ServiceError):
    """The service broke off before its response began."""

    status = 502

    def __init__(self) -> None:
        super().__init__(UNAVAILABLE)


class GatewayTimeout(ServiceError):
    """The service did not respond in time."""

    status = 504

    def __init__(self) -> None:
        super().__init__(UNAVAILABLE)


class HttpVersionNotSupported(ServiceError):
    """The request line names another version than HTTP/1.0 and HTTP/1.1."""

    status = 505

    def __init__(self) -> None:
        super().__init__("HTTP version not supported")
