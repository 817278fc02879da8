"""A backup of a suite in use, restored where nothing is."""

import asyncio
from pathlib import Path

from client import AUTH, User, assert_error
from devstack.backups import make_backup, restore_backup
from devstack.suite import Suite
from devstack.testing import eventually
from inside import ACTIVITY, TASKS, database_of, run
from load import creating, told_exactly_once


async def test_a_backup_under_writes_brings_back_every_task_and_after_a_replay_the_whole_feed(
    victim: Suite, user: User, tmp_path: Path
) -> None:
    # What the broker holds at the moment of the backup is lost with it: then only a replay helps.
    await asyncio.to_thread(victim.stop, ACTIVITY)
    async with creating(user) as load:
        await load.acknowledges(20)
        await eventually(lambda: _sent(victim) >= 20)
        acknowledged = list(load.acknowledged)
        file = await asyncio.to_thread(make_backup, victim, tmp_path)
        await load.acknowledges(1)
    load.acknowledged = acknowledged

    # In this thread: what a suite starts ends with the thread that started it.
    victim.end()
    remedy = restore_backup(victim, file)
    victim.up()

    assert_error(await user.http.post(f"{AUTH}/refresh"), 401, "Invalid refresh token")
    await user.login()
    tasks = {task["_id"] for task in await user.all_tasks()}
    assert {entry["taskId"] for entry in await user.feed()} <= tasks
    since = remedy.rpartition("SINCE=")[2]
    replayed = await asyncio.to_thread(run, victim, TASKS, "tasks_service.replay", "--since", since)
    assert replayed.returncode == 0, replayed.stderr
    await told_exactly_once(user, load)


def _sent(suite: Suite) -> int:
    """How many tasks have no event that waits to be sent."""
    with database_of(suite, TASKS) as database:
        return database["tasks"].count_documents({"unsentSince": {"$exists": False}})
