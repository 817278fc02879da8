"""Draws the icons of the page from its emblem anew: `python -m page.icons`, as `make icons` does."""

import asyncio
import re
import shutil

from devstack.suite import ROOT
from page.browser import FLAGS, PROGRAMS
from playwright.async_api import Browser, async_playwright

APP = ROOT / "frontend/src/app"
SIZES = {
    "_icons/icon-192.png": 192,
    "_icons/icon-512.png": 512,
    "_icons/maskable-512.png": 512,
    "apple-icon.png": 180,
}
WHOLE_SQUARE = ("maskable", "apple")
"""What the system itself cuts to its own shape: the ground fills the square, and has no corners."""
MASKABLE_SCALE = 0.72
"""Of the emblem, which so lies within the circle of 80 % that no shape cuts (W3C Manifest, "purpose")."""


async def main() -> None:
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name, size in SIZES.items():
            await _draw(browser, name, size)
        await browser.close()


async def _draw(browser: Browser, name: str, size: int) -> None:
    page = await browser.new_page(viewport={"width": size, "height": size})
    icon = (APP / "icon.svg").read_text()
    if any(kind in name for kind in WHOLE_SQUARE):
        icon = icon.replace(' rx="9"', "")
    if "maskable" in name:
        scaled = f'<g transform="translate(24 24) scale({MASKABLE_SCALE}) translate(-24 -24)">'
        icon = re.sub(r"(<rect[^>]*/>)", rf"\1{scaled}", icon).replace("</svg>", "</g></svg>")
    style = "<style>body { margin: 0 } svg { display: block; width: 100vw }</style>"
    await page.set_content(style + icon)
    await page.screenshot(path=APP / name, omit_background=True)
    await page.close()


if __name__ == "__main__":
    asyncio.run(main())
