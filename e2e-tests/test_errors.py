"""Bodies that are no bodies, from the client to the service that reads them."""

import asyncio
from urllib.parse import urlsplit

import pytest
from client import AUTH, TASKS, User, assert_error, path_of

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"{'title': 'x'}",
        b'{"title": "x", "status": "Open",}',
        b"\xff\xfe",
        b'{"title": "\xff", "status": "Open"}',
        b'{"title": "\\ud800", "status": "Open"}',
        b'{"title": "\\u0000", "status": "Open"}',
        b'{"title": NaN, "status": "Open"}',
        b"[]",
        b"null",
        b'"title"',
        b"1e999999",
        b"[" * 100_000,
        b'{"a":' * 10_000,
        '{"title": "x", "status": "Open"}'.encode("utf-16"),
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_not_a_json_object_of_clean_text_is_400(user: User, body: bytes) -> None:
    task = await user.create()
    for method, path in (("POST", TASKS), ("PATCH", path_of(task)), ("POST", f"{AUTH}/login")):
        answer = await user.call(method, path, content=body, headers=JSON)
        assert_error(answer, 400)


@pytest.mark.parametrize(
    "media_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
async def test_a_body_that_is_not_called_json_is_415(user: User, media_type: str | None) -> None:
    headers = {"content-type": media_type} if media_type else {}
    for path in (TASKS, f"{AUTH}/register", f"{AUTH}/login"):
        answer = await user.call("POST", path, content=b'{"title": "x"}', headers=headers)
        assert_error(answer, 415)


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_be_called_so_in_other_words(user: User, media_type: str) -> None:
    body = b'{"title": "x", "status": "Open"}'

    answer = await user.call("POST", TASKS, content=body, headers={"content-type": media_type})

    assert answer.status_code == 201


async def test_a_refresh_needs_no_body_and_no_media_type(user: User) -> None:
    await user.refresh()
    assert (await user.logout()).status_code == 204


async def test_an_error_tells_nothing_of_the_inside(user: User) -> None:
    for answer in (
        await user.get(f"{TASKS}/x"),
        await user.call("POST", TASKS, json={"title": {"$gt": 1}}),
        await user.get("/nowhere"),
    ):
        text = answer.text.lower()
        for word in ("traceback", "pydantic", "mongo", "python", 'file "', "127.0.0.1", "<html"):
            assert word not in text
        assert "detail" not in answer.json()


async def test_a_body_cut_short_creates_nothing(base: str, user: User) -> None:
    body = '{"title": "half", "status": "Open"}'
    lines = [
        f"POST {TASKS} HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {user.token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body) + 10}",
    ]
    where = urlsplit(base)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (await user.get(TASKS)).json()["totalTasks"] == 0
