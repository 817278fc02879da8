"""What ends by itself: grace times and expiry, with the clock's work done in the database."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from client import AUTH, REFRESH_COOKIE, TASKS, Hunter, Json, assert_error, cookie_of, present
from devstack.suite import Suite
from inside import USERS, database_of


def change(suite: Suite, refresh_token: str, **fields: datetime) -> None:
    """Move a time that user-service has stored of a refresh token."""
    stored: Json = {"_id": hashlib.sha256(refresh_token.encode()).hexdigest()}
    with database_of(suite, USERS) as database:
        outcome = database["refresh_tokens"].update_one(stored, {"$set": fields})
    assert outcome.modified_count == 1


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


async def test_an_expired_refresh_token_says_so_and_is_no_theft(
    suite: Suite, hunter: Hunter
) -> None:
    change(suite, hunter.cookie, expiresAt=ago(1))

    for _ in range(2):
        answer = await hunter.http.post(f"{AUTH}/refresh")
        assert_error(answer, 401, "Refresh token expired")
    assert (await hunter.get(TASKS)).status_code == 200


@pytest.mark.parametrize(("seconds", "theft"), [(8, False), (11, True)])
async def test_a_token_presented_again_after_the_grace_time_is_theft(
    suite: Suite, hunter: Hunter, seconds: int, theft: bool
) -> None:
    cookie = hunter.cookie
    await hunter.refresh()
    successor = hunter.cookie
    change(suite, cookie, usedAt=ago(seconds))

    answer = await present(hunter.http, cookie)

    if theft:
        assert_error(answer, 401, "Invalid refresh token")
        assert_error(await hunter.get(TASKS), 401)
        assert_error(await present(hunter.http, successor), 401, "Invalid refresh token")
    else:
        assert cookie_of(answer)[REFRESH_COOKIE] == successor
        assert (await hunter.get(TASKS)).status_code == 200
