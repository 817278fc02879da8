"""The page's own server: the headers of its responses, its bounds, and the settings it starts with."""

import asyncio
import subprocess

import httpx2
import pytest
from devstack.ports import free_port
from devstack.services import with_node
from devstack.suite import ROOT

PATHS = (
    *("/", "/hunt", "/nowhere", "/health", "/healthy", "/health/x", "/icon.svg", "/icon.svgx"),
    *("/hunt/", "//x", "/%ff", "/_next/static/none.js", "/_next/none", "/_next/image"),
)


def _client(page_url: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=page_url, timeout=30, trust_env=False)


@pytest.mark.parametrize("path", PATHS)
async def test_every_response_carries_the_policy_and_takes_no_nonce_from_the_request(
    page_url: str, path: str
) -> None:
    async with _client(page_url) as http:
        answer = await http.get(
            f"{page_url}{path}", headers={"content-security-policy": "script-src 'nonce-mine'"}
        )
    headers = answer.headers
    policies = headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "frame-ancestors 'none'" in policies[0]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "nonce-mine" not in policies[0]
    assert 'nonce="mine"' not in answer.text


async def test_health_is_never_stored(page_url: str) -> None:
    async with _client(page_url) as http:
        answer = await http.get("/health")
    assert answer.json() == {"status": "ok", "service": "frontend"}
    assert answer.headers["cache-control"] == "no-store"


async def test_heads_and_idle_connections_are_bounded_as_at_the_gateway(page_url: str) -> None:
    cookies = "; ".join(f"cookie-{number}={'a' * 4000}" for number in range(25))
    async with _client(page_url) as http:
        answer = await http.get("/", headers={"cookie": cookies})
    assert answer.status_code == 200
    assert answer.headers["keep-alive"] == "timeout=75"


@pytest.mark.parametrize(
    "setting",
    [
        ("API_BASE_URL", "https://api.example/tasks"),
        ("API_BASE_URL", "api.example"),
        ("API_BASE_URL", "http://[::1]:4000"),
        ("GATEWAY_PORT", "http"),
    ],
)
@pytest.mark.servers  # runs the build of this checkout, which there is none of with PAGE_BASE
@pytest.mark.usefixtures("page_url")  # it is built by then
async def test_a_setting_that_lets_no_page_work_is_refused_at_the_start(
    setting: tuple[str, str],
) -> None:
    name, value = setting
    server = ROOT / "frontend/.next/standalone/server.js"
    ended = await asyncio.to_thread(
        subprocess.run,
        with_node(ROOT, "env", f"PORT={free_port()}", f"{name}={value}", "node", str(server)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1
    assert f"{name} must be" in ended.stderr
