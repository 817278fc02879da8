"""What the gateway says of itself, with every service down."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from api_gateway import api_docs
from devstack.testing import NOBODYS_PORT
from gateway_helpers.gateway import RunningGateway, run_gateway
from gateway_helpers.redis_state import is_an_error

PAGE = ["/docs", "/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"]


@pytest.fixture
async def alone() -> AsyncIterator[RunningGateway]:
    """A gateway without Redis and without services."""
    nowhere = f"http://127.0.0.1:{NOBODYS_PORT}"
    services = {f"{name}_service_url": nowhere for name in ("user", "tasks", "activity")}
    async with run_gateway(redis_uri=nowhere.replace("http", "redis"), **services) as gateway:
        yield gateway


async def test_the_committed_document_is_served(alone: RunningGateway) -> None:
    got = await alone.client.get("/openapi.json")
    assert got.headers["content-type"] == "application/json"
    assert got.json() == json.loads(Path(api_docs.__file__).with_name("openapi.json").read_text())


async def test_a_file_that_is_missing_is_a_500_like_any_other(
    alone: RunningGateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(api_docs, "_HERE", tmp_path)
    is_an_error(await alone.client.get("/openapi.json"), 500, "An internal server error occurred")


@pytest.mark.parametrize("path", PAGE)
async def test_the_page_and_what_it_loads_are_there(alone: RunningGateway, path: str) -> None:
    got = await alone.client.get(path)
    assert (got.status_code, len(got.content)) == (200, int(got.headers["content-length"]))
    assert "script-src 'self';" in got.headers["content-security-policy"]
    assert "unsafe" not in got.headers["content-security-policy"]
    head = await alone.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_the_page_loads_nothing_from_elsewhere_and_has_nothing_inline(
    alone: RunningGateway,
) -> None:
    page = (await alone.client.get("/docs")).text
    loaded = [part.partition('"')[0] for part in page.replace("href=", "src=").split('src="')[1:]]
    assert set(loaded) == {"data:,", *PAGE[1:]}
    assert "style=" not in page
    assert page.count("<script ") == page.count("></script>")


@pytest.mark.parametrize("path", ["/docs/", "/docs/index.html", "/docs/..%2fapp.py", "/docs/a/b"])
async def test_no_other_file_is_served_under_docs(alone: RunningGateway, path: str) -> None:
    expected = 200 if path == "/docs/" else 400 if "%2f" in path else 404
    assert (await alone.client.get(path)).status_code == expected
