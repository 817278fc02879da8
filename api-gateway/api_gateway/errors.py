"""The branches of the error tree that only a gateway has.

ServiceError
├── MethodNotAllowed         405
├── RequestTimeout           408
├── UriTooLong               414
├── HeadTooLarge             431
├── MethodNotImplemented     501
├── BadGateway               502
├── GatewayTimeout           504
└── HttpVersionNotSupported  505
"""

from chassis.errors import ServiceError
from contracts.errors import UNAVAILABLE


class MethodNotAllowed(ServiceError):
    """`allow` is the value of the header that RFC 9110, section 15.5.6, asks for."""

    status = 405

    def __init__(self, allow: str) -> None:
        super().__init__("Method not allowed", headers={"allow": allow})


class RequestTimeout(ServiceError):
    """The client took too long over its own request."""

    status = 408


class UriTooLong(ServiceError):
    """The target of the request line is longer than the gateway reads."""

    status = 414

    def __init__(self) -> None:
        super().__init__("Request target too long")


class HeadTooLarge(ServiceError):
    """A head or a trailer is larger than the gateway reads."""

    status = 431

    def __init__(self) -> None:
        super().__init__("Request header fields too large")


class MethodNotImplemented(ServiceError):
    """The method is none that this server has heard of (RFC 9110, section 15.6.2)."""

    status = 501

    def __init__(self) -> None:
        super().__init__("Method not implemented")


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
