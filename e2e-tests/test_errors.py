"""Bodies that are no bodies, and tokens that are no tokens."""

import httpx2
import pytest
from client import AUTH, TASKS, Hunter, assert_error, path_of

JSON = {"content-type": "application/json"}
LIMIT = 1_048_576


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
async def test_what_is_not_a_json_object_of_clean_text_is_400(hunter: Hunter, body: bytes) -> None:
    task = await hunter.create()
    for method, path in (("POST", TASKS), ("PATCH", path_of(task)), ("POST", f"{AUTH}/login")):
        answer = await hunter.call(method, path, content=body, headers=JSON)
        assert_error(answer, 400)


@pytest.mark.parametrize(
    "media_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
async def test_a_body_that_is_not_called_json_is_415(
    hunter: Hunter, media_type: str | None
) -> None:
    headers = {"content-type": media_type} if media_type else {}
    for path in (TASKS, f"{AUTH}/register", f"{AUTH}/login"):
        answer = await hunter.call("POST", path, content=b'{"title": "x"}', headers=headers)
        assert_error(answer, 415)


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_be_called_so_in_other_words(hunter: Hunter, media_type: str) -> None:
    body = b'{"title": "x", "status": "Open"}'

    answer = await hunter.call("POST", TASKS, content=body, headers={"content-type": media_type})

    assert answer.status_code == 201


async def test_a_refresh_needs_no_body_and_no_media_type(hunter: Hunter) -> None:
    await hunter.refresh()
    assert (await hunter.logout()).status_code == 204


@pytest.mark.parametrize("chunked", [False, True], ids=["with length", "chunked"])
async def test_a_body_over_the_limit_is_413(hunter: Hunter, chunked: bool) -> None:
    answer = await hunter.call("POST", TASKS, content=_body(LIMIT + 1, chunked), headers=JSON)

    assert_error(answer, 413)
    assert (await hunter.get(TASKS)).json()["totalTasks"] == 0


@pytest.mark.parametrize("chunked", [False, True], ids=["with length", "chunked"])
async def test_a_body_at_the_limit_is_read(hunter: Hunter, chunked: bool) -> None:
    answer = await hunter.call("POST", TASKS, content=_body(LIMIT, chunked), headers=JSON)

    assert answer.status_code == 201


def _body(size: int, chunked: bool) -> object:
    start, end = b'{"title": "x", "status": "Open", "unknown": "', b'"}'
    body = start + b"x" * (size - len(start) - len(end)) + end
    if not chunked:
        return body

    async def pieces() -> object:
        for at in range(0, size, 65_536):
            yield body[at : at + 65_536]

    return pieces()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Basic aHVudGVyOnB3",
        "Bearer x",
        "Bearer x.y.z",
        "Bearer " + "x" * 3000,
        "Bearer null",
        "Bearer undefined",
    ],
)
async def test_a_missing_or_malformed_token_is_401(
    http: httpx2.AsyncClient, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    for method, path in (("GET", TASKS), ("POST", f"{AUTH}/logout"), ("GET", "/api/activity")):
        answer = await http.request(method, path, headers=headers)
        assert_error(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_with_one_character_changed_is_401(hunter: Hunter) -> None:
    genuine = hunter.token
    for at in (5, len(genuine) // 2, genuine.rindex(".") + 5):
        other = "A" if genuine[at] != "A" else "B"
        hunter.token = genuine[:at] + other + genuine[at + 1 :]
        assert_error(await hunter.get(TASKS), 401)


async def test_two_authorization_headers_are_401(hunter: Hunter) -> None:
    headers = [("authorization", f"Bearer {hunter.token}")] * 2

    assert_error(await hunter.http.get(TASKS, headers=headers), 401)


async def test_an_error_tells_nothing_of_the_inside(hunter: Hunter) -> None:
    for answer in (
        await hunter.get(f"{TASKS}/x"),
        await hunter.call("POST", TASKS, json={"title": {"$gt": 1}}),
        await hunter.get("/nowhere"),
    ):
        text = answer.text.lower()
        for word in ("traceback", "pydantic", "mongo", "python", 'file "', "127.0.0.1", "<html"):
            assert word not in text
        assert "detail" not in answer.json()
