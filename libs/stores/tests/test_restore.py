"""What is restored and what is refused: a MongoDB with documents, a half-done restore, a damaged file."""

import json
import random
import zipfile
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
    back_up,
)
from stores.mongo import Client
from stores.restore import check, restore
from stores_helpers.content import before, content, quietly, store


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
