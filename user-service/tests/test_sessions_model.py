import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import jwt
from chassis.errors import Unauthorized
from chassis.mongo import Database, open_mongo
from chassis.redis import open_redis
from devstack.testing import examples
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from user_helpers.projection import compose, sid_of
from user_helpers.service import HERE, THERE, AdjustableClock
from user_service.grants import Grant
from user_service.settings import Settings

T = TypeVar("T")


class Chain:
    """What `docs/api.md` says of one session: its tokens in order, and when each was used."""

    def __init__(self, token: str, ends_at: float) -> None:
        self.tokens = [token]
        self.used_at: list[float] = []  # of all tokens but the last
        self.used_from: list[str] = []
        self.expires_at: list[float] = []
        self.ends_at = ends_at
        self.revoked = False


class SessionsModel(RuleBasedStateMachine):
    """Any mixture of refreshes, logouts and time against the rules of `docs/api.md`, "Rotation" and "Logout"."""

    def __init__(self, mongo_uri: str, redis_uri: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = AdjustableClock()
        self.start = self.clock()
        frozen = self.clock()
        self.now: Callable[[], Any] = lambda: frozen + self.clock.ahead
        self.chains: list[Chain] = []
        self.resources = self.await_(self._open(mongo_uri, redis_uri))

    async def _open(self, mongo_uri: str, redis_uri: str) -> tuple[Any, Any]:
        mongo, redis = open_mongo(mongo_uri, {}), open_redis(redis_uri)
        database: Database = await mongo.__aenter__()
        self.subject = compose(
            database,
            await redis.__aenter__(),
            self.now,
            settings=Settings(session_ttl_seconds=4000, refresh_token_ttl_seconds=1000),
        )
        return mongo, redis

    def teardown(self) -> None:
        for resource in self.resources:
            self.await_(resource.__aexit__(None, None, None))
        self.runner.close()

    def await_(self, awaitable: Awaitable[T]) -> T:
        async def run() -> T:
            return await awaitable

        return self.runner.run(run())

    @property
    def seconds(self) -> float:
        return self.clock.ahead.total_seconds()

    @rule()
    @precondition(lambda self: len(self.chains) < 3)
    def log_in(self) -> None:
        grant = self.await_(self.subject.grants.issue("0" * 24))
        chain = Chain(grant.refresh_token, self.seconds + 4000)
        chain.expires_at.append(self.seconds + 1000)
        self.chains.append(chain)

    @rule(seconds=st.sampled_from([1, 5, 60, 61, 540, 601, 990, 1001]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule(data=st.data())
    @precondition(lambda self: self.chains)
    def refresh(self, data: st.DataObject) -> None:
        chain = data.draw(st.sampled_from(self.chains))
        back = data.draw(st.integers(0, min(2, len(chain.tokens) - 1)))
        index = len(chain.tokens) - 1 - back
        address = data.draw(st.sampled_from([HERE, THERE]))
        try:
            grant = self.await_(self.subject.grants.refresh([chain.tokens[index]], address))
            outcome: str | Grant = grant
        except Unauthorized as error:
            outcome = error.message
        self.compare(chain, index, address, outcome)

    def compare(self, chain: Chain, index: int, address: str, outcome: str | Grant) -> None:
        newest = len(chain.tokens) - 1
        if chain.revoked:
            assert outcome == "Invalid refresh token"
        elif index == newest:
            if self.seconds >= chain.expires_at[index]:
                assert outcome == "Refresh token expired"
            else:
                assert isinstance(outcome, Grant)
                assert outcome.refresh_token not in chain.tokens
                chain.tokens.append(outcome.refresh_token)
                chain.used_at.append(self.seconds)
                chain.used_from.append(address)
                chain.expires_at.append(min(self.seconds + 1000, chain.ends_at))
        elif index == newest - 1 and self.seconds - chain.used_at[index] <= (
            600 if chain.used_from[index] == address else 60
        ):
            if self.seconds >= chain.expires_at[newest]:
                assert outcome == "Refresh token expired"
            else:
                assert isinstance(outcome, Grant)
                assert outcome.refresh_token == chain.tokens[newest]
        else:
            assert outcome == "Invalid refresh token"
            chain.revoked = True
        if isinstance(outcome, Grant):
            claims = jwt.decode(outcome.access_token, options={"verify_signature": False})
            assert claims["exp"] <= self.start.timestamp() + chain.ends_at + 1
            revoked = self.await_(self.subject.sessions.is_revoked(claims["sid"]))
            assert not revoked

    @rule(data=st.data())
    @precondition(lambda self: self.chains)
    def log_out(self, data: st.DataObject) -> None:
        chain = data.draw(st.sampled_from(self.chains))
        sid = self.await_(sid_of(self.subject, chain.tokens[0]))
        self.await_(self.subject.sessions.revoke(sid, "0" * 24, reason="logout"))
        chain.revoked = True
        assert self.await_(self.subject.sessions.is_revoked(sid))


def test_sessions_keep_their_rules_under_any_history(mongo_uri: str, redis_uri: str) -> None:
    run_state_machine_as_test(
        lambda: SessionsModel(mongo_uri, redis_uri),  # type: ignore[arg-type]  # any factory will do
        settings=settings(
            max_examples=examples(15, 3000),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
