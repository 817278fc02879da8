"""What every answer carries: security headers, CORS and a request id."""

import re

import httpx2
import pytest
from client import ACTIVITY, AUTH, ORIGIN, TASKS, Hunter, assert_error

CORS = {
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-expose-headers",
}
ROUTES = [
    ("POST", f"{AUTH}/register"),
    ("POST", f"{AUTH}/login"),
    ("POST", f"{AUTH}/refresh"),
    ("POST", f"{AUTH}/logout"),
    ("GET", TASKS),
    ("POST", TASKS),
    ("GET", f"{TASKS}/{'0' * 24}"),
    ("PATCH", f"{TASKS}/{'0' * 24}"),
    ("DELETE", f"{TASKS}/{'0' * 24}"),
    ("GET", ACTIVITY),
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/nowhere"),
    ("DELETE", ACTIVITY),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_answer_carries_the_security_headers_and_a_request_id(
    http: httpx2.AsyncClient, method: str, path: str
) -> None:
    answer = await http.request(method, path)

    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", headers["x-request-id"])
    assert len(headers.get_list("x-request-id")) == 1
    assert headers["content-type"].startswith("application/json")
    assert "server" not in headers
    assert "x-powered-by" not in headers
    if path.startswith("/api"):
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_answer_even_an_error_carries_cors_for_the_page(
    http: httpx2.AsyncClient, method: str, path: str
) -> None:
    answer = await http.request(method, path, headers={"origin": ORIGIN})

    assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "x-request-id" in answer.headers["access-control-expose-headers"].lower()
    assert "origin" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        f"{ORIGIN}.evil.example",
        "http://localhost:30000",
        "https://localhost:3000",
        "http://localhost",
        "http://evil.example",
        f"{ORIGIN}/",
        f"{ORIGIN}, http://evil.example",
        "HTTP://LOCALHOST:3000",
    ],
)
async def test_a_foreign_origin_gets_no_cors(http: httpx2.AsyncClient, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        headers = {"origin": origin, "access-control-request-method": "GET"}
        answer = await http.request(method, TASKS, headers=headers)
        assert CORS.isdisjoint(answer.headers), answer.headers


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
async def test_a_preflight_allows_the_page_what_it_needs(
    http: httpx2.AsyncClient, method: str
) -> None:
    answer = await http.options(
        f"{TASKS}/{'0' * 24}",
        headers={
            "origin": ORIGIN,
            "access-control-request-method": method,
            "access-control-request-headers": "authorization, content-type, if-match",
        },
    )

    assert answer.status_code in (200, 204)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert method in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert all(name in allowed for name in ("authorization", "content-type", "if-match"))


@pytest.mark.parametrize("request_id", ["a", "my.trace_id-1", "x" * 64])
async def test_a_sane_request_id_is_kept(http: httpx2.AsyncClient, request_id: str) -> None:
    for path in ("/health", TASKS, "/nowhere"):
        answer = await http.get(path, headers={"x-request-id": request_id})
        assert answer.headers["x-request-id"] == request_id


@pytest.mark.parametrize("request_id", ["", "x" * 65, "a b", 'a"b', "a/b", "a,b", "\u00e9"])
async def test_another_request_id_is_replaced(http: httpx2.AsyncClient, request_id: str) -> None:
    answer = await http.get(TASKS, headers={b"x-request-id": request_id.encode()})

    assert answer.headers["x-request-id"] != request_id
    assert_error(answer, 401)


async def test_two_requests_have_two_ids(hunter: Hunter) -> None:
    answers = [await hunter.get(TASKS) for _ in range(2)]

    assert answers[0].headers["x-request-id"] != answers[1].headers["x-request-id"]
