"""The journey of what is undone and redone, and of what the feed tells about it."""

from client import TASKS, Json, User, assert_error
from devstack.testing import eventually


async def undo(user: User, **body: str) -> Json:
    answer = await user.call("POST", f"{TASKS}/undo", json=body)
    assert answer.status_code == 200, answer.text
    undone: Json = answer.json()
    assert undone["msg"] == "Undone"
    return undone


async def test_an_event_and_a_batch_are_undone_and_redone_and_the_feed_joins_them(
    user: User,
) -> None:
    oil, wick = [await user.create(title=title, labels=["a"]) for title in ("Oil", "Wick")]
    changed = await user.call("PATCH", f"{TASKS}/{oil['_id']}", json={"title": "Oils"})
    event_id = changed.json()["eventId"]
    ids = [oil["_id"], wick["_id"]]
    batch_id = (await user.bulk(ids=ids, addLabels=["b"], set={"priority": 3}))["batchId"]

    [task] = (await undo(user, eventId=event_id))["tasks"]
    assert (task["title"], task["labels"], task["priority"]) == ("Oil", ["a", "b"], 3)
    undone = await undo(user, batchId=batch_id)
    shown = {task["title"]: (task["labels"], task["priority"]) for task in undone["tasks"]}
    assert shown == {"Oil": (["a"], 0), "Wick": (["a"], 0)}
    assert (await undo(user, batchId=batch_id))["batchId"] is None
    redone = await undo(user, batchId=undone["batchId"])
    assert {task["priority"] for task in redone["tasks"]} == {3}

    await user.update(wick, priority=1)
    refused = await user.call("POST", f"{TASKS}/undo", json={"batchId": batch_id})
    body = assert_error(refused, 409, "It has been changed since")
    clash = {"field": "priority", "from": 0, "to": 3, "now": 1}
    assert body["conflicts"] == [{"taskId": wick["_id"]} | clash]
    assert (await user.get(f"{TASKS}/{oil['_id']}")).json()["task"]["priority"] == 3

    async def told() -> list[Json]:
        feed = await user.feed()
        assert len(feed) == 11, feed
        return feed

    feed: list[Json] = await eventually(told)
    of_batch = {entry["id"]: entry["taskId"] for entry in feed if entry["batchId"] == batch_id}
    assert sorted(of_batch.values()) == sorted(ids)
    undos = {entry["id"]: entry["causedBy"] for entry in feed if entry["causedBy"] in of_batch}
    assert sorted(undos.values()) == sorted(of_batch)
    redos = [entry for entry in feed if entry["batchId"] == redone["batchId"]]
    assert sorted(entry["causedBy"] for entry in redos) == sorted(undos)
    [alone] = [entry for entry in feed if entry["causedBy"] == event_id]
    assert alone["changes"] == {"title": {"from": "Oils", "to": "Oil"}}
