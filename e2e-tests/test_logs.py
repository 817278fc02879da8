"""What is written down: enough to follow a request, and nothing secret."""

from functools import partial

from client import ACTIVITY, User
from devstack.suite import Suite
from devstack.testing import eventually
from inside import ACTIVITY as ACTIVITY_SERVICE
from inside import USERS, database_of


async def test_a_request_is_in_the_logs_of_all_it_went_through(suite: Suite, user: User) -> None:
    answer = await user.get(ACTIVITY)
    request_id = answer.headers["x-request-id"]

    for service in ("api-gateway", ACTIVITY_SERVICE):
        await eventually(partial(_is_in_log, suite, service, request_id))


def _is_in_log(suite: Suite, service: str, text: str) -> bool:
    return text in suite.logs(service)


async def test_nothing_secret_is_in_any_log(suite: Suite, user: User) -> None:
    cookie = user.cookie
    await user.refresh()
    await user.logout()
    await user.login()
    last = (await user.get("/api/users/me")).headers["x-request-id"]
    for service in ("api-gateway", USERS):
        await eventually(partial(_is_in_log, suite, service, last))
    secrets = [user.token, cookie, user.cookie, user.password, user.email]
    for service in suite.urls:
        environment = suite.environment(service)
        secrets += [value for name, value in environment.items() if "SECRET" in name]
        log = suite.logs(service)
        assert [secret for secret in secrets if secret in log] == [], service


async def test_a_refresh_token_is_stored_only_as_its_hash(suite: Suite, user: User) -> None:
    with database_of(suite, "user-service") as database:
        everything = "".join(
            str(document)
            for name in database.list_collection_names()
            for document in database[name].find()
        )

    assert user.email in everything
    assert user.cookie not in everything
    assert user.password not in everything
