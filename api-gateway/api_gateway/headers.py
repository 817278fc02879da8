"""The headers of a request and of a service's response: what is read, and what is forwarded.

Hop-by-hop fields and those that `Connection` names are not forwarded (RFC 9110, section 7.6.1),
and neither is any field by which a client could claim to be another user. The gateway adds its own
fields afterwards, so the client's `Connection` cannot remove them.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from chassis.errors import BadRequest

Headers = list[tuple[bytes, bytes]]
TextHeaders = list[tuple[str, str]]

_HOP_BY_HOP: Final = frozenset(
    b"connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer "
    b"transfer-encoding upgrade http2-settings".split()
)
_REPLACED_IN_REQUESTS: Final = frozenset(
    b"authorization expect forwarded host x-real-ip x-client-ip true-client-ip cf-connecting-ip "
    b"x-request-id traceparent via "
    # Nobody behind the gateway reads them, and a client may write anything there. A trace goes on
    # without (W3C Trace Context, section 3.3, and Baggage, section 3.2).
    b"tracestate baggage".split()
)
_IDENTITY: Final = re.compile(rb"x-(?:internal|user|token|forwarded)-.*")
_REPLACED_IN_RESPONSES: Final = _HOP_BY_HOP | frozenset(
    # The server adds a date; the gateway adds the others (see `response_headers`).
    b"date server via x-request-id cache-control content-security-policy referrer-policy "
    b"strict-transport-security x-content-type-options x-frame-options "
    b"access-control-allow-origin access-control-allow-credentials "
    b"access-control-expose-headers".split()
)
# As many digits as the greatest length that the parser takes; int() gives up at a few thousand.
_LENGTH: Final = re.compile(rb"[0-9]{1,20}")
_CONNECTION_OPTIONS: Final = frozenset((b"", b"close", b"keep-alive"))


class _Use(Enum):
    FORWARDED = auto()
    DROPPED = auto()
    READ = auto()


_READ: Final = frozenset(
    b"authorization connection content-length cookie host origin transfer-encoding "
    b"x-forwarded-for".split()
)


@lru_cache(maxsize=512)
def _use_of(name: bytes) -> _Use:
    if name in _READ:
        return _Use.READ
    # Some servers read `x_user_id` as `x-user-id`.
    plain = name.replace(b"_", b"-")
    if plain in _HOP_BY_HOP or plain in _REPLACED_IN_REQUESTS or _IDENTITY.fullmatch(plain):
        return _Use.DROPPED
    return _Use.FORWARDED


@lru_cache(maxsize=512)
def _name(name: bytes) -> str:
    return name.decode("latin-1")


def _text(value: bytes) -> str:
    try:
        return value.decode()  # aiohttp encodes it as UTF-8 again
    except UnicodeDecodeError:
        return value.decode("latin-1")


class RequestHeaders:
    """What the headers of a request say; BadRequest where two readers could disagree about that.

    `length` is the declared size of the body in bytes, None when it is chunked, 0 without one.
    `forwarded` are the headers for the service.
    """

    __slots__ = ("authorization", "cookies", "forwarded", "forwarded_for", "length", "origins")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]], http_version: str = "1.1") -> None:
        read: dict[bytes, list[bytes]] = {name: [] for name in _READ}
        forwarded: TextHeaders = []
        for name, value in raw:
            use = _use_of(name)
            if use is _Use.FORWARDED:
                forwarded.append((_name(name), _text(value)))
            elif use is _Use.READ:
                read[name].append(value)
        hosts = read[b"host"]
        if len(hosts) != 1 and (hosts or http_version == "1.1"):
            raise BadRequest("Exactly one Host header is needed")  # RFC 9112, section 3.2
        self.length = _body_length(
            read[b"content-length"], read[b"transfer-encoding"], http_version
        )
        self.authorization = read[b"authorization"]
        self.cookies = read[b"cookie"]
        self.forwarded_for = read[b"x-forwarded-for"]
        self.origins = read[b"origin"]
        self.forwarded = forwarded
        if read[b"connection"]:
            self._remove_named_in(read[b"connection"])

    def _remove_named_in(self, connection: list[bytes]) -> None:
        named = _connection_options(connection)
        if named <= _CONNECTION_OPTIONS:
            return
        names = {_name(name) for name in named}
        self.forwarded = [pair for pair in self.forwarded if pair[0] not in names]
        if b"cookie" in named:
            self.cookies = []


def _connection_options(values: Iterable[bytes]) -> set[bytes]:
    return {option.strip(b" \t").lower() for value in values for option in value.split(b",")}


def _body_length(lengths: list[bytes], codings: list[bytes], http_version: str) -> int | None:
    """RFC 9112, section 6.3, and BadRequest where two readers could disagree."""
    if codings:
        chunked = len(codings) == 1 and codings[0].lower() == b"chunked"
        if lengths or not chunked or http_version != "1.1":
            raise BadRequest("Ambiguous body length")
        return None
    if not lengths:
        return 0
    if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
        raise BadRequest("Ambiguous body length")
    return int(lengths[0])


def forwarded_response_headers(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """A service's response headers for the client; repeated ones (`set-cookie`) stay repeated."""
    kept: Headers = []
    connection: list[bytes] = []
    for cased, value in raw:
        name = cased.lower()
        if name == b"connection":
            connection.append(value)
        elif name not in _REPLACED_IN_RESPONSES:
            kept.append((name, value))
    if connection:
        named = _connection_options(connection)
        if not named <= _CONNECTION_OPTIONS:
            kept = [pair for pair in kept if pair[0] not in named]
    return kept
