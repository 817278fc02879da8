"""What a request's headers say, and what of them goes up and comes down."""

import pytest
from api_gateway.headers import RequestHeaders, forwarded_response_headers
from chassis.errors import BadRequest
from hypothesis import given
from hypothesis import strategies as st

HOST = (b"host", b"x")


def passed(*pairs: tuple[bytes, bytes]) -> list[tuple[str, str]]:
    return RequestHeaders([HOST, *pairs]).forwarded


def test_ordinary_headers_pass_as_they_are_and_repeated() -> None:
    pairs = [(b"accept", b"a"), (b"x-other", b"1"), (b"x-other", b"2"), (b"if-match", b'"3"')]
    assert passed(*pairs) == [(k.decode(), v.decode()) for k, v in pairs]


@pytest.mark.parametrize(
    "name",
    [
        b"x-internal-identity",
        b"x-internal-anything",
        b"x-user-id",
        b"x_user_id",
        b"x-token-id",
        b"x-token-expiry",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x_forwarded_for",
        b"forwarded",
        b"x-real-ip",
        b"x-request-id",
        b"traceparent",
        b"tracestate",
        b"baggage",
        b"authorization",
        b"cookie",
        b"host",
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"upgrade",
        b"http2-settings",
        b"expect",
        b"via",
    ],
)
def test_what_ends_at_the_gateway_is_not_passed(name: bytes) -> None:
    pairs = [(name, b"1")] if name == b"host" else [HOST, (name, b"1")]
    assert RequestHeaders(pairs).forwarded == []


def test_what_connection_names_is_not_passed() -> None:
    pairs = [(b"connection", b"close, X-One"), (b"connection", b"\tx-two ,"), (b"x-one", b"1")]
    assert passed(*pairs, (b"x-two", b"2"), (b"x-three", b"3")) == [("x-three", "3")]


NAMES = st.sampled_from(
    ["accept", "x-a", "x-user-id", "x-internal-identity", "x-forwarded-for", "te", "x_token_id"]
) | st.from_regex(r"x-(internal|user|token|forwarded)-[a-z]{0,5}", fullmatch=True)


@given(st.lists(st.tuples(NAMES, st.just("v"))), st.lists(NAMES))
def test_identity_headers_are_dropped_whatever_connection_names(
    pairs: list[tuple[str, str]], options: list[str]
) -> None:
    raw = [(name.encode(), value.encode()) for name, value in pairs]
    names = {name for name, _ in passed(*raw, (b"connection", ", ".join(options).encode()))}
    assert names <= {"accept", "x-a"} - set(options)


@pytest.mark.parametrize(
    ("pairs", "length"),
    [
        ([], 0),
        ([(b"content-length", b"0")], 0),
        ([(b"content-length", b"12")], 12),
        ([(b"transfer-encoding", b"Chunked")], None),
    ],
)
def test_the_length_of_the_body_is_read(
    pairs: list[tuple[bytes, bytes]], length: int | None
) -> None:
    assert RequestHeaders([HOST, *pairs]).length == length


@pytest.mark.parametrize(
    "pairs",
    [
        [(b"content-length", b"1"), (b"content-length", b"1")],
        [(b"content-length", b"+1")],
        [(b"content-length", b"")],
        [(b"content-length", b"0" * 5000 + b"1")],
        [(b"content-length", b"1"), (b"transfer-encoding", b"chunked")],
        [(b"transfer-encoding", b"gzip, chunked")],
        [(b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"chunked")],
    ],
)
def test_a_body_of_ambiguous_length_is_refused(pairs: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(BadRequest):
        RequestHeaders([HOST, *pairs])


def test_chunks_are_not_for_http_1_0() -> None:
    with pytest.raises(BadRequest):
        RequestHeaders([HOST, (b"transfer-encoding", b"chunked")], "1.0")


def test_a_request_has_one_host_and_only_an_old_one_has_none() -> None:
    with pytest.raises(BadRequest):
        RequestHeaders([])
    with pytest.raises(BadRequest):
        RequestHeaders([HOST, HOST], "1.0")
    assert RequestHeaders([], "1.0").forwarded == []


def test_a_response_keeps_its_cookies_apart_and_loses_the_headers_that_the_gateway_sets() -> None:
    raw = [
        (b"Set-Cookie", b"a=1"),
        (b"Set-Cookie", b"b=2"),
        (b"ETag", b'"1"'),
        (b"Retry-After", b"3"),
        (b"WWW-Authenticate", b"Bearer"),
        (b"Server", b"s"),
        (b"Date", b"d"),
        (b"X-Request-Id", b"r"),
        (b"Cache-Control", b"public"),
        (b"Access-Control-Allow-Origin", b"*"),
        (b"Transfer-Encoding", b"chunked"),
        (b"Keep-Alive", b"5"),
    ]
    assert forwarded_response_headers(raw) == [
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
        (b"etag", b'"1"'),
        (b"retry-after", b"3"),
        (b"www-authenticate", b"Bearer"),
    ]


def test_a_response_loses_the_headers_that_its_connection_names() -> None:
    raw = [(b"Connection", b"close, X-Hop"), (b"X-Hop", b"1"), (b"X-End", b"2")]
    assert forwarded_response_headers(raw) == [(b"x-end", b"2")]
