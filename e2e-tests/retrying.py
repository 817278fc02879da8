"""Clients that send what has failed a second time, and what they saw."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx2
from client import ACTIVITY, AUTH, TASKS, User
from load import Load

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
    """One account, one request at a time: creates for the most part, lists, feeds and sign-ins.

    What fails with a 5xx, or without a response, is sent again once, at once.
    """

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self.user = user
        self.requests: list[Request] = []
        self.rounds = 0

    def created_since(self, since: float) -> bool:
        """Whether a create that began then or later was acknowledged."""
        return any(
            one.kind == "create" and one.began >= since and not one.is_lost for one in self.requests
        )

    async def run(self) -> None:
        while True:
            await self.one_round()
            self.rounds += 1

    async def one_round(self) -> None:
        """Each kind of request."""
        for _ in range(_CREATES):
            await self._create()
        await self.ask("list", lambda: self.user.get(TASKS))
        await self.ask("feed", lambda: self.user.get(ACTIVITY))
        await self._sign_in()

    async def _create(self) -> None:
        body = {"title": f"Task {len(self.requests)}", "status": "Open"}
        headers = {"idempotency-key": secrets.token_hex(16)}
        answer = await self.ask(
            "create", lambda: self.user.call("POST", TASKS, json=body, headers=headers)
        )
        if answer is not None and answer.status_code == 201:
            self.acknowledged.append(answer.json()["task"]["_id"])

    async def _sign_in(self) -> None:
        body: dict[str, Any] = {"email": self.user.email, "password": self.user.password}
        answer = await self.ask("login", lambda: self.user.http.post(f"{AUTH}/login", json=body))
        if answer is not None and answer.status_code == 200:
            self.user.token = answer.json()["accessToken"]

    async def ask(
        self, kind: str, send: Callable[[], Awaitable[httpx2.Response]]
    ) -> httpx2.Response | None:
        """The last response, if there is one; what became of the request is noted."""
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
async def working(clients: Sequence[Client]) -> AsyncIterator[None]:
    """All of them work inside the block; what is under way at its end has no result."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(client.run()) for client in clients]
        yield
        for task in tasks:
            task.cancel()
