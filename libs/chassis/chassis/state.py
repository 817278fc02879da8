"""What a service's lifespan has opened, for its routes."""

from typing import Any

from fastapi import Depends, Request


def from_state(name: str) -> Any:  # noqa: ANN401 — FastAPI's own marker of a dependency
    """`Annotated[Feed, from_state("feed")]` as a parameter of a route is the state's `feed`."""

    async def get(request: Request) -> Any:  # noqa: ANN401 — the annotation says which type it is
        return request.scope["state"][name]

    return Depends(get)
