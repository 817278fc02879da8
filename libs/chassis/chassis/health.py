"""`/health`: the process lives. `/ready`: it has what it needs to do its job."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

CHECK_TIMEOUT = 2.0  # seconds for all checks of one /ready together

Check = Callable[[], Awaitable[str]]
"""Says how a dependency is: "up", or another word; raising means "down"."""


def health_router(
    service: str,
    checks: Callable[[], Mapping[str, Check]],
    *,
    up: frozenset[str] = frozenset({"up"}),
) -> APIRouter:
    """The two routes. `checks` is asked at each call, since resources open in the lifespan.

    A check whose word is not in `up` makes the service unready (503).
    """
    router = APIRouter(tags=["health"])

    @router.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "service": service}

    @router.get("/ready")
    async def ready() -> JSONResponse:
        named = checks()
        words = await asyncio.gather(*(_ask(check) for check in named.values()))
        ok = all(word in up for word in words)
        return JSONResponse(
            {
                "status": "ok" if ok else "unavailable",
                "service": service,
                "checks": dict(zip(named, words, strict=True)),
            },
            status_code=200 if ok else 503,
        )

    return router


async def _ask(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            return await check()
    except Exception:  # noqa: BLE001 — whatever is wrong with a dependency, it is down
        return "down"
