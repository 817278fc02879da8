"""Accounts: registration, and the check of a password at a login."""

from datetime import datetime, timedelta
from typing import Any, Final, NotRequired, TypedDict

import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import Conflict, Unauthorized, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, typed_collection
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from user_service.addresses import address_digests
from user_service.passwords import PasswordHasher
from user_service.schemas import MAX_PASSWORD_BYTES, Credentials, Registration, composed
from user_service.settings import Settings
from user_service.throttle import LoginThrottle, RegistrationThrottle

COLLECTION: Final = "users"
INDEXES: Final = {COLLECTION: [IndexModel("email", unique=True)]}

KNOWN_FOR: Final = timedelta(days=30)  # after the last sign-in from an address
MAX_SIGN_INS: Final = 20  # addresses that an account is known at

log = structlog.get_logger()


class SignIn(TypedDict):
    """When somebody last signed in from an address, of which there is a digest alone."""

    address: str
    at: datetime


class Account(TypedDict):
    """A document of `users`. `email` is unique; `passwordHash` is bcrypt's, with cost and salt.

    `signIns` are the last ones from different addresses; accounts from before this field lack it.
    """

    _id: ObjectId
    username: str
    email: str
    passwordHash: str
    createdAt: datetime
    signIns: NotRequired[list[SignIn]]


class Accounts:
    """The accounts of all users."""

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher,
        settings: Settings,
        now: Clock = utc_now,
    ) -> None:
        self._users = typed_collection(database, COLLECTION, Account)
        self._hasher = hasher
        self._logins = LoginThrottle(database, settings, now)
        self._registrations = RegistrationThrottle(database, settings, now)
        self._secrets = settings.refresh_secrets
        self._now = now
        self._turns = KeyedLocks[str]()

    async def register(self, registration: Registration, client_ip: str) -> str:
        """Make an account and return its id.

        Raises Conflict when the e-mail is taken, TooManyRequests when too many accounts were made
        from this address, Unavailable when too many passwords wait.
        """
        # No account is made before the index that keeps its e-mail unique exists.
        await self._users.create_indexes(list(INDEXES[COLLECTION]))
        # One at a time for each e-mail: of many at once, one costs a hash and the rest a look-up.
        async with self._turns.hold(registration.email):
            if await self._users.find_one({"email": registration.email}, {"_id": 1}):
                raise _taken()
            async with self._registrations.attempt(client_ip):
                return await self._insert(registration, client_ip)

    async def find(self, user_id: str) -> Account | None:
        """The account, unless it is gone."""
        return await self._users.find_one({"_id": ObjectId(user_id)})

    async def _insert(self, registration: Registration, client_ip: str) -> str:
        user_id = ObjectId()
        user: Account = {
            "_id": user_id,
            "username": registration.username,
            "email": registration.email,
            "passwordHash": await self._hasher.hash(composed(registration.password)),
            "createdAt": self._now(),
            "signIns": [{"address": self._addresses(user_id, client_ip)[0], "at": self._now()}],
        }
        try:
            await self._users.insert_one(user)
        except DuplicateKeyError:  # another replica was quicker while we hashed
            raise _taken() from None
        log.info("account registered", user=str(user_id))
        return str(user_id)

    async def authenticate(self, credentials: Credentials, client_ip: str) -> str:
        """The id of the account, if the password is right.

        An unknown e-mail costs the same time and gets the same answer as a wrong password.
        Raises Unauthorized, TooManyRequests after too many failures, Unavailable when too many
        passwords wait.
        """
        user = await self._users.find_one({"email": credentials.email})
        known = user is not None and self._has_signed_in(user, client_ip)
        async with self._logins.attempt(credentials.email, client_ip, known_here=known):
            password_hash = user["passwordHash"] if user else None
            hashed = await self._hashed_form(credentials.password, password_hash)
            if user is None or hashed is None:
                raise Unauthorized("Invalid credentials")
        password = composed(credentials.password)
        if hashed != password or self._hasher.is_outdated(user["passwordHash"]):
            await self._renew_hash(user, password)
        await self._remember(user, client_ip)
        return str(user["_id"])

    def _addresses(self, user_id: ObjectId, client_ip: str) -> list[str]:
        return address_digests(client_ip, owner=str(user_id), secrets=self._secrets)

    def _has_signed_in(self, user: Account, client_ip: str) -> bool:
        """Whether this account has signed in from this address within `KNOWN_FOR`."""
        since = self._now() - KNOWN_FOR
        known = {one["address"] for one in user.get("signIns", ()) if one["at"] > since}
        return not known.isdisjoint(self._addresses(user["_id"], client_ip))

    async def _remember(self, user: Account, client_ip: str) -> None:
        addresses = self._addresses(user["_id"], client_ip)
        here: SignIn = {"address": addresses[0], "at": self._now()}
        stored = {"$ifNull": ["$signIns", []]}
        is_another = {"$not": {"$in": ["$$this.address", addresses]}}
        is_known = {"$gt": ["$$this.at", here["at"] - KNOWN_FOR]}
        others = {"$filter": {"input": stored, "cond": {"$and": [is_another, is_known]}}}
        newest_first = {"$concatArrays": [[here], others]}
        update: dict[str, Any] = {"signIns": {"$slice": [newest_first, MAX_SIGN_INS]}}
        await self._users.update_one({"_id": user["_id"]}, [{"$set": update}])

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
