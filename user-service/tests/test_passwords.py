import asyncio
import os
import sys
import threading

import bcrypt
import pytest
from chassis.errors import Unavailable
from chassis.mongo import open_mongo
from chassis_helpers.metrics import value
from devstack.testing import eventually
from user_helpers.service import StartService
from user_service.passwords import PasswordHasher


async def test_a_hash_verifies_its_password_and_no_other() -> None:
    async with PasswordHasher(4) as hasher:
        hashed = await hasher.hash("correct horse")
        assert await hasher.verify("correct horse", hashed)
        assert not await hasher.verify("correct horsf", hashed)


async def test_without_a_hash_no_password_matches_at_the_same_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []

    def spy(password: bytes, hashed: bytes) -> bool:
        compared.append(hashed)
        return original(password, hashed)

    original = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", spy)
    async with PasswordHasher(5) as hasher:
        real = await hasher.hash("correct horse")
        await hasher.verify("wrong", real)
        assert not await hasher.verify("wrong", None)
    known, unknown = compared
    assert known[:7] == unknown[:7] == b"$2b$05$"
    assert len(known) == len(unknown)


async def test_a_full_queue_refuses_and_says_when_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_end = threading.Event()
    refused_before = value("passwords_refused_total")
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: may_end.wait(60))
    async with PasswordHasher(4, workers=1, max_waiting=2) as hasher:
        running = [asyncio.create_task(hasher.verify("x", None)) for _ in range(3)]
        await eventually(lambda: hasher.pending == 3)
        with pytest.raises(Unavailable) as refused:
            await hasher.verify("x", None)
        assert int(refused.value.headers["retry-after"]) >= 1
        assert value("password_queue_length") == 3
        may_end.set()
        await asyncio.gather(*running)
        assert await hasher.verify("x", None)
    assert value("password_queue_length") == 0
    assert value("passwords_refused_total") - refused_before == 1


async def test_a_cancelled_caller_takes_its_password_out_of_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worked_on, may_end = [], threading.Event()

    def slow(password: bytes, _hashed: bytes) -> bool:
        worked_on.append(password)
        return may_end.wait(60)

    monkeypatch.setattr(bcrypt, "checkpw", slow)
    async with PasswordHasher(4, workers=1) as hasher:
        first, second, third = (
            asyncio.create_task(hasher.verify(name, None)) for name in ("first", "second", "third")
        )
        await eventually(lambda: worked_on)
        second.cancel()
        await asyncio.wait([second])
        assert hasher.pending == 2
        may_end.set()
        assert all(await asyncio.gather(first, third))
    assert worked_on == [b"first", b"third"]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities on Linux only")
async def test_hashing_threads_give_way_to_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    def priority(_password: bytes, _hashed: bytes) -> bool:
        return os.getpriority(os.PRIO_PROCESS, 0) > os.getpriority(os.PRIO_PROCESS, os.getpid())

    monkeypatch.setattr(bcrypt, "checkpw", priority)
    async with PasswordHasher(4) as hasher:
        assert await hasher.verify("x", None)


PRIORITIES = """
import asyncio, os
from user_service.passwords import PasswordHasher
here = lambda: os.getpriority(os.PRIO_PROCESS, 0)
print(here(), asyncio.run(PasswordHasher(4, workers=1)._in_thread(here)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities on Linux only")
async def test_a_process_of_low_priority_hashes_at_a_lower_one() -> None:
    """Without a capability to raise a priority, as in a container."""
    plain = ("setpriv", "--bounding-set=-sys_nice") if os.geteuid() == 0 else ()
    run = await asyncio.create_subprocess_exec(
        *(*plain, "nice", "-n", "10", sys.executable, "-c", PRIORITIES),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await run.communicate()
    process, thread = map(int, said.split())
    assert thread == min(process + 5, 19)


async def test_requests_are_answered_while_16_logins_are_hashed(
    start_service: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def spy(password: bytes, hashed: bytes) -> bool:
        begun.set()
        return original(password, hashed)

    original = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", spy)
    async with start_service(bcrypt_rounds=10) as client:
        logins = [
            asyncio.create_task(client.login(email=f"{number}@example.com")) for number in range(16)
        ]
        await eventually(begun.is_set)
        for _ in range(10):
            assert (await client.http.get("/health")).status_code == 200
        assert not all(login.done() for login in logins)
        responses = await asyncio.gather(*logins)
        assert {response.status_code for response in responses} == {401}


async def test_a_hash_of_another_cost_is_renewed_at_login(
    start_service: StartService, mongo_uri: str
) -> None:
    async with start_service() as before:
        await before.register()
    async with start_service(bcrypt_rounds=5) as after:
        assert (await after.login(password="wrong horse")).status_code == 401
        assert await stored_hash(mongo_uri, b"$2b$04$")
        assert (await after.login()).status_code == 200
        assert await stored_hash(mongo_uri, b"$2b$05$")
        assert (await after.login()).status_code == 200


async def stored_hash(mongo_uri: str, prefix: bytes) -> bool:
    async with open_mongo(mongo_uri, {}) as database:
        user = await database["users"].find_one({})
    assert user is not None
    return bool(user["passwordHash"].startswith(prefix.decode()))
