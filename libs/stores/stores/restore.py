"""Restore a backup into a MongoDB in which the services have stored nothing yet."""

import json
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from stores.backup import (
    FORMAT,
    MANIFEST,
    RESTORE_DATABASE,
    RESTORE_MARKER,
    BackupError,
    Step,
    collections,
    failing_as_backup_error,
    refuse_half_restored,
)
from stores.mongo import DATABASES, Client

_RAW: Final = CodecOptions(document_class=RawBSONDocument)
_BATCH_BYTES = 8_000_000
# What zipfile raises for a damaged archive, by where it is damaged.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    LookupError,
)


class Manifest(NamedTuple):
    """The moment that a backup shows, and the size of each of its members in bytes."""

    moment: datetime
    members: dict[str, int]


def restore(client: Client, file: Path, step: Step) -> datetime:
    """Store what the backup holds; the moment that it shows.

    The client is the administrator's, of the primary, and no service may run. Nothing is written
    unless the whole file is as it was made and the databases are empty. Raises BackupError. What
    breaks off leaves a marker, since nothing else tells a part of the data from all of them.
    """
    with failing_as_backup_error():
        with step("Checking the file"):
            manifest = check(file)
        refuse_half_restored(client)
        _refuse_unless_empty(client)
        _mark(client, file)
        with zipfile.ZipFile(file) as archive:
            for path in manifest.members:
                database, _, collection = path.removesuffix(".bson").partition("/")
                with step(f"{database}.{collection}"), archive.open(path) as member:
                    _insert(client[database][collection], member)
        client.drop_database(RESTORE_DATABASE)
    return manifest.moment


def check(file: Path) -> Manifest:
    """What the backup says of itself, if every byte of it is as it was written; else BackupError."""
    try:
        with zipfile.ZipFile(file) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            if any(member.compress_type != zipfile.ZIP_DEFLATED for member in archive.infolist()):
                raise zipfile.BadZipFile("compressed in another way")
            damaged = archive.testzip()
            said: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except _DAMAGE as error:
        raise BackupError(
            f"{file} is no backup, or not a whole one ({error}): take another."
        ) from error
    if said["format"] != FORMAT:
        raise BackupError(
            f"{file} was made by another release (format {said['format']}): restore it with that one."
        )
    del sizes[MANIFEST]
    databases = {path.partition("/")[0] for path in sizes}
    if damaged or sizes != said["members"] or not databases <= set(DATABASES.values()):
        raise BackupError(f"{file} is damaged: take another backup.")
    return Manifest(datetime.fromisoformat(said["moment"]), sizes)


def _refuse_unless_empty(client: Client) -> None:
    for name in collections(client):
        database, _, collection = name.partition(".")
        if client[database][collection].find_one(projection=["_id"]) is not None:
            raise BackupError(
                f"{name} has documents already: restore into an empty MongoDB, with no service running."
            )


def _mark(client: Client, file: Path) -> None:
    marker = {"_id": "restore", "file": file.name, "since": datetime.now(UTC)}
    try:
        client[RESTORE_DATABASE][RESTORE_MARKER].insert_one(marker)
    except DuplicateKeyError:  # another one has begun since the look
        refuse_half_restored(client)
        raise


def _insert(collection: Collection[dict[str, Any]], member: IO[bytes]) -> None:
    batch: list[RawBSONDocument] = []
    size = 0
    for document in bson.decode_file_iter(member, _RAW):
        batch.append(document)
        size += len(document.raw)
        if size >= _BATCH_BYTES:
            collection.insert_many(batch, ordered=False)
            batch, size = [], 0
    if batch:
        collection.insert_many(batch, ordered=False)
