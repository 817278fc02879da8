"""This release and the last one on the same data: side by side during an upgrade, and back again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bson import ObjectId
from client import TASKS as LIST
from client import Json, User, new_http, path_of
from devstack.suite import Suite
from devstack.testing import eventually
from inside import ACTIVITY, GATEWAY, TASKS, Broker, database_of, others, run
from last_release import settings_of_last_release

# The order of an upgrade, as docs/operations.md names it; back again it is the other way round.
ORDER = (ACTIVITY, TASKS, GATEWAY)
NEW_FIELDS: Json = {
    "due": {"at": "2026-12-01T09:00", "tz": "Europe/Rome"},
    "priority": 2,
    "list": "Home",
    "labels": ["errand"],
    "checklist": [{"id": "a1", "text": "two bottles", "done": False}],
}


@pytest.fixture(scope="module")
def last_release(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return settings_of_last_release(tmp_path_factory.mktemp("last-release"))


class LastRelease:
    """Its processes, next to those of the suite."""

    def __init__(self, suite: Suite, settings: dict[str, str]) -> None:
        self._suite = suite
        self._settings = settings

    @asynccontextmanager
    async def serving(self, user: User) -> AsyncIterator[User]:
        """The same user as a client of the last release: its gateway and the services behind it."""
        with others(self._suite, ORDER, self._settings) as gateway:
            async with new_http(gateway) as http:
                old = User(http)
                old.token = user.token
                yield old


async def stop(suite: Suite) -> None:
    for name in reversed(ORDER):
        await asyncio.to_thread(suite.stop, name)


async def start(suite: Suite) -> None:
    for name in ORDER:
        await asyncio.to_thread(suite.start, name)
    await asyncio.to_thread(suite.wait_ready)


async def told(user: User, versions: dict[str, int]) -> bool:
    """Whether the feed tells of each version of each task once."""
    feed = Counter(activity["taskId"] for activity in await user.feed())
    assert feed == versions
    return True


def nothing_waits(suite: Suite) -> bool:
    """Whether all events have been sent, by whichever release runs."""
    with database_of(suite, TASKS) as database:
        return database["tasks"].count_documents({"unsentSince": {"$exists": True}}) == 0


def whole_histories(suite: Suite, ids: Collection[str]) -> bool:
    """Whether each of these tasks has a history that tells it, and nothing is left to be moved there."""
    with database_of(suite, TASKS) as database:
        tasks = database["tasks"].find({"_id": {"$in": [*map(ObjectId, ids)]}}).to_list()
        for task in tasks:
            assert not task.keys() & {"events", "unsentSince"}
            assert "wholeFrom" in task
            known = {"taskId": task["_id"], "version": {"$gte": task["wholeFrom"]}}
            events = database["task_events"].find(known).to_list()
            # A baseline stands behind the create of the last release, which does not say what it set.
            events.sort(key=lambda event: (event["version"], event["type"] == "Baseline"))
            assert {event["version"] for event in events} == {
                *range(task["wholeFrom"], task["version"] + 1)
            }
            told = {
                name: change["to"] for event in events for name, change in event["changes"].items()
            }
            assert {name: task[name] for name in told.keys() & NEW_FIELDS.keys()} == {
                name: told[name] for name in told.keys() & NEW_FIELDS.keys()
            }
            assert (task["title"], task["status"]) == (told["title"], told["status"])
    return len(tasks) == len(ids)


async def read(user: User, task: Json) -> Json:
    answer = await user.get(path_of(task))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["task"]
    return found


async def test_an_upgrade_and_the_way_back_lose_nothing(
    victim: Suite, user: User, last_release: dict[str, str]
) -> None:
    last = LastRelease(victim, last_release)
    await stop(victim)

    async with last.serving(user) as old:
        keyed = {"json": {"title": "Keyed", "status": "Open"}, "headers": {"idempotency-key": "k"}}
        first = (await old.call("POST", LIST, **keyed)).json()["task"]
        plain = await old.create(title="Plain")
        assert NEW_FIELDS.keys().isdisjoint(plain)  # it is the last release that runs
        deleted = await old.create(title="Deleted")
        await old.delete(deleted)

        await start(victim)
        assert await read(user, plain) == plain | {
            "due": None,
            "priority": 0,
            "list": "",
            "labels": [],
            "checklist": [],
            "completedAt": None,
            "deletedAt": None,
            "rank": (await read(user, plain))["rank"],
        }
        again = await user.call("POST", LIST, **keyed)
        assert (again.status_code, again.json()["task"]["_id"]) == (201, first["_id"])
        assert {task["_id"] for task in await user.all_tasks()} == {first["_id"], plain["_id"]}

        found = await user.get(LIST, params={"q": "plain", "priority": 0, "sort": "rank"})
        assert [task["_id"] for task in found.json()["tasks"]] == [plain["_id"]]

        rich = await user.create(title="Rich", **NEW_FIELDS)
        assert (await read(old, rich))["title"] == "Rich"
        assert (await old.update(rich, title="Renamed"))["version"] == 2
        found = await user.get(LIST, params={"q": "renamed", "label": "ERRAND"})
        assert [task["_id"] for task in found.json()["tasks"]] == [rich["_id"]]
        kept = await read(user, rich)
        assert {name: kept[name] for name in NEW_FIELDS} == NEW_FIELDS

        assert (await user.restore(deleted))["version"] == 3
        assert await read(old, deleted)
        ids = [task["_id"] for task in (first, plain, rich)]
        changed = await user.bulk(ids=ids, set={"priority": 3}, addLabels=["both"])
        assert {one["status"] for one in changed["results"]} == {200}

        answers = await asyncio.gather(
            *(
                side.call("PATCH", path_of(plain), json={"description": f"{number} {name}"})
                for number in range(5)
                for name, side in (("old", old), ("new", user))
            )
        )
        accepted = sum(answer.status_code == 200 for answer in answers)
        assert accepted >= 2
        assert (await read(old, plain))["version"] == 2 + accepted

        await stop(victim)
        assert {task["_id"] for task in await old.all_tasks()} == {*ids, deleted["_id"]}
        await old.update(rich, status="Completed")
        versions = {task["_id"]: int(task["version"]) for task in await old.all_tasks()}
        await eventually(lambda: told(old, versions))
        replayed = run(victim, TASKS, "tasks_service.replay", "--since", "2020-01-01T00:00:00Z")
        assert replayed.returncode == 0, replayed.stderr
        await eventually(lambda: nothing_waits(victim))
        await eventually(lambda: Broker(victim).dead_letters() == 0)
        assert await told(old, versions)

        await start(victim)
        await old.delete(first)

    versions[first["_id"]] += 1
    await eventually(lambda: told(user, versions))
    await eventually(lambda: whole_histories(victim, versions))
    now = await read(user, rich)
    assert {name: now[name] for name in NEW_FIELDS} == NEW_FIELDS | {
        "priority": 3,
        "labels": ["errand", "both"],
    }


def test_a_clone_without_the_last_release_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    with pytest.raises(AssertionError, match="git fetch --unshallow"):
        settings_of_last_release(tmp_path)
