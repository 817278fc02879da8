"""What each field of a task may hold, and how one is named that holds something else."""

import re

import httpx2
import pytest
from chassis.mongo import Database
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import stored

pytestmark = pytest.mark.asyncio(loop_scope="session")


FITS = [
    {"title": "t", "status": "s"},
    {"title": "t" * 120, "status": "s" * 20, "description": "d" * 2000},
    {"title": "🎉" * 120, "status": "🎉" * 20, "description": "🎉" * 2000},
    {"title": "a\u200bb\u0301", "status": "<b>", "description": "line\n\u2028\ttab"},
    {"due": None, "priority": 0, "list": "", "labels": [], "checklist": []},
    {"due": {"date": "1970-01-01"}, "priority": 3, "list": "l" * 50},
    {"due": {"date": "9999-12-31"}, "list": "🎉" * 50, "labels": ["🎉" * 30]},
    {"due": {"at": "1970-01-01T00:00", "tz": "Pacific/Kiritimati"}},
    {"due": {"at": "9999-12-31T23:59", "tz": "Etc/GMT+12"}},
    {"due": {"date": "2024-02-29"}, "labels": [f"{number}" for number in range(20)]},
    {"due": {"at": "2026-03-29T02:30", "tz": "Europe/Rome"}, "labels": ["ss", "SZ", "s"]},
    {"checklist": [{"id": f"{number}", "text": "🎉" * 200, "done": True} for number in range(100)]},
    {"checklist": [{"id": "Az_-09" * 4, "text": "t", "done": False}]},
]
TRIMMED = [
    ({"title": "  " + "t" * 120 + "\n"}, {"title": "t" * 120}),
    ({"status": "\ts" + " " * 20}, {"status": "s"}),
    ({"description": "d" * 2000 + " \u2028"}, {"description": "d" * 2000}),
    ({"list": " " + "l" * 50 + "\u3000"}, {"list": "l" * 50}),
    ({"list": " \t"}, {"list": ""}),
    ({"labels": [" a", "b" * 30 + "\n"]}, {"labels": ["a", "b" * 30]}),
    (
        {"checklist": [{"id": "i", "text": " " + "t" * 200, "done": False, "by": "me"}]},
        {"checklist": [{"id": "i", "text": "t" * 200, "done": False}]},
    ),
    ({"due": {"date": "2026-12-01", "time": "09:00"}}, {"due": {"date": "2026-12-01"}}),
]
ITEM = {"text": "t", "done": False}
BAD_FIELDS = [
    ("title", ""),
    ("title", " \t\n\u00a0\u3000"),
    ("title", "t" * 121),
    ("title", "🎉" * 121),
    ("title", None),
    ("title", 5),
    ("title", True),
    ("title", ["a"]),
    ("title", {"$gt": ""}),
    ("title", "a\x00b"),
    ("status", ""),
    ("status", "  "),
    ("status", "s" * 21),
    ("status", None),
    ("status", 1.5),
    ("status", "\x00"),
    ("description", "d" * 2001),
    ("description", None),
    ("description", 0),
    ("description", "a\x00"),
    ("due", "2026-12-01"),
    ("due", []),
    ("due", {}),
    ("due", {"date": "2026-12-01", "at": "2026-12-01T09:00", "tz": "UTC"}),
    ("due", {"date": "2026-12-01", "tz": "UTC"}),
    ("due", {"tz": "UTC"}),
    ("due.date", {"date": None}),
    ("due.date", {"date": 20261201}),
    ("due.date", {"date": "20261201"}),
    ("due.date", {"date": "2026-12-01\n"}),
    ("due.date", {"date": "2026-12-1"}),
    ("due.date", {"date": "2026-02-29"}),
    ("due.date", {"date": "2026-W01-1"}),
    ("due.date", {"date": "1969-12-31"}),
    ("due.date", {"date": "٢٠٢٦-12-01"}),
    ("due.at", {"at": None, "tz": "UTC"}),
    ("due.at", {"at": "2026-12-01", "tz": "UTC"}),
    ("due.at", {"at": "2026-12-01 09:00", "tz": "UTC"}),
    ("due.at", {"at": "2026-12-01T09:00:00", "tz": "UTC"}),
    ("due.at", {"at": "2026-12-01T09:00Z", "tz": "UTC"}),
    ("due.at", {"at": "2026-12-01T24:00", "tz": "UTC"}),
    ("due.at", {"at": "2026-13-01T09:00", "tz": "UTC"}),
    ("due.at", {"at": "1969-12-31T23:59", "tz": "UTC"}),
    ("due.tz", {"at": "2026-12-01T09:00"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": None}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": ""}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "America"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "europe/rome"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "Europe/Rome "}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "../../etc/passwd"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "Europe/../Europe/Rome"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "/usr/share/zoneinfo/UTC"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "UTC\x00"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "posixrules"}),
    ("due.tz", {"at": "2026-12-01T09:00", "tz": "UTC+3"}),
    ("priority", None),
    ("priority", -1),
    ("priority", 4),
    ("priority", 1.5),
    ("priority", "1"),
    ("priority", True),
    ("priority", 2**70),
    ("list", None),
    ("list", "l" * 51),
    ("list", 1),
    ("list", "a\x00"),
    ("list", "\u200b"),
    ("description", "\u200b"),
    ("labels", None),
    ("labels", "a"),
    ("labels", {"a": "b"}),
    ("labels", [f"{number}" for number in range(21)]),
    ("labels", ["Errand", "errand"]),
    ("labels", ["Straße", "STRASSE"]),
    ("labels", ["a", " a "]),
    ("labels.1", ["a", ""]),
    ("labels.0", ["  "]),
    ("labels.0", ["\u200b"]),
    ("labels.0", ["l" * 31]),
    ("labels.0", [None]),
    ("labels.0", [5]),
    ("labels.0", ["a\x00"]),
    ("checklist", None),
    ("checklist", {}),
    ("checklist", [ITEM] * 101),
    ("checklist", [ITEM | {"id": "a"}, ITEM | {"id": "a"}]),
    ("checklist.0", ["t"]),
    ("checklist.0.text", [{"done": False}]),
    ("checklist.0.text", [ITEM | {"text": ""}]),
    ("checklist.0.text", [ITEM | {"text": "t" * 201}]),
    ("checklist.0.text", [ITEM | {"text": "a\x00"}]),
    ("checklist.0.text", [ITEM | {"text": "\u200b"}]),
    ("checklist.0.done", [{"text": "t"}]),
    ("checklist.0.done", [ITEM | {"done": None}]),
    ("checklist.1.done", [ITEM, ITEM | {"done": 1}]),
    ("checklist.0.done", [ITEM | {"done": "true"}]),
    ("checklist.0.id", [ITEM | {"id": None}]),
    ("checklist.0.id", [ITEM | {"id": ""}]),
    ("checklist.0.id", [ITEM | {"id": "a" * 25}]),
    ("checklist.0.id", [ITEM | {"id": "a b"}]),
    ("checklist.0.id", [ITEM | {"id": "é"}]),
    ("checklist.0.id", [ITEM | {"id": 7}]),
]


@pytest.mark.parametrize(("body", "expected"), [*((body, body) for body in FITS), *TRIMMED])
async def test_what_fits_is_accepted_and_trimmed(
    client: httpx2.AsyncClient, body: Json, expected: Json
) -> None:
    created = await create(client, **body)
    task = await create(client)
    answer = await client.patch(f"/api/tasks/{task['_id']}", json=body)
    assert answer.status_code == 200
    read = (await client.get(f"/api/tasks/{task['_id']}")).json()["task"]
    for said in (created, answer.json()["task"], read):
        assert {field: said[field] for field in expected} == expected


async def test_an_item_without_an_id_gets_one_of_its_own(client: httpx2.AsyncClient) -> None:
    task = await create(client, checklist=[ITEM | {"id": "mine"}, ITEM, ITEM])
    ids = [item.pop("id") for item in task["checklist"]]
    assert task["checklist"] == [ITEM] * 3
    assert ids[0] == "mine"
    assert len(set(ids)) == 3
    assert all(re.fullmatch("[A-Za-z0-9_-]{1,24}", item_id) for item_id in ids)


async def test_null_clears_the_due_date(client: httpx2.AsyncClient, database: Database) -> None:
    task = await create(client, due={"date": "2026-12-01"})
    answer = await client.patch(f"/api/tasks/{task['_id']}", json={"due": None})
    assert (answer.status_code, answer.json()["task"]["due"]) == (200, None)
    kept = await stored(database, task["_id"])
    assert "due" not in kept
    assert kept["events"][-1]["changes"] == {"due": {"from": {"date": "2026-12-01"}, "to": None}}


@pytest.mark.parametrize(("place", "value"), BAD_FIELDS)
async def test_a_bad_field_is_named(client: httpx2.AsyncClient, place: str, value: object) -> None:
    task = await create(client)
    field = place.partition(".")[0]
    created = await client.post("/api/tasks", json={"title": "t", "status": "s", field: value})
    changed = await client.patch(f"/api/tasks/{task['_id']}", json={field: value})
    for answer in (created, changed):
        assert answer.status_code == 400
        body = answer.json()
        assert [fault["field"] for fault in body["errors"]] == [place]
        assert set(body) == {"message", "errors", "requestId"}
    assert (await client.get("/api/tasks")).json()["tasks"] == [task]
