"""Filters as they are sent, good and bad: in a URL, and as JSON."""

from typing import Any

import httpx2
import pytest
from pydantic import ValidationError
from tasks_helpers.listing import get
from tasks_helpers.service import create
from tasks_service.filter_input import MAX_VALUE, MAX_VALUES, Where, filters_of
from tasks_service.filters import Filters

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("done=", "done"),
        ("done=yes", "done"),
        ("done=1", "done"),
        ("done=True", "done"),
        ("trash=on", "trash"),
        ("priority=", "priority.0"),
        ("priority=x", "priority.0"),
        ("priority=4", "priority.0"),
        ("priority=-1", "priority.0"),
        ("priority=1&priority=1.0", "priority.1"),
        ("due=", "due"),
        ("due=tomorrow", "due"),
        ("due=2026-12-01", "due"),
        ("due=2026-12-01..", "due"),
        ("due=2026-02-30..2026-12-31", "due"),
        ("due=0000-01-01..2026-12-31", "due"),
        ("due=1969-12-31..2026-12-31", "due"),
        ("tz=America", "tz"),
        ("tz=Mars/Olympus", "tz"),
        ("tz=../../etc/passwd", "tz"),
        ("tz=", "tz"),
        ("sort=_id", "sort"),
        ("sort=", "sort"),
        ("order=up", "order"),
        ("q=" + "x" * 201, "q"),
        ("q=" + "x+" * 11, "q"),
        ("q=%00", "q"),
        ("label=a%00b", "label.0"),
        ("status=%00", "status.0"),
        *(
            (f"{name}={value}&{name}={value}", name)
            for name, value in {
                "page": "1",
                "limit": "1",
                "cursor": "x",
                "done": "true",
                "trash": "true",
                "due": "today",
                "tz": "UTC",
                "q": "a",
                "sort": "title",
                "order": "asc",
            }.items()
        ),
    ],
)
async def test_a_bad_parameter_is_a_bad_request(
    client: httpx2.AsyncClient, query: str, field: str
) -> None:
    answer = await client.get(f"/api/tasks?{query}")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["c", "b", "a"]),
        ("q=%20", ["c", "b", "a"]),
        ("q=" + "%20" * 200, ["c", "b", "a"]),
        ("trash=false", ["c", "b", "a"]),
        ("trash=true", []),
        ("tz=Europe/Rome", ["c", "b", "a"]),
        ("other=1&other=2", ["c", "b", "a"]),
        ("status=open", ["b", "a"]),
        ("status=OPEN&status=completed", ["c", "b", "a"]),
        ("done=true", ["c"]),
        ("done=false&order=asc", ["a", "b"]),
        ("list=", ["c", "a"]),
        ("list=Home", ["b"]),
        ("list=&list=Home", ["c", "b", "a"]),
        ("label=X", ["c"]),
        ("label=x&label=y", []),
        ("priority=0&priority=3&priority=3", ["c", "b", "a"]),
        ("priority=3", ["c"]),
        ("sort=title", ["a", "b", "c"]),
        ("sort=title&order=desc", ["c", "b", "a"]),
        ("sort=priority", ["c", "b", "a"]),
        ("due=none", ["c", "b", "a"]),
        ("due=2026-12-31..2026-12-01", []),
        ("q=" + "a" * 200, []),
    ],
)
async def test_the_parameters_of_a_list(
    client: httpx2.AsyncClient, query: str, titles: list[str]
) -> None:
    await create(client, title="a")
    await create(client, title="b", list="Home")
    await create(client, title="c", status="Completed", labels=["x"], priority=3)
    page = await get(client, f"?{query}")
    assert [task["title"] for task in page["tasks"]] == titles
    assert page["totalTasks"] == len(titles)


@pytest.mark.parametrize(
    ("where", "filters"),
    [
        ({}, Filters()),
        ({"tz": "Europe/Rome", "q": " "}, Filters(tz="Europe/Rome")),
        ({"status": "Open"}, Filters(statuses=("open",))),
        ({"status": ["Open", "open", "a"]}, Filters(statuses=("a", "open"))),
        ({"list": ""}, Filters(lists=("",))),
        ({"label": [" b ", "a"]}, Filters(labels=("a", "b"))),
        ({"list": f" {'x' * MAX_VALUE} "}, Filters(lists=("x" * MAX_VALUE,))),
        ({"priority": 3}, Filters(priorities=(3,))),
        ({"priority": [3, 0]}, Filters(priorities=(0, 3))),
        ({"done": False}, Filters(done=False)),
        ({"trash": True}, Filters(trash=True)),
        ({"due": "today"}, Filters(due="today")),
        ({"due": "2026-12-01..2026-12-31"}, Filters(due=("2026-12-01", "2026-12-31"))),
        ({"q": "lamps  oil"}, Filters(words=("lamps", "oil"))),
    ],
)
async def test_filters_as_json(where: dict[str, Any], filters: Filters) -> None:
    assert filters_of(Where.model_validate(where)) == filters


@pytest.mark.parametrize(
    "where",
    [
        {"other": 1},
        {"sort": "title"},
        {"status": None},
        {"status": []},
        {"status": 1},
        {"status": ["x"] * (MAX_VALUES + 1)},
        {"status": "x" * (MAX_VALUE + 1)},
        {"list": ["x" * (MAX_VALUE + 1)]},
        {"label": "x" * (MAX_VALUE + 1)},
        {"priority": "1"},
        {"priority": True},
        {"priority": 1.5},
        {"priority": []},
        {"done": "true"},
        {"done": 1},
        {"done": None},
        {"trash": "true"},
        {"trash": None},
        {"due": None},
        {"due": ["today"]},
        {"due": ""},
        {"tz": "America"},
        {"q": ["x"]},
        {"q": "x " * 11},
    ],
)
async def test_other_json_is_refused(where: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Where.model_validate(where)


@pytest.mark.parametrize("where", [{}, {"tz": "Europe/Rome"}, {"q": " "}, {"trash": False}])
async def test_what_filters_nothing_is_empty(where: dict[str, Any]) -> None:
    assert filters_of(Where.model_validate(where)).is_empty


@pytest.mark.parametrize("where", [{"trash": True}, {"list": ""}, {"done": False}, {"priority": 0}])
async def test_what_filters_something_is_not_empty(where: dict[str, Any]) -> None:
    assert not filters_of(Where.model_validate(where)).is_empty


@pytest.mark.parametrize("name", ["status", "list", "label"])
async def test_the_longest_filter_is_one_that_mongodb_takes(
    client: httpx2.AsyncClient, name: str
) -> None:
    # Without case it is three characters, and no other takes more room in a compiled pattern.
    longest = [f"{number:02}".ljust(MAX_VALUE, "\u0390") for number in range(MAX_VALUES)]
    body = {"where": {name: longest}, "action": "delete"}
    answer = await client.post("/api/tasks/bulk", json=body)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", ["status", "list", "label"])
async def test_a_value_is_found_as_it_is_read(client: httpx2.AsyncClient, name: str) -> None:
    value = "\x1ca\x1f"
    field = {"label": {"labels": [value]}}.get(name, {name: value})
    task = await create(client, **field)
    found = await client.get("/api/tasks", params={name: value})
    assert [each["_id"] for each in found.json()["tasks"]] == [task["_id"]]
