"""How many requests an address may send."""

import pytest
from api_gateway import rate_limit
from api_gateway.rate_limit import RateLimit
from chassis.errors import TooManyRequests
from gateway_helpers.clock import Clock
from hypothesis import given
from hypothesis import strategies as st


def allowed(rate: RateLimit, address: str = "192.0.2.1") -> bool:
    try:
        rate.count(address)
    except TooManyRequests:
        return False
    return True


def test_zero_is_no_limit() -> None:
    rate = RateLimit(0)
    assert all(allowed(rate) for _ in range(10_000))


def test_the_request_after_the_last_allowed_one_is_refused_with_a_time_to_come_back() -> None:
    clock = Clock()
    rate = RateLimit(3, clock)
    assert [allowed(rate) for _ in range(5)] == [True, True, True, False, False]
    with pytest.raises(TooManyRequests) as caught:
        rate.count("192.0.2.1")
    clock.now += int(caught.value.headers["retry-after"])
    assert allowed(rate)


def test_one_address_does_not_use_up_anothers_share() -> None:
    rate = RateLimit(1)
    assert allowed(rate, "192.0.2.1")
    assert allowed(rate, "192.0.2.2")
    assert not allowed(rate, "192.0.2.1")


def test_an_ipv6_network_counts_as_one_address() -> None:
    rate = RateLimit(1)
    assert allowed(rate, "2001:db8::1")
    assert not allowed(rate, "2001:db8::ffff:2")
    assert allowed(rate, "2001:db8:0:1::1")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MAX_CLIENTS", 100)
    rate = RateLimit(5)
    for number in range(1000):
        rate.count(f"10.0.{number // 256}.{number % 256}")
    assert len(rate._current) + len(rate._previous) <= 202


@given(st.lists(st.floats(min_value=0, max_value=40), max_size=80), st.integers(1, 8))
def test_in_no_minute_twice_the_limit_passes_and_after_retry_after_there_is_room(
    pauses: list[float], limit: int
) -> None:
    clock = Clock()
    rate = RateLimit(limit, clock)
    passed: list[float] = []
    for pause in pauses:
        clock.now += pause
        try:
            rate.count("a")
        except TooManyRequests as refused:
            clock.now += int(refused.headers["retry-after"])
            rate.count("a")
        passed.append(clock.now)
        recent = [moment for moment in passed if moment > clock.now - rate_limit.WINDOW]
        assert len(recent) <= 2 * limit
