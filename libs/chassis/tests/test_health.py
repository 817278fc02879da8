"""`/health` and `/ready`."""

import asyncio

import httpx2
import pytest
from chassis import health
from chassis.health import Check, Checks
from chassis_helpers.http import client_of


async def _up() -> str:
    return "up"


async def _no_primary() -> str:
    return "no primary"


async def _broken() -> str:
    raise ConnectionError("mongodb://user:hunter2@mongo")


async def _hanging() -> str:
    await asyncio.Event().wait()
    return "up"


async def ask(path: str, required: dict[str, Check], **optional: Check) -> httpx2.Response:
    async with client_of(checks=Checks(required, optional)) as client:
        return await client.get(path)


async def test_health_is_ok_whatever_is_down() -> None:
    answer = await ask("/health", {"mongo": _broken})
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "service": "note-service"}


async def test_ready_is_200_when_all_is_up() -> None:
    answer = await ask("/ready", {"mongo": _up, "redis": _up})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["checks"]) == (
        "ok",
        {"mongo": "up", "redis": "up"},
    )


async def test_ready_is_503_and_names_what_is_not_up() -> None:
    answer = await ask("/ready", {"redis": _up, "mongo": _no_primary, "rabbitmq": _broken})
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["checks"] == {"redis": "up", "mongo": "no primary", "rabbitmq": "down"}
    assert "hunter2" not in answer.text


async def test_a_check_that_hangs_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_TIMEOUT", 0.01)
    answer = await ask("/ready", {"mongo": _hanging, "redis": _up})
    assert answer.json()["checks"] == {"mongo": "down", "redis": "up"}


async def test_what_a_service_can_do_without_is_named_and_leaves_it_ready() -> None:
    answer = await ask("/ready", {"mongo": _up}, redis=_broken)
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"mongo": "up", "redis": "down"}
