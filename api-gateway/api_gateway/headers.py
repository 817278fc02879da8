"""What a request says in its headers, what goes up of them, and what comes down of an answer's.

Hop-by-hop fields and those that `Connection` names end here (RFC 9110, section 7.6.1), and so does
every field by which a client could pose as somebody: the gateway adds its own afterwards, where
the client's `Connection` cannot reach them.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from chassis.errors import BadRequest

Pairs = list[tuple[bytes, bytes]]
TextPairs = list[tuple[str, str]]

_HOP_BY_HOP: Final = frozenset(
    b"connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer "
    b"transfer-encoding upgrade http2-settings".split()
)
_REPLACED_UPWARDS: Final = frozenset(
    b"authorization expect forwarded host x-real-ip x-client-ip true-client-ip cf-connecting-ip "
    b"x-request-id traceparent via".split()
)
_IDENTITY: Final = re.compile(rb"x-(?:internal|user|token|forwarded)-.*")
_REPLACED_DOWNWARDS: Final = _HOP_BY_HOP | frozenset(
    # The server adds a date; the others are the gateway's own to say (see `edge`).
    b"date server via x-request-id cache-control content-security-policy referrer-policy "
    b"strict-transport-security x-content-type-options x-frame-options "
    b"access-control-allow-origin access-control-allow-credentials "
    b"access-control-expose-headers".split()
)
# As many digits as the greatest length that the parser takes; int() gives up at a few thousand.
_LENGTH: Final = re.compile(rb"[0-9]{1,20}")
_CONNECTION_OPTIONS: Final = frozenset((b"", b"close", b"keep-alive"))


class _Kind(Enum):
    PASSED = auto()
    DROPPED = auto()
    READ = auto()


_READ: Final = frozenset(
    b"authorization connection content-length cookie host origin transfer-encoding "
    b"x-forwarded-for".split()
)


@lru_cache(maxsize=512)
def _kind(name: bytes) -> _Kind:
    if name in _READ:
        return _Kind.READ
    # Some servers read `x_user_id` as `x-user-id`.
    plain = name.replace(b"_", b"-")
    if plain in _HOP_BY_HOP or plain in _REPLACED_UPWARDS or _IDENTITY.fullmatch(plain):
        return _Kind.DROPPED
    return _Kind.PASSED


@lru_cache(maxsize=512)
def _name(name: bytes) -> str:
    return name.decode("latin-1")


def _text(value: bytes) -> str:
    try:
        return value.decode()  # the way up encodes it as UTF-8 again
    except UnicodeDecodeError:
        return value.decode("latin-1")


class RequestHeaders:
    """One reading of a request's headers; BadRequest where they leave the message in doubt.

    `length` is the declared size of the body in bytes, None when it is chunked, 0 without one.
    """

    __slots__ = (
        "authorization",
        "cookies",
        "forwarded_for",
        "length",
        "origins",
        "passed",
    )

    def __init__(self, raw: Iterable[tuple[bytes, bytes]], http_version: str = "1.1") -> None:
        self.authorization: list[bytes] = []
        self.cookies: list[bytes] = []
        self.forwarded_for: list[bytes] = []
        self.origins: list[bytes] = []
        self.passed: TextPairs = []
        lengths: list[bytes] = []
        codings: list[bytes] = []
        hosts: list[bytes] = []
        connection: list[bytes] = []
        read = {
            b"authorization": self.authorization,
            b"connection": connection,
            b"content-length": lengths,
            b"cookie": self.cookies,
            b"host": hosts,
            b"origin": self.origins,
            b"transfer-encoding": codings,
            b"x-forwarded-for": self.forwarded_for,
        }
        passed = self.passed
        for name, value in raw:
            kind = _kind(name)
            if kind is _Kind.PASSED:
                passed.append((_name(name), _text(value)))
            elif kind is _Kind.READ:
                read[name].append(value)
        if len(hosts) != 1 and (hosts or http_version == "1.1"):
            raise BadRequest("Exactly one Host header is needed")  # RFC 9112, section 3.2
        self.length = _body_length(lengths, codings, http_version)
        if connection:
            self._apply(connection)

    @property
    def has_body(self) -> bool:
        return self.length != 0

    def _apply(self, connection: list[bytes]) -> None:
        named = _connection_options(connection)
        if named <= _CONNECTION_OPTIONS:
            return
        names = {_name(name) for name in named}
        self.passed = [pair for pair in self.passed if pair[0] not in names]
        if b"cookie" in named:
            self.cookies = []


def _connection_options(values: Iterable[bytes]) -> set[bytes]:
    return {option.strip(b" \t").lower() for value in values for option in value.split(b",")}


def _body_length(lengths: list[bytes], codings: list[bytes], http_version: str) -> int | None:
    """RFC 9112, section 6.3, and no leniency where two readers could disagree."""
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


def headers_down(raw: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """What the client sees of a service's headers: repeated ones (`set-cookie`) stay repeated."""
    kept: Pairs = []
    connection: list[bytes] = []
    for cased, value in raw:
        name = cased.lower()
        if name == b"connection":
            connection.append(value)
        elif name not in _REPLACED_DOWNWARDS:
            kept.append((name, value))
    if connection:
        named = _connection_options(connection)
        if not named <= _CONNECTION_OPTIONS:
            kept = [pair for pair in kept if pair[0] not in named]
    return kept
