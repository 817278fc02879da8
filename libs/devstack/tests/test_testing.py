"""`eventually`."""

import subprocess
import sys

import pytest
from devstack.testing import eventually, free_port


async def test_it_returns_the_first_true_value() -> None:
    values = iter([0, None, 7])
    assert await eventually(lambda: next(values), every=0) == 7


async def test_it_takes_an_async_check_and_forgives_failed_assertions() -> None:
    calls = 0

    async def check() -> bool:
        nonlocal calls
        calls += 1
        assert calls == 3
        return True

    assert await eventually(check, every=0)


async def test_it_fails_with_the_last_failure() -> None:
    def check() -> bool:
        raise AssertionError("not yet")

    with pytest.raises(AssertionError, match="not yet"):
        await eventually(check, within=0, every=0)


async def test_another_error_is_not_waited_out() -> None:
    def check() -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        await eventually(check)


def test_no_port_is_given_twice() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50


def test_a_port_that_another_process_was_given_is_not_free_before_anybody_listens() -> None:
    port = free_port()
    wants_that_port = f"""
from devstack import ports
ports._RANGE = range({port}, {port + 1})
ports.free_port()
"""
    other = subprocess.run(
        [sys.executable, "-c", wants_that_port],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "no free loopback port" in other.stderr
