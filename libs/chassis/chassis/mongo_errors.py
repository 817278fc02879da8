"""Which errors of MongoDB and its driver are no fault of what was asked, and pass."""

from enum import IntEnum
from typing import Final

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
)


class _Unavailable(IntEnum):
    """Codes of the server's errors that pass, named as in error_codes.yml in its sources."""

    # The network between its members.
    HOST_UNREACHABLE = 6
    HOST_NOT_FOUND = 7
    NETWORK_TIMEOUT = 89
    NETWORK_INTERFACE_EXCEEDED_TIME_LIMIT = 202
    SOCKET_EXCEPTION = 9001
    # Its users are being changed, or it cannot read them yet.
    UNAUTHORIZED = 13
    AUTHENTICATION_FAILED = 18
    REAUTHENTICATION_REQUIRED = 391
    # It has just been started: it knows no set and no cursor of before, and has not yet read the keys by
    # which it checks the cluster time that clients send along.
    CURSOR_NOT_FOUND = 43
    NOT_YET_INITIALIZED = 94
    READ_CONCERN_MAJORITY_NOT_AVAILABLE_YET = 134
    KEY_NOT_FOUND = 211
    # It stops, or another member becomes the primary.
    SHUTDOWN_IN_PROGRESS = 91
    FAILED_TO_SATISFY_READ_PREFERENCE = 133
    PRIMARY_STEPPED_DOWN = 189
    ELECTION_IN_PROGRESS = 216
    NOT_WRITABLE_PRIMARY = 10107
    INTERRUPTED_AT_SHUTDOWN = 11600
    INTERRUPTED = 11601
    INTERRUPTED_DUE_TO_REPL_STATE_CHANGE = 11602
    NOT_PRIMARY_NO_SECONDARY_OK = 13435
    NOT_PRIMARY_OR_SECONDARY = 13436
    # Too few members have the write.
    WRITE_CONCERN_TIMEOUT = 64
    UNSATISFIABLE_WRITE_CONCERN = 100
    # It is busy, or full.
    LOCK_TIMEOUT = 24
    QUERY_PLAN_KILLED = 175
    CURSOR_KILLED = 237
    SNAPSHOT_UNAVAILABLE = 246
    EXCEEDED_TIME_LIMIT = 262
    TRANSACTION_EXCEEDED_LIFETIME_LIMIT = 290
    TEMPORARILY_UNAVAILABLE = 365
    ATLAS_ERROR = 8000
    OUT_OF_DISK_SPACE = 14031


_CODES: Final = frozenset(map(int, _Unavailable))
# A configuration that fails in an operation is a name of mongodb+srv that cannot be looked up.
_ERRORS: Final = (ConnectionFailure, ExecutionTimeout, WaitQueueTimeoutError, ConfigurationError)
# The last two: a transaction that met an election or other writes, however often it was tried.
_LABELS: Final = (
    "SystemOverloadedError",
    "TransientTransactionError",
    "UnknownTransactionCommitResult",
)


def is_unavailable(error: PyMongoError) -> bool:
    """Whether MongoDB is away, slow, busy or electing, or refuses whatever is asked: not our query's fault."""
    return (
        error.timeout
        or isinstance(error, _ERRORS)
        or any(map(error.has_error_label, _LABELS))
        or not _CODES.isdisjoint(_codes(error))
    )


def _codes(error: PyMongoError) -> set[int]:
    if isinstance(error, BulkWriteError):
        details = error.details
        faults = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
        return {fault["code"] for fault in faults}
    return {error.code} if isinstance(error, OperationFailure) and error.code else set()
