"""The journey of a task through the gateway; its rules one by one are proved in tasks-service."""

from client import TASKS, NewUser, User, assert_error, faulty_fields, path_of


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
