"""Which requests have a route, and which paths are read in one way only."""

from urllib.parse import unquote_to_bytes

import pytest
from api_gateway.errors import MethodNotAllowed, MethodNotImplemented
from api_gateway.routes import ROUTES, Route, RouteTable, checked_path, refuse_unknown_method
from chassis.errors import BadRequest, NotFound
from hypothesis import given
from hypothesis import strategies as st

routes = RouteTable()


@pytest.mark.parametrize("route", ROUTES)
def test_each_row_of_the_table_is_found(route: Route) -> None:
    assert routes.find(route.method, route.path.replace("{id}", "abc").encode()) is route


@pytest.mark.parametrize(
    "path",
    [
        b"/",
        b"/api",
        b"/api/users",
        b"/api/users/auth",
        b"/api/users/auth/register/x",
        b"/api/task",
        b"/api/tasks/a/b",
        b"/api/tasks//",
        b"//api/tasks",
        b"/API/tasks",
        b"/%61pi/tasks",
        b"/internal/revocations",
        b"/api/activity/x",
        b"/api/activities",
        b"/api/users/auth/me",
        b"/metrics",
        b"/.env",
        b"/health/x",
    ],
)
def test_other_paths_are_not_found(path: bytes) -> None:
    with pytest.raises(NotFound):
        routes.find("GET", path)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("HEAD", b"/api/users/auth/login", "OPTIONS, POST"),
        ("DELETE", b"/api/tasks", "GET, HEAD, OPTIONS, POST"),
        ("PUT", b"/api/tasks/abc", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("TRACE", b"/api/activity", "GET, HEAD, OPTIONS"),
        ("POST", b"/health", "GET, HEAD, OPTIONS"),
        ("DELETE", b"/docs/start.js", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_told_the_allowed_ones(method: str, path: bytes, allowed: str) -> None:
    with pytest.raises(MethodNotAllowed) as caught:
        routes.find(method, path)
    assert caught.value.headers["allow"] == allowed == routes.allow(path)


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"])
def test_head_has_the_route_of_get(route: Route) -> None:
    assert routes.find("HEAD", route.path.encode()) is route


def test_options_about_no_path_is_told_every_method() -> None:
    assert routes.allow(b"*") == "DELETE, GET, HEAD, OPTIONS, PATCH, POST"


@pytest.mark.parametrize("method", ["PURGE", "QUERY", "get", "Get", ""])
def test_a_method_of_no_standard_is_not_implemented(method: str) -> None:
    with pytest.raises(MethodNotImplemented):
        refuse_unknown_method(method)


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        (b"/api/tasks", b"/api/tasks"),
        (b"/api/tasks/", b"/api/tasks"),
        (b"/api/tasks//", b"/api/tasks/"),
        (b"/", b"/"),
        (b"/api/tasks/a%20b", b"/api/tasks/a%20b"),
        (b"/api/tasks/%252e%252e", b"/api/tasks/%252e%252e"),
        (b"/api/tasks/...", b"/api/tasks/..."),
    ],
)
def test_a_plain_path_is_passed_on_but_for_one_slash_at_its_end(path: bytes, plain: bytes) -> None:
    assert checked_path(path, b"") == plain


@pytest.mark.parametrize(
    "path",
    [
        b"/api/./tasks",
        b"/api/tasks/..",
        b"/api/tasks/../users",
        b"/api/tasks/%2e%2E",
        b"/api/tasks/a%2fb",
        b"/api/tasks/a%5Cb",
        b"/api/tasks/a\\b",
        b"/api/tasks/a%00b",
        b"/api/tasks/a%0d%0ab",
        b"/api/tasks/a%7f",
        b"/api/tasks/%",
        b"/api/tasks/%zz",
        b"/api/tasks/\xc3\xa9",
        b"/api/tasks/a b",
        b"/api/tasks/{id}",
        b"",
    ],
)
def test_a_path_that_two_readers_could_read_differently_is_refused(path: bytes) -> None:
    with pytest.raises(BadRequest):
        checked_path(path, b"")


@pytest.mark.parametrize("query", [b"a b", b"a\r\nx: y", b"\x00", b"\xe9"])
def test_a_query_that_cannot_stand_in_a_request_line_is_refused(query: bytes) -> None:
    with pytest.raises(BadRequest):
        checked_path(b"/api/tasks", query)


PIECES = st.sampled_from(
    ["/", "//", ".", "..", "%2e", "%2F", "%5c", "%00", "%25", "%41", "\\", "a", "tasks", "api", ";"]
)


@given(st.lists(PIECES, max_size=12))
def test_what_is_forwarded_stays_where_it_is_under_any_decoder(pieces: list[str]) -> None:
    path = ("/api/tasks/" + "".join(pieces)).encode()
    try:
        plain = checked_path(path, b"")
        routes.find("GET", plain)
    except (BadRequest, NotFound):
        return
    decoded = unquote_to_bytes(plain)
    assert decoded.startswith(b"/api/tasks")
    assert decoded.count(b"/") == plain.count(b"/") <= 3
    assert b"\\" not in decoded
    assert not {b".", b".."} & set(decoded.split(b"/"))
    assert all(byte >= 0x20 and byte != 0x7F for byte in decoded)
