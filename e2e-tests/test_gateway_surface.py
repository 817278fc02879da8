"""The routes of the contract, and nothing else."""

import re

import httpx2
import pytest
from client import ACTIVITY, AUTH, TASKS, Hunter, assert_error


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/api/users",
        AUTH,
        f"{AUTH}/me",
        "/api/users/auth/register/x",
        "/api/tasksx",
        f"{TASKS}/{'0' * 24}/x",
        "/api/activity/1",
        "/api/activities",
        "/metrics",
        "/internal/revocations",
        "/internal/revocations?sid=a",
        "/api/../internal/revocations",
        "/api/%2e%2e/internal/revocations",
        "/api/tasks/..%2f..%2finternal",
        "//api/tasks",
        "/API/TASKS",
        "/api/tasks/%00",
        "/.env",
    ],
)
async def test_what_the_contract_does_not_list_is_not_there(hunter: Hunter, path: str) -> None:
    for method in ("GET", "POST"):
        answer = await hunter.call(method, path)
        assert answer.status_code in (400, 404), path
        assert_error(answer, answer.status_code)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (f"{AUTH}/register", {"POST"}),
        (f"{AUTH}/login", {"POST"}),
        (f"{AUTH}/refresh", {"POST"}),
        (f"{AUTH}/logout", {"POST"}),
        (TASKS, {"GET", "POST"}),
        (f"{TASKS}/{'0' * 24}", {"GET", "PATCH", "DELETE"}),
        (ACTIVITY, {"GET"}),
        ("/health", {"GET"}),
        ("/ready", {"GET"}),
    ],
)
async def test_a_wrong_method_is_405_and_names_the_right_ones(
    hunter: Hunter, path: str, allowed: set[str]
) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - allowed:
        answer = await hunter.call(method, path)
        assert_error(answer, 405)
        named = {part.strip() for part in answer.headers["allow"].split(",")}
        assert named - {"HEAD", "OPTIONS"} == allowed


async def test_a_trailing_slash_is_never_a_redirect(hunter: Hunter) -> None:
    answer = await hunter.get(f"{TASKS}/")

    assert answer.status_code in (200, 404)


async def test_health_and_readiness_say_how_it_is(http: httpx2.AsyncClient) -> None:
    health = await http.get("/health")
    assert health.status_code == 200
    assert health.json() == {"status": "ok", "service": "api-gateway"}

    ready = await http.get("/ready")
    assert ready.status_code == 200
    assert {"status", "checks"} <= set(ready.json())
    checks = ready.json()["checks"]
    assert {"redis", "breaker", "user-service", "tasks-service", "activity-service"} <= set(checks)
    assert all(re.fullmatch(r"[a-z -]+", word) for word in checks.values())
