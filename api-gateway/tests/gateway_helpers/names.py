"""The name server of a test."""

import asyncio
import socket
from typing import Final

from aiohttp.abc import ResolveResult

NAME: Final = "tasks.test"


class Names:
    """Which addresses `NAME` has, and whether nobody says so."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.silent = False

    async def resolve(
        self, _resolver: object, host: str, port: int, _family: object
    ) -> list[ResolveResult]:
        if self.silent:
            await asyncio.Event().wait()
        if host != NAME or not self.addresses:
            raise socket.gaierror(socket.EAI_AGAIN, "no name server answers")
        # In one order, as the system gives them.
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for address in sorted(self.addresses)
        ]
