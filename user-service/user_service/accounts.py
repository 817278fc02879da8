"""Accounts: who exists, and who knows the password."""

import asyncio
from typing import Final

import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import Conflict, Unauthorized, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, Document
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from user_service.passwords import PasswordHasher
from user_service.schemas import Credentials, Registration
from user_service.throttle import LoginThrottle

USERS: Final = "users"
INDEXES: Final = {USERS: [IndexModel("email", unique=True)]}

log = structlog.get_logger()


class Accounts:
    """The collection of users.

    `{_id, username, email, passwordHash, createdAt}`, `email` being unique.
    """

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher,
        throttle: LoginThrottle,
        now: Clock = utc_now,
    ) -> None:
        self._users = database[USERS]
        self._hasher = hasher
        self._throttle = throttle
        self._now = now
        self._emails_are_unique = False
        self._index_lock = asyncio.Lock()
        self._turns = KeyedLocks[str]()

    async def register(self, registration: Registration) -> str:
        """Make an account and return its id.

        Raises Conflict when the address is taken, Unavailable when too many passwords wait.
        """
        await self._ensure_unique_emails()
        # One at a time for each address: of many at once, one costs a hash and the rest a look-up.
        async with self._turns.hold(registration.email):
            if await self._users.find_one({"email": registration.email}, {"_id": 1}):
                raise _taken()
            return await self._insert(registration)

    async def _insert(self, registration: Registration) -> str:
        user: Document = {
            "_id": ObjectId(),
            "username": registration.username,
            "email": registration.email,
            "passwordHash": await self._hasher.hash(registration.password),
            "createdAt": self._now(),
        }
        try:
            await self._users.insert_one(user)
        except DuplicateKeyError:  # another replica was quicker while we hashed
            raise _taken() from None
        log.info("account registered", user=str(user["_id"]))
        return str(user["_id"])

    async def authenticate(self, credentials: Credentials, address: str) -> str:
        """The id of the account, if the password is its own.

        An unknown address costs the same time and gets the same answer as a wrong password.
        Raises Unauthorized, TooManyRequests after too many failures, Unavailable when too many
        passwords wait.
        """
        async with self._throttle.attempt(credentials.email, address):
            user = await self._users.find_one({"email": credentials.email})
            password_hash = user["passwordHash"] if user else None
            if not await self._hasher.verify(credentials.password, password_hash) or user is None:
                raise Unauthorized("Invalid credentials")
        await self._renew_outdated_hash(user, credentials.password)
        return str(user["_id"])

    async def _ensure_unique_emails(self) -> None:
        """No account is made before the index that keeps its address unique exists."""
        if self._emails_are_unique:
            return
        async with self._index_lock:
            if not self._emails_are_unique:
                await self._users.create_indexes(list(INDEXES[USERS]))
                self._emails_are_unique = True

    async def _renew_outdated_hash(self, user: Document, password: str) -> None:
        if not self._hasher.is_outdated(user["passwordHash"]):
            return
        try:
            renewed = await self._hasher.hash(password)
        except Unavailable:  # at the next login, then
            return
        unchanged = {"_id": user["_id"], "passwordHash": user["passwordHash"]}
        await self._users.update_one(unchanged, {"$set": {"passwordHash": renewed}})


def _taken() -> Conflict:
    return Conflict("Email already registered")
