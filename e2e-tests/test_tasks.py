"""The journey of a task through the gateway; its rules one by one are proved in tasks-service."""

from client import TASKS, NewUser, User, assert_error, faulty_fields, path_of
from devstack.testing import eventually


async def test_a_task_from_its_creation_to_its_end(user: User) -> None:
    sent = {"title": "Water the plants", "status": "Not Started", "description": "The ferns too."}
    created = await user.call("POST", TASKS, json=sent)
    assert (created.status_code, created.headers["etag"]) == (201, '"1"')
    task = created.json()["task"]
    assert created.headers["location"] == path_of(task)
    assert (await user.get(path_of(task))).json() == {"task": task}
    other = await user.create()

    changed = await user.call(
        "PATCH", path_of(task), json={"status": "Done"}, headers={"if-match": '"1"'}
    )
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    current = changed.json()["task"]
    assert current == task | {
        "status": "Done",
        "version": 2,
        "updatedAt": current["updatedAt"],
    }
    late = await user.call("DELETE", path_of(task), headers={"if-match": '"1"'})
    assert assert_error(late, 412)["task"] == current

    first = (await user.get(TASKS, params={"limit": 1})).json()
    assert (first["totalTasks"], first["tasks"]) == (2, [other])
    rest = await user.get(TASKS, params={"cursor": first["nextCursor"]})
    assert rest.json() == {"totalTasks": 2, "tasks": [current], "nextCursor": None}

    deleted = await user.call("DELETE", path_of(task))
    assert deleted.json()["msg"] == "Task successfully deleted"
    assert_error(await user.get(path_of(task)), 404, "Task not found")
    assert await user.all_tasks() == [other]
    restored = (await user.call("POST", f"{path_of(task)}/restore")).json()["task"]
    assert restored == current | {"version": 4, "updatedAt": restored["updatedAt"]}


async def test_tasks_are_planned_found_moved_and_changed_together(user: User) -> None:
    due = {"at": "2026-12-01T09:00", "tz": "Europe/Rome"}
    oil = await user.create(title="Oil", due=due, priority=2, list="Home", labels=["Errand"])
    wick = await user.create(title="Wick", list="Home")
    found = await user.get(TASKS, params={"list": "Home", "label": "errand", "q": "OIL"})
    assert found.json() == {"totalTasks": 1, "tasks": [oil], "nextCursor": None}

    await user.update(wick, after=oil["_id"])
    ranked = (await user.get(TASKS, params={"sort": "rank"})).json()["tasks"]
    assert [task["title"] for task in ranked] == ["Oil", "Wick"]

    outcome = await user.bulk(where={"list": "Home"}, addLabels=["lamps"])
    assert [one["status"] for one in outcome["results"]] == [200, 200]
    trashed = await user.bulk(ids=[oil["_id"]], action="delete")
    assert (await user.get(f"{TASKS}/facets")).json()["trash"] == 1
    assert (await user.restore(oil))["labels"] == ["Errand", "lamps"]

    async def told() -> bool:
        feed = await user.feed()
        batches = [entry["taskTitle"] for entry in feed if entry["batchId"] == outcome["batchId"]]
        assert sorted(batches) == ["Oil", "Wick"]
        of_oil = [entry for entry in feed if entry["taskId"] == oil["_id"]]
        types = [entry["type"] for entry in of_oil]
        assert types == ["TaskRestored", "TaskDeleted", "TaskUpdated", "TaskCreated"]
        assert of_oil[1]["batchId"] == trashed["batchId"]
        assert of_oil[2]["changes"]["labels"] == {"from": ["Errand"], "to": ["Errand", "lamps"]}
        return True

    await eventually(told)


async def test_a_refusal_of_the_service_reaches_the_client_whole(new_user: NewUser) -> None:
    owner, other = await new_user(), await new_user()
    task = await owner.create()
    forbidden = await other.call("DELETE", path_of(task))
    assert_error(forbidden, 403, "Not authorized to delete this task")
    assert faulty_fields(await owner.call("POST", TASKS, json={"title": " "})) == {
        "title",
        "status",
    }
    assert_error(await owner.get(f"{TASKS}/1"), 400)
    assert_error(await owner.get(TASKS, params={"cursor": "x"}), 400)
