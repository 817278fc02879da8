"""What a bulk change may say, and what is refused."""

import httpx2
import pytest
from tasks_helpers.bulk import post
from tasks_helpers.service import create

pytestmark = pytest.mark.asyncio(loop_scope="session")


ONE = ["6922a0000000000000000002"]
MANY = {f"more{number}": 1 for number in range(1000)}


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"ids": ONE},
        {"ids": [], "action": "delete"},
        {"ids": ["x"], "action": "delete"},
        {"ids": None, "action": "delete"},
        {"ids": ONE * 501, "action": "delete"},
        {"action": "delete"},
        {"ids": ONE, "action": "archive"},
        {"ids": ONE, "action": None},
        {"ids": ONE, "action": "delete", "set": {"priority": 1}},
        {"ids": ONE, "action": "delete", "addLabels": ["a"]},
        {"ids": ONE, "set": {}},
        {"ids": ONE, "set": None},
        {"ids": ONE, "set": {"title": ""}},
        {"ids": ONE, "set": {"title": None}},
        {"ids": ONE, "set": {"colour": "red"}},
        {"ids": ONE, "set": {"after": ONE[0]}},
        {"ids": ONE, "set": {"rank": "a"}},
        {"ids": ONE, "set": {"labels": ["a"]}, "addLabels": ["b"]},
        {"ids": ONE, "set": {"labels": ["a"]}, "removeLabels": ["b"]},
        {"ids": ONE, "addLabels": []},
        {"ids": ONE, "addLabels": ["a", "A"]},
        {"ids": ONE, "addLabels": ["a"], "removeLabels": ["A"]},
        {"ids": ONE, "addLabels": ["x" * 31]},
        {"ids": ONE, "set": {"priority": 1}, "after": ONE[0]},
        {"ids": ONE, "set": {"priority": 1}, "dryRun": True},
        {"ids": ONE, "where": {"done": False}, "action": "delete"},
        {"where": {}, "action": "delete"},
        {"where": None, "action": "delete"},
        {"where": {"tz": "Europe/Rome", "q": " "}, "action": "delete"},
        {"where": {"trash": False}, "action": "delete"},
        {"where": {"done": "false"}, "action": "delete"},
        {"where": {"priority": "1"}, "action": "delete"},
        {"where": {"due": "soon"}, "action": "delete"},
        {"where": {"due": "today", "tz": "America"}, "action": "delete"},
        {"where": {"done": True, "limit": 5}, "action": "delete"},
        {"where": {"done": True, "sort": "rank"}, "action": "delete"},
        MANY,
        {"ids": ONE, "set": MANY},
        {"where": MANY, "action": "delete"},
    ],
    ids=str,
)
async def test_a_body_that_does_not_say_one_thing_is_refused(
    client: httpx2.AsyncClient, body: object
) -> None:
    answer = await post(client, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]


async def test_a_precondition_is_refused(client: httpx2.AsyncClient) -> None:
    task = await create(client)
    body = {"ids": [task["_id"]], "set": {"priority": 1}}
    for tag in '"1"', "*", "":
        answer = await post(client, body, **{"if-match": tag})
        assert answer.status_code == 400
        assert [fault["field"] for fault in answer.json()["errors"]] == ["if-match"]
