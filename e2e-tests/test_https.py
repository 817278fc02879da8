"""The suite behind Caddy, as `docker-compose --profile https` publishes it."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from caddy import DEPLOYED, DOMAIN, HSTS_MAX_AGE, Caddy, in_front_of
from client import ACTIVITY, AUTH, PASSWORD, TASKS, User, assert_error, new_email
from devstack.sse import streaming
from devstack.suite import Suite
from inside import GATEWAY, USERS, others

HSTS = "strict-transport-security"
PER_MINUTE = 30


@pytest.fixture(scope="module")
def running(suite: Suite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caddy]:
    """In front of a gateway in production; a server without HSTS of its own stands for the page."""
    settings = {
        "ENVIRONMENT": "production",
        "TRUSTED_PROXIES": "127.0.0.1",
        "RATE_LIMIT_PER_MINUTE": str(PER_MINUTE),
    }
    directory = tmp_path_factory.mktemp("caddy")
    with (
        others(suite, [USERS, GATEWAY], settings) as gateway,
        in_front_of(gateway, suite.urls[USERS], directory) as caddy,
    ):
        yield caddy


@pytest.fixture
async def caddy(running: Caddy) -> Caddy:
    await running.ready()
    return running


@pytest.fixture
async def user(caddy: Caddy) -> AsyncIterator[User]:
    async with caddy.new_http() as http:
        user = User(http)
        await user.register()
        yield user


async def test_in_production_the_cookie_is_secure_and_every_answer_asks_for_tls(
    caddy: Caddy,
) -> None:
    async with caddy.new_http() as http:
        body = {"username": "User", "email": new_email(), "password": PASSWORD}
        answer = await http.post(f"{AUTH}/register", json=body)
        assert answer.status_code == 201
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert answer.headers.get_list(HSTS) == ["max-age=31536000"]  # the gateway's own
        missing = await http.get("/api/nowhere")
        assert_error(missing, 404)
        assert HSTS in missing.headers

        page = await http.get("/health")
        assert page.json()["service"] == USERS
        assert page.headers.get_list(HSTS) == [f"max-age={HSTS_MAX_AGE}"]


async def test_plain_http_leads_to_https(caddy: Caddy) -> None:
    async with caddy.new_http() as http:
        answer = await http.get(f"{caddy.plain_url}/tasks?view=today")
    assert answer.status_code == 308
    assert answer.headers["location"].startswith(f"https://{DOMAIN}")
    assert answer.headers["location"].endswith("/tasks?view=today")


async def test_a_stream_brings_each_activity_as_it_comes(user: User) -> None:
    async with streaming(user.http, f"{ACTIVITY}/stream", headers=user.bearer) as stream:
        task = await user.create()
        assert (await stream.next("activity")).data["taskId"] == task["_id"]


async def test_a_client_is_known_by_its_own_address_whatever_it_claims(caddy: Caddy) -> None:
    claimed = {"x-forwarded-for": "203.0.113.7"}
    async with caddy.new_http(local_address="127.77.0.2") as one:
        for _ in range(10 * PER_MINUTE):
            answer = await one.get(TASKS, headers=claimed)
            if answer.status_code != 401:
                break
        assert_error(answer, 429)
    async with caddy.new_http(local_address="127.77.0.3") as another:
        assert_error(await another.get(TASKS, headers=claimed), 401)


READY = {
    "DOMAIN": "tasks.example.com",
    "ENVIRONMENT": "production",
    "API_BASE_URL": "https://tasks.example.com",
    "CORS_ORIGINS": "https://tasks.example.com",
    "TRUSTED_PROXIES": "172.16.0.0/12",
}


def run(directory: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Where a program named caddy only says that it was started."""
    (directory / "caddy").write_text('#!/bin/sh\necho "started $*"\n')
    (directory / "caddy").chmod(0o755)
    return subprocess.run(
        [DEPLOYED / "run.sh"],
        env={"PATH": f"{directory}:/usr/bin:/bin"} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_caddy_starts_where_all_is_set(tmp_path: Path) -> None:
    assert f"started run --config {DEPLOYED}/Caddyfile" in run(tmp_path, READY).stdout


@pytest.mark.parametrize("name", READY)
def test_caddy_does_not_start_where_one_is_not_set(name: str, tmp_path: Path) -> None:
    outcome = run(tmp_path, READY | {name: ""})
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert f"With the profile https {name} must" in outcome.stderr
