"""Revoked or not: by Redis, by user-service, or nobody knows."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from api_gateway.blacklist import Blacklist
from api_gateway.revocation import REMEMBERED_SECONDS, Revocations, RevokedToken, UserServiceAnswers
from api_gateway.upstreams import open_upstream
from chassis.breaker import CircuitBreaker
from chassis.errors import Unavailable
from chassis.redis import open_redis
from contracts.identity import IdentifiedUser
from devstack.testing import NOBODYS_PORT, eventually
from gateway_helpers.clock import Clock
from gateway_helpers.gateway import A_DAY
from gateway_helpers.peers import Marker, Peer

SECRET = "internal-secret-of-32-characters-or-more"
USER = IdentifiedUser(id="a" * 24, sid="sid-1", exp=int(time.time()) + A_DAY)
OTHER = IdentifiedUser(id="b" * 24, sid="sid-2", exp=USER.exp)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def opened(redis_uri: str, user_service_url: str, clock: Clock) -> AsyncIterator[Revocations]:
    async with (
        open_redis(redis_uri) as redis,
        open_upstream("user-service", user_service_url, SECRET) as upstream,
    ):
        blacklist = Blacklist(redis, CircuitBreaker("redis"))
        yield Revocations(blacklist, UserServiceAnswers(upstream, clock=clock))


@pytest.fixture
async def revocations(redis_uri: str, peer: Peer, clock: Clock) -> AsyncIterator[Revocations]:
    async with opened(redis_uri, peer.url, clock) as revocations:
        yield revocations


@pytest.fixture
async def orphaned(redis_uri: str, clock: Clock) -> AsyncIterator[Revocations]:
    """User-service is gone."""
    async with opened(redis_uri, f"http://127.0.0.1:{NOBODYS_PORT}", clock) as revocations:
        yield revocations


def answering(peer: Peer, *answers: bool | None) -> None:
    """Give these answers in turn, the last one for ever; None is a 503."""
    given = list(answers)

    async def answer() -> bytes | None:
        revoked = given.pop(0) if len(given) > 1 else given[0]
        return None if revoked is None else json.dumps({"revoked": revoked}).encode()

    peer.revoked = answer


def answering_when_released(peer: Peer) -> asyncio.Event:
    """Let "not revoked" be the answer, once the event is set."""
    release = asyncio.Event()

    async def answer() -> bytes:
        await release.wait()
        return b'{"revoked": false}'

    peer.revoked = answer
    return release


@pytest.mark.usefixtures("ready")
async def test_while_redis_is_believed_user_service_is_not_asked(
    revocations: Revocations, peer: Peer
) -> None:
    answering(peer, True)
    await revocations.check(USER)
    assert peer.questions == []


async def test_what_redis_has_as_revoked_is_revoked(
    revocations: Revocations, marker: Marker
) -> None:
    await marker.revoke("sid-1")
    with pytest.raises(RevokedToken, match="Token is blacklisted"):
        await revocations.check(USER)


async def test_without_a_mark_user_service_decides(revocations: Revocations, peer: Peer) -> None:
    answering(peer, False, True)
    await revocations.check(USER)
    with pytest.raises(RevokedToken):
        await revocations.check(OTHER)
    assert [question.query for question in peer.questions] == [b"sid=sid-1", b"sid=sid-2"]
    assert peer.questions[0].identity("user-service", SECRET).user is None


async def test_an_answer_is_remembered_for_a_moment_only(
    revocations: Revocations, peer: Peer, clock: Clock
) -> None:
    answering(peer, False, True)
    await revocations.check(USER)
    await revocations.check(USER)
    assert len(peer.questions) == 1
    clock.now += REMEMBERED_SECONDS
    with pytest.raises(RevokedToken):
        await revocations.check(USER)


async def test_not_revoked_is_forgotten_when_sessions_change(
    revocations: Revocations, peer: Peer
) -> None:
    answering(peer, False, True)
    await revocations.check(USER)
    revocations.sessions_changed()
    with pytest.raises(RevokedToken):
        await revocations.check(USER)


async def test_an_answer_on_its_way_when_sessions_change_serves_only_who_asked_before(
    revocations: Revocations, peer: Peer
) -> None:
    release = answering_when_released(peer)
    before = asyncio.create_task(revocations.check(USER))
    await eventually(lambda: peer.questions)
    revocations.sessions_changed()
    answering(peer, True)
    with pytest.raises(RevokedToken):
        await revocations.check(USER)
    release.set()
    await before
    with pytest.raises(RevokedToken):
        await revocations.check(USER)


async def test_many_lookups_at_once_are_one_request_to_user_service(
    revocations: Revocations, peer: Peer
) -> None:
    answering(peer, False)
    await asyncio.gather(*(revocations.check(USER) for _ in range(20)))
    assert len(peer.questions) == 1


async def test_a_client_that_disconnects_does_not_cancel_the_lookup_of_others(
    revocations: Revocations, peer: Peer
) -> None:
    release = answering_when_released(peer)
    leaving = asyncio.create_task(revocations.check(USER))
    staying = asyncio.create_task(revocations.check(USER))
    await eventually(lambda: peer.questions)
    leaving.cancel()
    release.set()
    await staying
    assert leaving.cancelled()


@pytest.mark.parametrize(
    "answer", [None, b"", b"{}", b"nonsense", b'{"revoked": "no"}', b'{"revoked": null}']
)
async def test_a_malformed_answer_lets_no_request_pass(
    revocations: Revocations, peer: Peer, answer: bytes | None
) -> None:
    peer.revoked = lambda: asyncio.sleep(0, answer)
    with pytest.raises(Unavailable) as caught:
        await revocations.check(USER)
    assert int(caught.value.headers["retry-after"]) >= 1


async def test_without_any_answer_no_request_passes(orphaned: Revocations) -> None:
    for _ in range(5):  # past the opening of the breaker
        with pytest.raises(Unavailable):
            await orphaned.check(USER)


async def test_without_user_service_what_it_last_wrote_to_redis_counts(
    orphaned: Revocations, marker: Marker
) -> None:
    await marker.mark(renewed_at=time.time() - 60)
    await orphaned.check(USER)
    await marker.revoke("sid-2")
    with pytest.raises(RevokedToken):
        await orphaned.check(OTHER)


async def test_a_mark_no_longer_renewed_is_not_enough_while_user_service_can_be_asked(
    revocations: Revocations, marker: Marker, peer: Peer
) -> None:
    await marker.mark(renewed_at=time.time() - 60)
    answering(peer, True)
    with pytest.raises(RevokedToken):
        await revocations.check(USER)
