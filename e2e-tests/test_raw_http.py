"""HTTP as no library would send it: what two readers could read in two ways is refused."""

import asyncio
from urllib.parse import urlsplit

import pytest
from client import TASKS, Hunter

DEADLINE = 20.0  # seconds


async def exchange(base: str, sent: bytes) -> bytes:
    """Everything that the gateway answers until it hangs up."""
    where = urlsplit(base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(sent)
        async with asyncio.timeout(DEADLINE):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def statuses(answer: bytes) -> list[int]:
    """The status of each answer on the connection."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def request(hunter: Hunter, *lines: str, body: bytes = b"", start: str | None = None) -> bytes:
    """A request with these header lines added."""
    head = [start or f"POST {TASKS} HTTP/1.1", f"Authorization: Bearer {hunter.token}", *lines]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


SMUGGLED = b"GET /api/users/auth/smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Content-Length: 5", "Content-Length: 0"),
        ("Content-Length: +5",),
        ("Content-Length: 0x5",),
        ("Content-Length: -1",),
        ("Content-Length: 5, 5",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: identity",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    ],
    ids=" & ".join,
)
async def test_an_ambiguous_length_is_refused_and_nothing_is_smuggled(
    base: str, hunter: Hunter, lines: tuple[str, ...]
) -> None:
    sent = request(
        hunter, "Host: gateway", "Content-Type: application/json", *lines, body=b"0\r\n\r\n"
    )

    answer = await exchange(base, sent + SMUGGLED)

    assert 201 not in statuses(answer)
    assert statuses(answer)[:1] in ([400], [501], [])
    assert statuses(answer)[1:] == []


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET /api/tasks\r\n\r\n",
        b"GET /api/tasks HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /api/tasks HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
        b"GET /api/ta\x00sks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /api/tasks HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\nConnection: close\r\n\r\n",
        b"GET /api/tasks HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /api/tasks HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 200_000 + b"\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:40]),
)
async def test_what_is_not_http_is_refused_without_harm(
    base: str, hunter: Hunter, sent: bytes
) -> None:
    answer = await exchange(base, sent)

    assert all(400 <= status < 500 for status in statuses(answer)), answer[:200]
    assert b"Traceback" not in answer
    assert (await hunter.get(TASKS)).status_code == 200


async def test_a_request_in_absolute_form_or_of_http_1_0_is_understood(
    base: str, hunter: Hunter
) -> None:
    old = request(hunter, start=f"GET {TASKS} HTTP/1.0")

    assert b" 200 " in (await exchange(base, old)).partition(b"\r\n")[0]


async def test_pipelined_requests_are_answered_in_order(base: str, hunter: Hunter) -> None:
    first = request(hunter, "Host: x", start=f"GET {TASKS} HTTP/1.1")
    second = request(hunter, "Host: x", start="GET /nowhere HTTP/1.1")
    last = request(hunter, "Host: x", "Connection: close", start=f"GET {TASKS} HTTP/1.1")

    assert statuses(await exchange(base, first + second + last)) == [200, 404, 200]


async def test_a_body_cut_short_creates_nothing(base: str, hunter: Hunter) -> None:
    body = b'{"title": "half", "status": "Open"}'
    where = urlsplit(base)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(
        request(
            hunter,
            "Host: x",
            "Content-Type: application/json",
            f"Content-Length: {len(body) + 10}",
            body=body,
        )
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (await hunter.get(TASKS)).json()["totalTasks"] == 0
