"""`/health`: the process lives. `/ready`: it has what it needs to do its job."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from chassis import certificates

PATHS: Final = frozenset({"/health", "/ready"})
CHECK_TIMEOUT: Final = 2.0  # seconds for all checks of one /ready together

Check = Callable[[], Awaitable[str]]
"""Says how a dependency is: "up", or another word; raising means "down"."""


class Checks(NamedTuple):
    """What `/ready` asks, by the name it shows.

    A `required` check that is not "up" makes the answer 503. An `optional` one is shown and changes
    nothing: the service does its job without that dependency.
    """

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = {}


router = APIRouter(include_in_schema=False)


@router.get("/health")
async def health(request: Request) -> dict[str, str]:
    return {"status": "ok", "service": request.app.title}


@router.get("/ready")
async def ready(request: Request) -> JSONResponse:
    checks: Checks = request.scope["state"]["checks"]
    named = {**checks.required, **checks.optional}
    words = await asyncio.gather(*(_ask(name, check) for name, check in named.items()))
    answers = dict(zip(named, words, strict=True))
    ok = all(answers[name] == "up" for name in checks.required)
    status = "ok" if ok else "unavailable"
    return JSONResponse(
        {"status": status, "service": request.app.title, "checks": answers},
        status_code=200 if ok else 503,
    )


async def _ask(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            return await check()
    except Exception as error:  # noqa: BLE001 — whatever is wrong with a dependency, it is down
        return certificates.word_for(name, error) or "down"
