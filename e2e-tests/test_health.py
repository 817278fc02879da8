"""What the gateway says of itself and of what it needs."""

import re

import httpx2
from client import Json
from devstack.testing import eventually


async def test_health_and_readiness_say_how_it_is(http: httpx2.AsyncClient) -> None:
    health = await http.get("/health")
    assert health.status_code == 200
    assert health.json() == {"status": "ok", "service": "api-gateway"}

    async def readiness() -> Json:
        """On a busy machine a check may run out of its time."""
        ready = await http.get("/ready")
        assert ready.status_code == 200, ready.text
        body: Json = ready.json()
        return body

    ready = await eventually(readiness)
    assert {"status", "checks"} <= set(ready)
    checks = ready["checks"]
    assert {"redis", "breaker", "user-service", "tasks-service", "activity-service"} <= set(checks)
    assert all(re.fullmatch(r"[a-z -]+", word) for word in checks.values())
