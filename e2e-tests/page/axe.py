"""What axe-core finds wrong with what a page shows."""

from devstack.suite import ROOT
from playwright.async_api import Page

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"


async def violations(page: Page) -> list[str]:
    """The rules that are broken, each with where. Nothing may be fading: colours are measured."""
    # Straight into the page: its security policy lets no script tag in, and is not the thing to bend.
    await page.evaluate(AXE.read_text())
    found: list[dict[str, object]] = await page.evaluate(
        "axe.run({resultTypes: ['violations']}).then(({violations}) => violations)"
    )
    return [f"{rule['id']}: {rule['nodes']}" for rule in found]
