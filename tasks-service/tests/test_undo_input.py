"""Requests for an undo that are refused as they are, before a task is read."""

import json

import httpx2
import pytest
from tasks_helpers.service import create

PATH = "/api/tasks/undo"
BAD_IDS: list[object] = ["", "a\0", "a" * 65, 1, 1.5, True, None, [], ["a"], {}, {"$gt": ""}]


@pytest.mark.asyncio(loop_scope="session")
class TestOverHttp:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            None,
            {"eventId": "a", "batchId": "b"},
            {"eventId": "a", "batchId": None},
            {"eventId": "a", "more": 1},
            {"event_id": "a"},
            {f"more{number}": 1 for number in range(1000)},
            *({name: value} for name in ("eventId", "batchId") for value in BAD_IDS),
        ],
    )
    async def test_a_body_that_is_not_one_id_is_refused(
        self, client: httpx2.AsyncClient, body: object
    ) -> None:
        text, headers = json.dumps(body), {"content-type": "application/json"}
        answer = await client.post(PATH, content=text, headers=headers)
        assert answer.status_code == 400
        assert len(answer.json().get("errors", [])) <= 20

    async def test_an_id_that_looks_like_an_expression_is_unknown(
        self, client: httpx2.AsyncClient
    ) -> None:
        await create(client)
        for name in ("eventId", "batchId"):
            for value in ("$", "$user", "$$nobody", "baseline-x-1"):
                assert (await client.post(PATH, json={name: value})).status_code == 404

    async def test_if_match_is_refused(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post(PATH, json={"eventId": "e"}, headers={"if-match": '"1"'})
        assert answer.status_code == 400
