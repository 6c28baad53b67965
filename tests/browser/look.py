"""A page as a browser finds it: what it fetched, what it complained of, how wide it is, what axe-core says."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, Page

AXE = files("axe_playwright_python").joinpath("axe.min.js")
DESKTOP, PHONE = (1200, 900), (360, 740)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Scheme = Literal["light", "dark"]


class Look(NamedTuple):
    """What was found; ``fetched`` are the addresses beside the page's own."""

    fetched: list[str]
    complaints: list[str]
    overflow: int
    title: str
    findings: list[str]


def opened(browser: Browser, path: Path, scheme: Scheme, size: tuple[int, int]) -> tuple[Page, list[str], list[str]]:
    """The page, and the lists that what it fetches and complains of are added to."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    fetched: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    return page, fetched, complaints


def look(browser: Browser, path: Path, scheme: Scheme = "light", size: tuple[int, int] = DESKTOP) -> Look:
    """Opens a page and looks at it."""
    page, fetched, complaints = opened(browser, path, scheme, size)
    try:
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        title = page.title()
        return Look(
            [url for url in fetched if url != path.as_uri() and not url.startswith("data:")],
            complaints,
            overflow,
            title,
            axe(page),
        )
    finally:
        page.close()


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong, each as its rule and the first elements it was found on."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    assert found["passes"], "axe-core tried nothing"
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found["violations"]]
