"""Clients of a swarm, which ask for the page as well."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
from anywhere import Anywhere
from client import User
from retrying import Client

CLIENTS = 4
PAGE_PORT, API_PORT = 3000, 4000
_PATIENCE_SECONDS = 30.0  # that of the gateway


class PageClient(Client):
    """What it sends again goes to another address."""

    def __init__(self, user: User, page: httpx2.AsyncClient) -> None:
        super().__init__(user)
        self._page = page

    async def one_round(self) -> None:
        await super().one_round()
        await self.ask("page", lambda: self._page.get("/"))


@asynccontextmanager
async def using(addresses: list[str]) -> AsyncIterator[list[PageClient]]:
    """Signed-in clients, which do nothing yet."""
    async with AsyncExitStack() as stack:

        async def http(port: int) -> httpx2.AsyncClient:
            client = httpx2.AsyncClient(
                transport=Anywhere(addresses, port),
                base_url=f"http://{addresses[0]}:{port}",
                timeout=_PATIENCE_SECONDS,
            )
            return await stack.enter_async_context(client)

        clients = []
        for _ in range(CLIENTS):
            client = PageClient(User(await http(API_PORT)), await http(PAGE_PORT))
            await client.user.register()
            clients.append(client)
        yield clients
