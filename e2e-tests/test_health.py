"""What the gateway says of itself and of what it needs."""

import re

import httpx2


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
