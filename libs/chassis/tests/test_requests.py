"""What becomes of a request that is cut off."""

import asyncio
import json

import pytest
from chassis.requests import RequestMiddleware
from starlette.types import Message, Receive, Scope, Send

SCOPE: Scope = {"type": "http", "method": "POST", "path": "/api/tasks", "headers": []}
HEAD: Message = {"type": "http.response.start", "status": 200, "headers": []}


async def cut_off(*, begun: bool) -> list[Message]:
    """What the client gets of a request that is cancelled, as at the end of a drain."""
    sent: list[Message] = []
    waiting = asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        if begun:
            await send(HEAD)
        waiting.set()
        await asyncio.Event().wait()

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    request = asyncio.create_task(RequestMiddleware(app)(dict(SCOPE), receive, send))
    await waiting.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    return sent


async def test_a_request_that_outlasts_the_drain_is_503_and_may_be_sent_again() -> None:
    head, body = await cut_off(begun=False)
    assert head["status"] == 503
    assert int(dict(head["headers"])[b"retry-after"]) >= 1
    assert json.loads(body["body"])["message"] == "Service Error or Unavailable"


async def test_a_response_that_has_begun_is_only_broken_off() -> None:
    (head,) = await cut_off(begun=True)
    assert head["status"] == 200
