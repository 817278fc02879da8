"""Streams of events through the gateway: forwarded as they come, and ten for one user."""

import pytest
from api_gateway import streams
from chassis_helpers.metrics import value
from devstack.sse import streaming
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, bearer
from gateway_helpers.peers import Peer
from gateway_helpers.redis_state import is_an_error
from gateway_helpers.streams import HEAD, PATH, Source
from starlette.types import Receive, Scope, Send


async def test_the_head_comes_at_once_and_each_event_as_it_is_sent(
    gateway: RunningGateway, source: Source, peer: Peer
) -> None:
    headers = bearer() | {"last-event-id": "abc"}
    async with streaming(gateway.client, f"{PATH}?cursor=x", headers=headers) as stream:
        assert stream.response.status_code == 200
        assert stream.response.headers["x-accel-buffering"] == "no"
        assert stream.response.headers["cache-control"] == "no-store"
        for number in range(3):
            source.events.put_nowait(b"event: activity\ndata: %d\n\n" % number)
            assert (await stream.next("activity")).data == number
        assert value("streams_open") == 1
    assert (peer.seen[0].query, peer.seen[0].one("last-event-id")) == (b"cursor=x", "abc")
    await eventually(lambda: source.left == 1)
    await eventually(lambda: value("streams_open") == 0)


async def test_head_is_answered_with_the_head_alone(
    gateway: RunningGateway, source: Source
) -> None:
    answer = await gateway.client.head(PATH, headers=bearer())
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    await eventually(lambda: source.left == 1)


async def test_a_refusal_of_the_service_is_forwarded(gateway: RunningGateway, peer: Peer) -> None:
    async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 400, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": b"{}"})

    peer.behaviour = refuse
    answer = await gateway.client.get(PATH, headers=bearer())
    assert (answer.status_code, answer.content) == (400, b"{}")


async def test_a_stream_that_the_service_ends_ends(gateway: RunningGateway, peer: Peer) -> None:
    async def end(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEAD})
        await send({"type": "http.response.body", "body": b"retry: 7\n\n"})

    peer.behaviour = end
    answer = await gateway.client.get(PATH, headers=bearer())
    assert answer.content == b"retry: 7\n\n"


async def test_a_user_has_at_most_ten(
    gateway: RunningGateway, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_OF_USER", 2)
    other = bearer(user={"id": "f" * 24})
    async with (
        streaming(gateway.client, PATH, headers=bearer()),
        streaming(gateway.client, PATH, headers=bearer(sid="session-2")),
    ):
        answer = await gateway.client.get(PATH, headers=bearer())
        is_an_error(answer, 429, "Too many streams are open")
        assert int(answer.headers["retry-after"]) >= 1
        async with streaming(gateway.client, PATH, headers=other) as stream:
            assert stream.response.status_code == 200
    await eventually(lambda: source.left == 3)

    async def there_is_room_again() -> bool:
        answer = await gateway.client.head(PATH, headers=bearer())
        return answer.status_code == 200

    await eventually(there_is_room_again)
