import asyncio
from collections.abc import AsyncIterator

import pytest
from chassis.errors import Conflict, Unauthorized, Unavailable
from chassis.mongo import Database, open_mongo
from user_helpers.service import EMAIL, HERE, PASSWORD, bounds
from user_service.accounts import Accounts
from user_service.passwords import PasswordHasher
from user_service.schemas import Credentials, Registration

COMPOSED, DECOMPOSED = "caf\u00e9 noir", "cafe\u0301 noir"


@pytest.fixture
async def database(mongo_uri: str) -> AsyncIterator[Database]:
    async with open_mongo(mongo_uri, {}) as opened:  # without any index
        yield opened


async def test_no_replica_makes_an_account_before_addresses_are_unique(database: Database) -> None:
    registration = Registration(username="Ada", email=EMAIL, password=PASSWORD)
    async with PasswordHasher(4) as hasher:
        replicas = [Accounts(database, hasher, bounds(0, 0, 0)) for _ in range(20)]
        outcomes = await asyncio.gather(
            *(replica.register(registration, HERE) for replica in replicas), return_exceptions=True
        )
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 19


async def test_many_registrations_of_one_address_at_once_cost_one_hash(database: Database) -> None:
    hashed = []

    class Counting(PasswordHasher):
        async def hash(self, password: str) -> str:
            hashed.append(password)
            return await super().hash(password)

    registration = Registration(username="Ada", email=EMAIL, password=PASSWORD)
    async with Counting(4) as hasher:
        accounts = Accounts(database, hasher, bounds(0, 0, 0))
        await asyncio.gather(
            *(accounts.register(registration, HERE) for _ in range(20)), return_exceptions=True
        )
    assert hashed == [PASSWORD]
    assert not accounts._turns


async def test_a_taken_address_is_refused_without_hashing(database: Database) -> None:
    registration = Registration(username="Ada", email=EMAIL, password=PASSWORD)
    async with PasswordHasher(4) as hasher:
        accounts = Accounts(database, hasher, bounds(0, 0, 0))
        await accounts.register(registration, HERE)
    with pytest.raises(Conflict):  # the hasher is closed
        await accounts.register(registration, HERE)


async def test_a_login_is_not_lost_when_its_outdated_hash_cannot_be_renewed(
    database: Database,
) -> None:
    async with PasswordHasher(4) as hasher:
        registration = Registration(username="Ada", email=EMAIL, password=PASSWORD)
        user = await Accounts(database, hasher, bounds(0, 0, 0)).register(registration, HERE)

    class Busy(PasswordHasher):
        async def hash(self, password: str) -> str:
            del password
            raise Unavailable

    async with Busy(5) as hasher:
        accounts = Accounts(database, hasher, bounds(0, 0, 0))
        credentials = Credentials(email=EMAIL, password=PASSWORD)
        assert await accounts.authenticate(credentials, HERE) == user


async def test_an_account_from_before_passwords_were_composed_gets_in_and_a_new_hash(
    database: Database,
) -> None:
    async with PasswordHasher(4) as hasher:
        accounts = Accounts(database, hasher, bounds(0, 0, 0))
        registration = Registration(username="Ada", email=EMAIL, password=COMPOSED)
        user = await accounts.register(registration, HERE)
        before = {"passwordHash": await hasher.hash(DECOMPOSED)}
        await database["users"].update_one({}, {"$set": before})

        async def log_in(password: str) -> str:
            credentials = Credentials(email=EMAIL, password=password)
            return await accounts.authenticate(credentials, HERE)

        with pytest.raises(Unauthorized):
            await log_in(COMPOSED)
        assert await log_in(DECOMPOSED) == user
        assert await log_in(COMPOSED) == user
        assert await log_in(DECOMPOSED) == user
