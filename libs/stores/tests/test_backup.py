"""A backup of the services' databases, and its way back into an empty MongoDB."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from devstack.mongo import Mongo
from devstack.servers import Server
from stores.backup import (
    BackupError,
    back_up,
)
from stores.mongo import DATABASES, Client
from stores.restore import restore
from stores_helpers.content import before, content, quietly, store


def test_what_was_stored_comes_back_in_an_empty_server_without_the_sessions(
    own_mongo: Server[Mongo], client: Client, tmp_path: Path
) -> None:
    large = {"_id": "large", "text": "x" * 9_000_000}  # a batch of its own
    store(client, "user_service_db.users", {"_id": "1", "email": "a@example.com"})
    store(client, "user_service_db.sessions", {"_id": "s"})
    store(client, "user_service_db.refresh_tokens", {"_id": "t"})
    store(client, "tasks_service_db.tasks", *({"_id": n} for n in range(3000)), large, {"_id": "z"})
    store(client, "gateway_db.plans", {"_id": "pro"})
    stored = content(client)
    file = back_up(client, tmp_path, quietly)
    own_mongo.store.empty()

    restore(client, file, quietly)

    del stored["user_service_db.sessions"], stored["user_service_db.refresh_tokens"]
    assert content(client) == stored
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o077 == 0


def test_all_databases_are_as_of_the_moment_at_which_the_backup_began(
    client: Client, tmp_path: Path
) -> None:
    for database in DATABASES.values():
        store(client, f"{database}.things", *({"_id": n} for n in range(300)))

    def change_all() -> None:
        for database in DATABASES.values():
            things = client[database].things
            things.update_many({}, {"$set": {"text": "changed"}})
            things.delete_one({"_id": 7})
            things.insert_one({"_id": "new"})

    stored = content(client)
    middle = f"{list(DATABASES.values())[1]}.things"
    file = back_up(client, tmp_path / "one.zip", before(middle, change_all))

    assert content(client) != stored
    for database in DATABASES.values():
        client.drop_database(database)
    restore(client, file, quietly)
    assert content(client) == stored


def test_two_backups_to_one_name_leave_a_whole_file_and_the_history_as_it_was(
    own_mongo: Server[Mongo], client: Client, tmp_path: Path
) -> None:
    store(client, "tasks_service_db.tasks", *({"_id": n} for n in range(3000)))
    stored, file, history = content(client), tmp_path / "one.zip", _history(client)
    begun = threading.Event()
    goes_on = threading.Event()

    def wait() -> None:
        begun.set()
        assert goes_on.wait(60)

    def first() -> Path:
        with own_mongo.store.client(timeout=None) as own:
            return back_up(own, file, before("tasks_service_db.tasks", wait))

    def after_the_first() -> None:
        goes_on.set()
        running.result()

    with ThreadPoolExecutor() as pool:
        running = pool.submit(first)
        assert begun.wait(60)
        back_up(client, file, before("tasks_service_db.tasks", after_the_first))

    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["one.zip"]
    assert _history(client) == history
    own_mongo.store.empty()
    restore(client, file, quietly)
    assert content(client) == stored


def _history(client: Client) -> int:
    name = "minSnapshotHistoryWindowInSeconds"
    seconds: int = client.admin.command({"getParameter": 1, name: 1})[name]
    return seconds


@pytest.mark.parametrize(
    ("code", "why"), [(239, r"60 minutes.*snapshot of the volume"), (246, "run it again")]
)
def test_a_moment_that_cannot_be_read_leaves_no_file_and_says_what_to_do(
    own_mongo: Server[Mongo], client: Client, tmp_path: Path, code: int, why: str
) -> None:
    store(client, "tasks_service_db.tasks", {"_id": 1})
    (tmp_path / "last.zip").write_bytes(b"the last one")

    with own_mongo.store.failing("find", errorCode=code), pytest.raises(BackupError, match=why):
        back_up(client, tmp_path / "last.zip", quietly)

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"the last one"]


def test_a_directory_that_is_not_there_is_one_sentence(client: Client, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"nowhere.*No such file"):
        back_up(client, tmp_path / "nowhere" / "one.zip", quietly)
