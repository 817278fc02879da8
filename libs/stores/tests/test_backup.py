"""A backup of the services' databases, and its way back into an empty MongoDB."""

import contextlib
import json
import random
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from devstack.backups import is_ready_and_whole
from devstack.mongo import Mongo
from devstack.program import StartError
from devstack.servers import Server
from stores.__main__ import _end_if_half_restored
from stores.backup import (
    MANIFEST,
    RESTORE_DATABASE,
    RESTORE_MARKER,
    BackupError,
    Step,
    back_up,
)
from stores.mongo import DATABASES, Client
from stores.restore import check, restore

quietly: Step = contextlib.nullcontext
Content = dict[str, list[dict[str, Any]]]


@pytest.fixture
def client(own_mongo: Server[Mongo]) -> Iterator[Client]:
    with own_mongo.store.client(timeout=None) as client:
        yield client


def store(client: Client, name: str, *documents: dict[str, Any]) -> None:
    database, _, collection = name.partition(".")
    client[database][collection].insert_many(documents)


def content(client: Client) -> Content:
    """Every document of the services' databases, by collection."""
    return {
        f"{database}.{collection}": list(client[database][collection].find(sort=["_id"]))
        for database in DATABASES.values()
        for collection in client[database].list_collection_names()
    }


def before(name: str, act: Callable[[], object]) -> Step:
    """Does something at the moment at which that step begins."""

    @contextlib.contextmanager
    def step(what: str) -> Iterator[None]:
        if what == name:
            act()
        yield

    return step


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


def test_a_server_that_has_documents_is_left_as_it_is(client: Client, tmp_path: Path) -> None:
    store(client, "tasks_service_db.tasks", {"_id": 1})
    file = back_up(client, tmp_path, quietly)
    client["tasks_service_db"].tasks.update_one({"_id": 1}, {"$set": {"title": "later"}})

    with pytest.raises(BackupError, match=r"tasks_service_db\.tasks has documents already"):
        restore(client, file, quietly)

    assert content(client)["tasks_service_db.tasks"] == [{"_id": 1, "title": "later"}]


def test_what_a_broken_restore_has_left_is_neither_backed_up_nor_completed(
    own_mongo: Server[Mongo], client: Client, tmp_path: Path
) -> None:
    store(client, "user_service_db.users", {"_id": "1"})
    store(client, "tasks_service_db.tasks", {"_id": 1})
    stored, file = content(client), back_up(client, tmp_path, quietly)
    own_mongo.store.empty()

    def refused() -> None:
        with pytest.raises(BackupError, match="under way, or broke off"):
            back_up(client, tmp_path / "half.zip", quietly)
        with pytest.raises(BackupError, match="under way, or broke off"):
            restore(client, file, quietly)
        with pytest.raises(StartError, match="broke off"):
            is_ready_and_whole(own_mongo.store)

    def break_off() -> None:
        refused()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(client, file, before("tasks_service_db.tasks", break_off))
    refused()
    assert [path.name for path in tmp_path.iterdir()] == [file.name]

    own_mongo.store.empty()
    restore(client, file, quietly)
    assert content(client) == stored
    assert is_ready_and_whole(own_mongo.store)
    back_up(client, tmp_path / "whole.zip", quietly)


def test_of_two_restores_that_both_found_nothing_one_goes_on(
    own_mongo: Server[Mongo], client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(client, "tasks_service_db.tasks", {"_id": 1})
    file = back_up(client, tmp_path, quietly)
    own_mongo.store.empty()

    def and_then_another_begins(client: Client) -> None:
        store(client, f"{RESTORE_DATABASE}.{RESTORE_MARKER}", {"_id": "restore"})

    monkeypatch.setattr("stores.restore._refuse_unless_empty", and_then_another_begins)
    with pytest.raises(BackupError, match="under way"):
        restore(client, file, quietly)
    assert content(client) == {}


def test_the_services_do_not_start_on_what_a_broken_restore_has_left(
    own_mongo: Server[Mongo], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stores.__main__._OF_THIS_HOST", f"127.0.0.1:{own_mongo.port}")
    _end_if_half_restored("")
    store(client, f"{RESTORE_DATABASE}.{RESTORE_MARKER}", {"_id": "restore"})
    with pytest.raises(SystemExit, match="broke off"):
        _end_if_half_restored("")


def test_no_damaged_file_passes_the_check_with_other_content(
    client: Client, tmp_path: Path
) -> None:
    store(client, "tasks_service_db.tasks", *({"_id": n, "title": f"Task {n}"} for n in range(20)))
    whole = back_up(client, tmp_path / "whole.zip", quietly).read_bytes()
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    damaged = tmp_path / "damaged.zip"

    choose = random.Random(7)
    refused = 0
    for place in range(len(whole)):
        damaged.write_bytes(
            whole[:place] + bytes([whole[place] ^ (1 << choose.randrange(8))]) + whole[place + 1 :]
        )
        try:
            check(damaged)
        except BackupError:
            refused += 1
            continue
        with zipfile.ZipFile(damaged) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == members, place
    assert refused > len(whole) // 2

    for length in range(0, len(whole), 50):
        damaged.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            check(damaged)


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ({"format": 2}, "another release"),
        ({"format": 1, "members": {"tasks_service_db/tasks.bson": 5}}, "damaged"),
        ({"format": 1, "members": {"admin/system.users.bson": 0}}, "damaged"),
    ],
)
def test_an_archive_of_another_kind_is_refused(
    tmp_path: Path, manifest: dict[str, Any], why: str
) -> None:
    file = tmp_path / "other.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in manifest.get("members", {}):
            archive.writestr(path, b"")
        archive.writestr(MANIFEST, json.dumps(manifest))

    with pytest.raises(BackupError, match=why):
        check(file)


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
