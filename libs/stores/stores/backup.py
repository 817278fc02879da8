"""A backup: what the services have stored in MongoDB, all of it as of one moment, in one file.

The file is a zip archive. The member `DATABASE/COLLECTION.bson` has the documents of a collection one
after the other, as mongodump writes them: after `unzip` mongorestore reads them too. Indexes are not in
it, since the services make theirs.
"""

import contextlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, cast

from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure, PyMongoError

from stores.mongo import DATABASES, Client

FORMAT: Final = 1
MANIFEST: Final = "backup.json"
LEFT_OUT: Final = frozenset({"user_service_db.sessions", "user_service_db.refresh_tokens"})
"""A session that was ended after the backup would live again. Without them everybody signs in again."""

RESTORE_DATABASE: Final = "restore_db"
RESTORE_MARKER: Final = "under_way"
"""The collection that has a document while a restore is under way, and after one that broke off."""

_DEFAULT_SECONDS, _HISTORY_SECONDS = 300, 3600  # MongoDB's own default, and that of a backup
_HISTORY = "minSnapshotHistoryWindowInSeconds"
_SNAPSHOT_TOO_OLD, _SNAPSHOT_UNAVAILABLE = 239, 246

Step = Callable[[str], AbstractContextManager[object]]
"""Says what is being done, for as long as it takes."""


class BackupError(RuntimeError):
    """A backup was not made, or not restored; the message says why and what to do about it."""


def back_up(client: Client, target: Path, step: Step) -> Path:
    """Write a backup, which has its name only once it is whole; that file.

    The client is the administrator's, of the primary. `target` is a file, or a directory, where the
    file is named by the time. What was acknowledged before the call is in it. Raises BackupError.
    """
    file = (
        target / f"task-hunter-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
        if target.is_dir()
        else target
    )
    with failing_as_backup_error(), _part_of(file) as part:
        with part.open("wb") as out, _long_history(client):
            _write(client, out, step)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    return file


@contextlib.contextmanager
def _part_of(file: Path) -> Iterator[Path]:
    """A file beside it that is of this backup alone, even if another one has the same target."""
    # Only its owner may read it, as mkstemp has it: there are addresses and password hashes in it.
    descriptor, name = tempfile.mkstemp(".part", f"{file.name}.", file.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def failing_as_backup_error() -> Iterator[None]:
    """Whatever fails in MongoDB or in the file becomes a BackupError."""
    try:
        yield
    except OperationFailure as error:
        if error.code == _SNAPSHOT_TOO_OLD:
            raise BackupError(
                f"Reading took longer than the {_HISTORY_SECONDS // 60} minutes for which MongoDB keeps "
                "what has changed since: take a snapshot of the volume with its data instead. "
                "If another backup ended meanwhile, run it again alone."
            ) from error
        if error.code == _SNAPSHOT_UNAVAILABLE:
            raise BackupError(
                "A collection was made meanwhile, as when a service starts: run it again."
            ) from error
        raise BackupError(f"MongoDB refuses: {error}") from error
    except PyMongoError as error:
        raise BackupError(f"MongoDB does not answer ({type(error).__name__}): {error}") from error
    except OSError as error:
        raise BackupError(f"{error.filename or 'The file'}: {error.strerror}.") from error


@contextlib.contextmanager
def _long_history(client: Client) -> Iterator[None]:
    """In the body MongoDB keeps what a read of an earlier moment needs, for long enough."""
    before = client.admin.command({"getParameter": 1, _HISTORY: 1})[_HISTORY]
    if before == _HISTORY_SECONDS:  # of another backup, that goes on beside this one or was killed
        before = _DEFAULT_SECONDS
    client.admin.command({"setParameter": 1, _HISTORY: max(before, _HISTORY_SECONDS)})
    try:
        yield
    finally:
        client.admin.command({"setParameter": 1, _HISTORY: before})


def _write(client: Client, out: BinaryIO, step: Step) -> None:
    moment: datetime = client.admin.command("hello")["localTime"].replace(tzinfo=UTC)
    sizes: dict[str, int] = {}
    with (
        client.start_session(snapshot=True) as session,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        # The first read fixes the moment that all others show. The collections are listed after it:
        # one that is made in between is refused, while one made after the list could be missed.
        client["user_service_db"]["users"].find_one(session=session)
        refuse_half_restored(client, session)
        for name in collections(client):
            if name in LEFT_OUT:
                continue
            database, _, collection = name.partition(".")
            path = f"{database}/{collection}.bson"
            with step(name), archive.open(path, "w", force_zip64=True) as member:
                batches = client[database][collection].find_raw_batches(session=session)
                for batch in cast("Iterable[bytes]", batches):  # its type says documents
                    member.write(batch)
            sizes[path] = archive.getinfo(path).file_size
        manifest = {"format": FORMAT, "moment": moment.isoformat(), "members": sizes}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))


def refuse_half_restored(client: Client, session: ClientSession | None = None) -> None:
    """BackupError where a part of a backup may be stored."""
    if client[RESTORE_DATABASE][RESTORE_MARKER].find_one(session=session) is not None:
        raise BackupError(
            "A restore into this MongoDB is under way, or broke off and left a part of the backup: "
            "wait for its end, or begin again with nothing stored "
            '(docs/operations.md, "Backup and restore").'
        )


def collections(client: Client) -> list[str]:
    """All collections of the services, as `DATABASE.COLLECTION`."""
    return [
        f"{database}.{collection}"
        for database in DATABASES.values()
        for collection in sorted(client[database].list_collection_names())
        if not collection.startswith("system.")
    ]
