import asyncio
from collections import defaultdict

from chassis.errors import TooManyRequests, Unauthorized
from chassis.mongo import open_mongo
from devstack.testing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from user_helpers.service import HERE, THERE, AdjustableClock, bounds
from user_service.throttle import LoginThrottle

Steps = st.lists(
    st.tuples(
        st.sampled_from(["right", "wrong", "wrong", "later"]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([HERE, THERE]),
        st.integers(1, 1000),
    ),
    max_size=30,
)


@settings(max_examples=examples(15, 1000), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=Steps)
def test_any_history_of_logins_is_counted_exactly(
    mongo_uri: str, steps: list[tuple[str, str, str, int]]
) -> None:
    asyncio.run(compare_with_model(mongo_uri, steps))


async def compare_with_model(mongo_uri: str, steps: list[tuple[str, str, str, int]]) -> None:
    per_pair, per_account, per_address = 3, 4, 5
    failures: list[tuple[float, str, str]] = []  # of any account and address
    unforgiven = defaultdict[tuple[str, str], list[float]](list)  # by account and address
    seconds = 0.0
    base = AdjustableClock()()
    offset = AdjustableClock()
    async with open_mongo(mongo_uri, {}) as database:
        await database["login_failures"].drop()
        subject = LoginThrottle(
            database, bounds(per_pair, per_account, per_address), lambda: base + offset.ahead
        )
        for kind, account, address, number in steps:
            if kind == "later":
                offset.advance(seconds=number)
                seconds += number
                continue
            recent = [f for f in failures if f[0] > seconds - 900]
            of_both = unforgiven[account, address]
            refused = (
                sum(at > seconds - 900 for at in of_both) >= per_pair
                or sum(f[1] == account for f in recent) >= per_account
                or sum(f[2] == address for f in recent) >= per_address
            )
            outcome = await try_to_log_in(subject, account, address, kind)
            assert outcome == ("refused" if refused else kind)
            if outcome == "wrong":
                failures.append((seconds, account, address))
                of_both.append(seconds)
            if outcome == "right":
                of_both.clear()


async def try_to_log_in(subject: LoginThrottle, account: str, address: str, kind: str) -> str:
    try:
        async with subject.attempt(account, address):
            compare(kind)
    except TooManyRequests:
        return "refused"
    except Unauthorized:
        return "wrong"
    return "right"


def compare(kind: str) -> None:
    if kind == "wrong":
        raise Unauthorized("wrong")
