"""Accounts: registration, and the check of a password at a login."""

from datetime import datetime
from typing import Final, TypedDict

import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import Conflict, Unauthorized, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, typed_collection
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from user_service.passwords import PasswordHasher
from user_service.schemas import MAX_PASSWORD_BYTES, Credentials, Registration, composed
from user_service.throttle import LoginThrottle

COLLECTION: Final = "users"
INDEXES: Final = {COLLECTION: [IndexModel("email", unique=True)]}

log = structlog.get_logger()


class Account(TypedDict):
    """A document of `users`. `email` is unique; `passwordHash` is bcrypt's, with cost and salt."""

    _id: ObjectId
    username: str
    email: str
    passwordHash: str
    createdAt: datetime


class Accounts:
    """The accounts of all users."""

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher,
        throttle: LoginThrottle,
        now: Clock = utc_now,
    ) -> None:
        self._users = typed_collection(database, COLLECTION, Account)
        self._hasher = hasher
        self._throttle = throttle
        self._now = now
        self._turns = KeyedLocks[str]()

    async def register(self, registration: Registration) -> str:
        """Make an account and return its id.

        Raises Conflict when the e-mail is taken, Unavailable when too many passwords wait.
        """
        # No account is made before the index that keeps its e-mail unique exists.
        await self._users.create_indexes(list(INDEXES[COLLECTION]))
        # One at a time for each e-mail: of many at once, one costs a hash and the rest a look-up.
        async with self._turns.hold(registration.email):
            if await self._users.find_one({"email": registration.email}, {"_id": 1}):
                raise _taken()
            return await self._insert(registration)

    async def find(self, user_id: str) -> Account | None:
        """The account, unless it is gone."""
        return await self._users.find_one({"_id": ObjectId(user_id)})

    async def _insert(self, registration: Registration) -> str:
        user: Account = {
            "_id": ObjectId(),
            "username": registration.username,
            "email": registration.email,
            "passwordHash": await self._hasher.hash(composed(registration.password)),
            "createdAt": self._now(),
        }
        try:
            await self._users.insert_one(user)
        except DuplicateKeyError:  # another replica was quicker while we hashed
            raise _taken() from None
        log.info("account registered", user=str(user["_id"]))
        return str(user["_id"])

    async def authenticate(self, credentials: Credentials, client_ip: str) -> str:
        """The id of the account, if the password is right.

        An unknown e-mail costs the same time and gets the same answer as a wrong password.
        Raises Unauthorized, TooManyRequests after too many failures, Unavailable when too many
        passwords wait.
        """
        async with self._throttle.attempt(credentials.email, client_ip):
            user = await self._users.find_one({"email": credentials.email})
            password_hash = user["passwordHash"] if user else None
            hashed = await self._hashed_form(credentials.password, password_hash)
            if user is None or hashed is None:
                raise Unauthorized("Invalid credentials")
        password = composed(credentials.password)
        if hashed != password or self._hasher.is_outdated(user["passwordHash"]):
            await self._renew_hash(user, password)
        return str(user["_id"])

    async def _hashed_form(self, password: str, password_hash: str | None) -> str | None:
        """In which form the password was hashed; None if it is not the hashed one.

        Accounts from before passwords were composed have the hash of what was sent.
        """
        forms = dict.fromkeys((composed(password), password))
        for form in forms:
            fits = len(form.encode()) <= MAX_PASSWORD_BYTES
            if fits and await self._hasher.verify(form, password_hash):
                return form
        return None

    async def _renew_hash(self, user: Account, password: str) -> None:
        try:
            renewed = await self._hasher.hash(password)
        except Unavailable:  # the next login tries again
            return
        unchanged = {"_id": user["_id"], "passwordHash": user["passwordHash"]}
        await self._users.update_one(unchanged, {"$set": {"passwordHash": renewed}})


def _taken() -> Conflict:
    return Conflict("Email already registered")
