"""Changes of one task by several at once, with `If-Match` and without."""

import asyncio
from typing import Any

import pytest
from client import Hunter, Json, assert_error, path_of


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_stale_if_match_is_412_with_the_current_task(hunter: Hunter, method: str) -> None:
    task = await hunter.create()
    current = await hunter.update(task, title="Changed elsewhere")
    body: Json = {"json": {"title": "Overwritten"}} if method == "PATCH" else {}

    answer = await hunter.call(method, path_of(task), headers={"if-match": '"1"'}, **body)

    assert assert_error(answer, 412)["task"] == current
    assert answer.headers["etag"] == '"2"'
    assert (await hunter.get(path_of(task))).json()["task"] == current


@pytest.mark.parametrize("tags", ['"1"', "*", '"7", "1"'])
async def test_a_matching_if_match_lets_the_change_through(hunter: Hunter, tags: str) -> None:
    for method, body in (("PATCH", {"json": {"title": "Changed"}}), ("DELETE", {})):
        task = await hunter.create()
        options: dict[str, Any] = {"headers": {"if-match": tags}, **body}
        assert (await hunter.call(method, path_of(task), **options)).status_code == 200


async def test_of_parallel_changes_of_one_version_one_wins(hunter: Hunter) -> None:
    task = await hunter.create()
    condition = {"if-match": '"1"'}

    answers = await asyncio.gather(
        *(
            hunter.call("PATCH", path_of(task), headers=condition, json={"title": f"By {n}"})
            for n in range(10)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    assert (await hunter.get(path_of(task))).json()["task"]["version"] == 2


async def test_parallel_changes_of_different_fields_are_all_kept(hunter: Hunter) -> None:
    task = await hunter.create()

    await asyncio.gather(
        hunter.update(task, title="New title"),
        hunter.update(task, status="New status"),
        hunter.update(task, description="New description"),
    )

    kept = (await hunter.get(path_of(task))).json()["task"]
    assert (kept["title"], kept["status"], kept["description"], kept["version"]) == (
        "New title",
        "New status",
        "New description",
        4,
    )
