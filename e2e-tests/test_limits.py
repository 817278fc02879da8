"""How often a login may fail."""

import asyncio

import httpx2
from client import AUTH, TASKS, User, assert_error, new_email, new_http
from devstack.suite import Suite

LOGIN = f"{AUTH}/login"


async def log_in(http: httpx2.AsyncClient, email: str, password: str) -> httpx2.Response:
    return await http.post(LOGIN, json={"email": email, "password": password})


def assert_throttled(answer: httpx2.Response) -> None:
    assert_error(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 900


async def test_the_eleventh_failed_login_of_an_account_from_one_address_is_429(
    user: User,
) -> None:
    failed = [await log_in(user.http, user.email, "wrong one") for _ in range(10)]
    assert {answer.status_code for answer in failed} == {401}

    assert_throttled(await log_in(user.http, user.email, "wrong one"))
    assert_throttled(await log_in(user.http, user.email, user.password))
    assert_throttled(await log_in(user.http, user.email.upper(), user.password))
    assert (await user.get(TASKS)).status_code == 200


async def test_an_unknown_account_is_throttled_all_the_same(http: httpx2.AsyncClient) -> None:
    email = new_email()
    for _ in range(10):
        assert_error(await log_in(http, email, "wrong one"), 401, "Invalid credentials")

    assert_throttled(await log_in(http, email, "wrong one"))


async def test_parallel_guesses_are_no_way_around_the_bound(user: User) -> None:
    answers = await asyncio.gather(
        *(log_in(user.http, user.email, f"guess {number}") for number in range(25))
    )

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(401) == 10
    assert statuses.count(429) == 15


async def test_a_header_is_no_other_address(user: User) -> None:
    for number in range(10):
        user.http.headers["x-forwarded-for"] = f"10.0.0.{number}"
        await log_in(user.http, user.email, "wrong one")

    user.http.headers["x-forwarded-for"] = "10.0.1.1"
    assert_throttled(await log_in(user.http, user.email, user.password))


async def test_a_right_login_forgives_the_failures_before_it(user: User) -> None:
    for _ in range(2):
        for _ in range(9):
            await log_in(user.http, user.email, "wrong one")
        await user.login()


async def test_the_right_password_from_elsewhere_gets_in_below_the_accounts_bound(
    suite: Suite, user: User
) -> None:
    for machine in range(10):
        async with new_http(suite.gateway_url, local_address=f"127.7.0.{machine + 1}") as http:
            for _ in range(10 if machine < 9 else 9):
                answer = await log_in(http, user.email, "wrong one")
                assert_error(answer, 401, "Invalid credentials")

    async with new_http(suite.gateway_url, local_address="127.7.1.1") as http:
        assert (await log_in(http, user.email, user.password)).status_code == 200
    async with new_http(suite.gateway_url, local_address="127.7.1.2") as http:
        assert_error(await log_in(http, user.email, "wrong one"), 401)
        assert_throttled(await log_in(http, user.email, "wrong one"))
        assert_throttled(await log_in(http, user.email, user.password))


async def test_200_failures_from_one_address_are_its_end_and_nobody_elses(
    suite: Suite, user: User
) -> None:
    async with new_http(suite.gateway_url, local_address="127.7.2.1") as http:
        for _ in range(20):
            email = new_email()
            answers = await asyncio.gather(*(log_in(http, email, "wrong one") for _ in range(10)))
            assert {answer.status_code for answer in answers} == {401}
        assert_throttled(await log_in(http, user.email, user.password))

    await user.login()
