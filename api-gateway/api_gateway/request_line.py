"""What is wrong with a request line that the parser does not take."""

import re
from typing import Final

from chassis.errors import BadRequest, ServiceError

from api_gateway.errors import HttpVersionNotSupported, MethodNotImplemented
from api_gateway.routes import METHODS

VERSIONS: Final = ("1.0", "1.1")

# RFC 9112, section 3, and any number for a version.
_REQUEST_LINE: Final = re.compile(
    rb"^([A-Za-z0-9!#$%&'*+.^_`|~-]+) ([\x21-\x7e]+) HTTP/([0-9.]+)\r?$", re.MULTILINE
)


def error_in(data: bytes, target: bytes) -> ServiceError:
    """The error for what the parser has refused.

    `target` is as far as the parser came in the request line: empty if the method stopped it. The
    line counts if all of it is in `data`.
    """
    for method, read_target, version in _REQUEST_LINE.findall(data):
        if target not in (b"", read_target):
            continue
        if version.decode() not in VERSIONS:
            return HttpVersionNotSupported()
        if method.decode() not in METHODS:
            return MethodNotImplemented()
    return BadRequest("Malformed request")
