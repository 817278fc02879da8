"""Browsers that know less than the newest, that rewrite the page, or that lose a file on its way."""

import json
from urllib.parse import urlsplit

import httpx2
import pytest
from page import words
from page.browser import NewTab
from page.journey import from_registration_to_logout
from page.tab import Tab
from playwright.async_api import BrowserContext, Route, expect

# What Chrome 111, Firefox 111 or Safari 16.4 lack, which are the oldest that Next.js supports.
NEWER = {
    "AbortSignal": ["any"],
    "Promise": ["withResolvers", "try"],
    "Object": ["groupBy"],
    "Map": ["groupBy"],
    "Array": ["fromAsync"],
    "URL": ["canParse", "parse"],
    "Intl": ["Segmenter", "DurationFormat"],
    "RegExp": ["escape"],
    "Array.prototype": ["toReversed", "toSorted", "toSpliced", "with"],
    "String.prototype": ["isWellFormed", "toWellFormed"],
    "Set.prototype": ["union", "intersection", "difference", "symmetricDifference", "isSubsetOf"],
    "Iterator.prototype": ["map", "filter", "take", "drop", "flatMap", "reduce", "toArray", "some"],
    "Element.prototype": ["checkVisibility", "setHTMLUnsafe", "moveBefore"],
    "HTMLElement.prototype": ["showPopover", "hidePopover", "togglePopover", "popover"],
    "Document.prototype": ["startViewTransition", "caretPositionFromPoint"],
    "window": ["navigation", "scheduler", "requestIdleCallback", "cancelIdleCallback", "Iterator"],
}
TAKE_AWAY = f"""
    for (const [path, names] of Object.entries({json.dumps(NEWER)})) {{
        const owner = path === "window" ? window : path.split(".").reduce((at, name) => at?.[name], window);
        for (const name of names) if (owner) delete owner[name];
    }}
"""

# As translations of a page do: each text, or another in its place, stands in two elements of its own.
TRANSLATE = """
    const translate = (root) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) texts.push(walker.currentNode);
        for (const text of texts) {
            if (!text.data.trim() || text.parentElement?.closest("font, script, style, textarea")) continue;
            const outer = document.createElement("font"), inner = document.createElement("font");
            text.replaceWith(outer);
            outer.append(inner);
            inner.append(KEPT ? text : text.data);
        }
    };
    new MutationObserver((changes) => {
        for (const { target } of changes) if (target.isConnected) translate(target);
    }).observe(document.body, { childList: true, subtree: true });
    translate(document.body);
"""


async def test_the_page_works_without_what_the_oldest_supported_browsers_lack(tab: Tab) -> None:
    await tab.page.add_init_script(TAKE_AWAY)
    await from_registration_to_logout(tab)
    assert await tab.page.evaluate("AbortSignal.any") is None


@pytest.mark.parametrize("kept", ["true", "false"], ids=["wrapped", "replaced"])
async def test_a_translation_of_the_page_breaks_nothing(tab: Tab, kept: str) -> None:
    script = TRANSLATE.replace("KEPT", kept)
    await tab.page.add_init_script(f"addEventListener('load', () => {{ {script} }})")
    await from_registration_to_logout(tab)
    assert await tab.page.locator("font font").count() > 0


async def test_a_new_status_is_seen_in_a_translated_page(tab: Tab) -> None:
    await tab.register()
    await tab.create("Oil")
    await tab.page.evaluate(f"() => {{ {TRANSLATE.replace('KEPT', 'false')} }}")
    await tab.row("Oil").get_by_role("button", name="Not Started").click()
    await expect(tab.row("Oil").locator("font", has_text="In Progress").first).to_be_visible()
    await expect(tab.row("Oil").locator("font", has_text="Not Started")).to_have_count(0)


class LaterScripts:
    """Loses each script that the document itself does not name, but loads later."""

    def __init__(self, document: str) -> None:
        self.document = document

    async def __call__(self, route: Route) -> None:
        if urlsplit(route.request.url).path in self.document:
            await route.continue_()
        else:
            await route.abort()


@pytest.mark.parametrize("path", ["/hunt", "/journal"])
async def test_what_did_not_load_is_loaded_by_try_again(
    context: BrowserContext, page_url: str, new_tab: NewTab, path: str
) -> None:
    await (await new_tab()).register()
    # That a part was lost is logged, and no fault here.
    tab = Tab(await context.new_page(), page_url)
    async with httpx2.AsyncClient(base_url=page_url, timeout=30, trust_env=False) as http:
        later = LaterScripts((await http.get(path)).text)
    await tab.page.route("**/_next/static/**/*.js", later)
    await tab.open(path)
    await expect(tab.page.get_by_role("heading", name=words.CRASH)).to_be_visible()
    await tab.page.unroute("**/_next/static/**/*.js")
    await tab.page.get_by_role("button", name=words.TRY_AGAIN).click()
    empty = {"/hunt": words.NO_TASKS, "/journal": words.NO_ACTIVITY}[path]
    await expect(tab.page.get_by_role("heading", name=empty)).to_be_visible()
