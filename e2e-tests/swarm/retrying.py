"""Clients that send what has failed a second time, and what they saw."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

import httpx2
from client import ACTIVITY, AUTH, TASKS, User
from load import Load
from swarm.anywhere import Anywhere

CLIENTS = 4
PAGE_PORT, API_PORT = 3000, 4000
_PATIENCE_SECONDS = 30.0  # that of the gateway
_PAUSE_SECONDS = 0.02  # so that the machines are busy and not overloaded
_CREATES = 5  # for each of the other requests


class Request(NamedTuple):
    """What it asked for, when it began and ended (monotonic seconds), and what each sending of it got."""

    kind: str
    began: float
    ended: float
    answers: list[str]

    @property
    def is_lost(self) -> bool:
        return not self.answers[-1].startswith("2")


class Client(Load):
    """One account, one request at a time: creates for the most part, lists, feeds, sign-ins and pages.

    What fails with a 5xx, or without a response, is sent again once, to another address.
    """

    def __init__(self, user: User, page: httpx2.AsyncClient) -> None:
        super().__init__(user)
        self.user = user
        self.requests: list[Request] = []
        self._page = page

    async def run(self) -> None:
        while True:
            for _ in range(_CREATES):
                await self._create()
            await self._ask("list", lambda: self.user.get(TASKS))
            await self._ask("feed", lambda: self.user.get(ACTIVITY))
            await self._ask("page", lambda: self._page.get("/"))
            await self._sign_in()

    async def _create(self) -> None:
        body = {"title": f"Task {len(self.requests)}", "status": "Open"}
        headers = {"idempotency-key": secrets.token_hex(16)}
        answer = await self._ask(
            "create", lambda: self.user.call("POST", TASKS, json=body, headers=headers)
        )
        if answer is not None and answer.status_code == 201:
            self.acknowledged.append(answer.json()["task"]["_id"])

    async def _sign_in(self) -> None:
        body: dict[str, Any] = {"email": self.user.email, "password": self.user.password}
        answer = await self._ask("login", lambda: self.user.http.post(f"{AUTH}/login", json=body))
        if answer is not None and answer.status_code == 200:
            self.user.token = answer.json()["accessToken"]

    async def _ask(
        self, kind: str, send: Callable[[], Awaitable[httpx2.Response]]
    ) -> httpx2.Response | None:
        began, answers, answer = time.monotonic(), list[str](), None
        for _ in range(2):
            try:
                answer = await send()
                answers.append(str(answer.status_code))
            except httpx2.TransportError as error:
                answer = None
                answers.append(type(error).__name__)
            if answer is not None and answer.status_code < 500:
                break
        self.requests.append(Request(kind, began, time.monotonic(), answers))
        await asyncio.sleep(_PAUSE_SECONDS)
        return answer


@asynccontextmanager
async def using(addresses: list[str]) -> AsyncIterator[list[Client]]:
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
            client = Client(User(await http(API_PORT)), await http(PAGE_PORT))
            await client.user.register()
            clients.append(client)
        yield clients


@asynccontextmanager
async def working(clients: list[Client]) -> AsyncIterator[None]:
    """All of them work inside the block; what is under way at its end has no result."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(client.run()) for client in clients]
        yield
        for task in tasks:
            task.cancel()
