"""What a browser prefers: the voice of the page, and its colours."""

import re
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from page import words
from page.axe import violations
from page.browser import NewTab
from playwright.async_api import BrowserContext, expect


@pytest.mark.parametrize(
    ("theme", "background"), [("dark", "16, 17, 20"), ("light", "243, 234, 214")]
)
async def test_voice_and_colours_outlive_a_reload_and_can_be_read(
    new_context: Callable[..., Awaitable[BrowserContext]],
    new_tab: NewTab,
    theme: str,
    background: str,
) -> None:
    tab = await new_tab(await new_context())
    page = tab.page
    await page.emulate_media(reduced_motion="reduce")
    await tab.register()
    await tab.create("Oil for the lamps")
    settings = page.get_by_role("button", name=words.SETTINGS, exact=True)
    await settings.click()
    await expect(page.get_by_text("Alice", exact=True).first).to_be_visible()
    await page.get_by_role("radio", name=words.say(f"settings.themes.{theme}")).check()
    assert await violations(page) == []

    await page.get_by_role("radio", name=words.say("settings.locales.en")).click()
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(words.say("pages.tasks.heading", locale=words.PLAIN))
    adding = words.say("tasks.quickAdd.label", locale=words.PLAIN)
    await expect(page.get_by_label(adding)).to_be_visible()
    # The old title goes a moment before the new one comes.
    await expect(page).to_have_title(re.compile(words.say("pages.tasks.title", locale=words.PLAIN)))
    assert await violations(page) == []

    # As the server sends it: no other voice and no other colours come first.
    cookies = {each["name"]: each["value"] for each in await page.context.cookies()}
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as http:
        kept = "; ".join(f"{name}={value}" for name, value in cookies.items() if "hunter" in name)
        sent = (await http.get(page.url, headers={"cookie": kept})).text
    assert f'lang="{words.PLAIN}" data-theme="{theme}"' in sent
    assert words.say("pages.tasks.heading") not in sent
    await page.reload()
    await expect(page.get_by_label(adding)).to_be_visible()
    await expect(page.locator("html")).to_have_css("color-scheme", theme)
    ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == f"rgb({background})"


async def test_the_page_can_be_installed(page_url: str) -> None:
    async with httpx2.AsyncClient(base_url=page_url, timeout=30, trust_env=False) as http:
        manifest = (await http.get("/manifest.webmanifest")).json()
        for icon in manifest["icons"]:
            image = await http.get(icon["src"])
            assert image.headers["content-type"] == "image/png"
        sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
        page = (await http.get("/")).text
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for tag in ('rel="manifest"', 'rel="apple-touch-icon"', 'property="og:image"'):
        assert tag in page
