"""The secrets of a suite in use are rotated, as `docs/operations.md` says: nobody is signed out."""

import secrets

from client import TASKS, User, assert_error, new_http, present
from devstack.suite import Suite
from inside import GATEWAY, USERS, others
from inside import TASKS as TASKS_SERVICE

SERVICES = (USERS, TASKS_SERVICE, GATEWAY)
SECRETS = {"JWT_SECRET": GATEWAY, "INTERNAL_SECRET": GATEWAY, "REFRESH_SECRET": USERS}


async def test_a_rotation_of_all_secrets_signs_nobody_out(victim: Suite, user: User) -> None:
    new = {name: secrets.token_hex(32) for name in SECRETS}
    old = {f"{name}_FALLBACK": victim.environment(of)[name] for name, of in SECRETS.items()}
    await user.create()
    await user.create()
    first = (await user.get(TASKS, params={"limit": "1"})).json()
    at_cursor = {"limit": "1", "cursor": first["nextCursor"]}
    token, used = user.token, user.cookie
    await user.refresh()
    successor = user.cookie

    with others(victim, SERVICES, new | old) as gateway:
        async with new_http(gateway) as http:
            user.http, user.token = http, token
            second = (await user.get(TASKS, params=at_cursor)).json()["tasks"]
            assert len(second) == 1
            assert second != first["tasks"]
            # Its response was lost, and the secret that it was derived with was rotated.
            await present(http, used)
            assert user.cookie == successor
            await user.refresh()
            cookie = user.cookie

    with others(victim, SERVICES, new) as gateway:
        async with new_http(gateway) as http:
            user.http = http
            assert (await user.get(TASKS)).status_code == 200
            assert_error(await user.get(TASKS, params=at_cursor), 400)
            assert (await present(http, cookie)).status_code == 200
            user.token = token
            assert_error(await user.get(TASKS), 401)
