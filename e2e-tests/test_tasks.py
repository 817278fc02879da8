"""Tasks: create, read, change, delete, and who may."""

import re

import pytest
from client import (
    TASKS,
    Hunter,
    Json,
    NewHunter,
    assert_error,
    faulty_fields,
    path_of,
)

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
MOON = "\N{CRESCENT MOON}"
VALID = {"title": "Seek the pale blood", "status": "Not Started", "description": "Transcend."}


async def test_a_new_task_is_answered_whole(hunter: Hunter) -> None:
    answer = await hunter.call("POST", TASKS, json=VALID)

    assert answer.status_code == 201
    assert set(answer.json()) == {"msg", "task"}
    assert answer.json()["msg"] == "Task successfully created"
    assert answer.headers["etag"] == '"1"'
    task = answer.json()["task"]
    assert re.fullmatch(r"[0-9a-f]{24}", task.pop("_id"))
    assert TIME.fullmatch(task["createdAt"])
    assert task.pop("createdAt") == task.pop("updatedAt")
    assert task == VALID | {"user": hunter.id, "version": 1}


async def test_a_task_is_read_as_it_was_created(hunter: Hunter) -> None:
    task = await hunter.create(**VALID)

    answer = await hunter.get(path_of(task))

    assert answer.status_code == 200
    assert answer.json() == {"task": task}
    assert answer.headers["etag"] == '"1"'


async def test_text_is_trimmed_and_a_description_is_optional(hunter: Hunter) -> None:
    task = await hunter.create(title="  Hunt \n", status="\tOpen ")

    assert (task["title"], task["status"], task["description"]) == ("Hunt", "Open", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", MOON * 121),
        ("title", "  "),
        ("title", "nul\x00"),
        ("title", None),
        ("title", 5),
        ("title", {"$gt": ""}),
        ("status", "x" * 21),
        ("status", ""),
        ("status", ["Open"]),
        ("description", MOON * 2001),
        ("description", None),
        ("description", True),
    ],
)
async def test_a_field_out_of_bounds_is_named_in_a_400(
    hunter: Hunter, field: str, value: object
) -> None:
    task = await hunter.create()

    created = await hunter.call("POST", TASKS, json=VALID | {field: value})
    changed = await hunter.call("PATCH", path_of(task), json={field: value})

    assert faulty_fields(created) == faulty_fields(changed) == {field}


@pytest.mark.parametrize("field", ["title", "status"])
async def test_a_missing_field_is_named(hunter: Hunter, field: str) -> None:
    body = {name: value for name, value in VALID.items() if name != field}

    assert faulty_fields(await hunter.call("POST", TASKS, json=body)) == {field}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", MOON * 120),
        ("title", f"  {'x' * 120}  "),
        ("title", "'; DROP TABLE tasks; -- $where <script>"),
        ("title", "e\N{COMBINING ACUTE ACCENT}\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH JOINER}"),
        ("status", "x" * 20),
        ("description", MOON * 2000),
        ("description", ""),
        ("description", "$description"),
    ],
)
async def test_a_field_at_its_bound_is_kept_as_sent(hunter: Hunter, field: str, value: str) -> None:
    created = await hunter.create(**{field: value})
    changed = await hunter.update(await hunter.create(), **{field: value})

    assert created[field] == changed[field] == value.strip()


async def test_no_client_sets_what_the_service_decides(hunter: Hunter) -> None:
    forged = {
        "_id": "0" * 24,
        "user": "1" * 24,
        "version": 99,
        "createdAt": "2000-01-01T00:00:00.000Z",
        "deleted": True,
        "events": [],
    }
    task = await hunter.create(**forged)
    updated = await hunter.update(task, title="Changed", **forged)

    for seen in (task, updated):
        assert seen["_id"] != forged["_id"]
        assert seen["user"] == hunter.id
        assert seen["createdAt"] == task["createdAt"] != forged["createdAt"]
    assert (task["version"], updated["version"]) == (1, 2)
    assert_error(await hunter.call("PATCH", path_of(task), json=forged), 400)


async def test_an_update_changes_only_what_was_sent(hunter: Hunter) -> None:
    task = await hunter.create(**VALID)

    answer = await hunter.call("PATCH", path_of(task), json={"status": "In Progress"})

    assert answer.status_code == 200
    assert answer.json()["msg"] == "Task successfully updated"
    assert answer.headers["etag"] == '"2"'
    updated = answer.json()["task"]
    assert TIME.fullmatch(updated["updatedAt"])
    assert updated == task | {
        "status": "In Progress",
        "version": 2,
        "updatedAt": updated["updatedAt"],
    }
    assert (await hunter.get(path_of(task))).json() == {"task": updated}


@pytest.mark.parametrize("body", [{}, {"unknown": 1}])
async def test_nothing_to_change_is_400(hunter: Hunter, body: Json) -> None:
    task = await hunter.create()

    assert_error(await hunter.call("PATCH", path_of(task), json=body), 400)
    assert (await hunter.get(path_of(task))).json()["task"] == task


async def test_a_deleted_task_is_gone(hunter: Hunter) -> None:
    task = await hunter.create()

    answer = await hunter.call("DELETE", path_of(task))

    assert answer.status_code == 200
    assert answer.json() == {"msg": "Task successfully deleted"}
    assert_error(await hunter.call("DELETE", path_of(task)), 404, "Task not found")
    assert_error(await hunter.get(path_of(task)), 404, "Task not found")
    change = await hunter.call("PATCH", path_of(task), json={"title": "Back"})
    assert_error(change, 404, "Task not found")
    assert (await hunter.get(TASKS)).json()["totalTasks"] == 0


@pytest.mark.parametrize(
    ("method", "verb"), [("GET", "read"), ("PATCH", "update"), ("DELETE", "delete")]
)
async def test_another_users_task_is_403(new_hunter: NewHunter, method: str, verb: str) -> None:
    owner, other = await new_hunter(), await new_hunter()
    task = await owner.create()
    body: Json = {"json": {"title": "Mine"}} if method == "PATCH" else {}

    answer = await other.call(method, path_of(task), **body)

    assert_error(answer, 403, f"Not authorized to {verb} this task")
    assert (await owner.get(path_of(task))).json()["task"] == task
    assert (await other.get(TASKS)).json()["tasks"] == []


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_missing_task_is_404_and_a_malformed_id_400(hunter: Hunter, method: str) -> None:
    body: Json = {"json": {"title": "Nothing"}} if method == "PATCH" else {}

    missing = await hunter.call(method, f"{TASKS}/{'0' * 24}", **body)
    assert_error(missing, 404, "Task not found")
    for task_id in ("1", "z" * 24, "0" * 25, "undefined", "%24ne"):
        assert_error(await hunter.call(method, f"{TASKS}/{task_id}", **body), 400)
