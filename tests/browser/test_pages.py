"""Every page in a real browser: it renders, fetches nothing, complains of nothing, fits, and everybody can read it.

Screenshots in docs/images are made by these tests where UPDATE_IMAGES is set.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser.conftest import PERIOD, command
from tests.browser.look import DESKTOP, PHONE, Look, Scheme, look, opened
from tests.browser.showcase import HOSTILE

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
LARGEST = 150_000
LOOKS: tuple[tuple[Scheme, tuple[int, int]], ...] = (("light", DESKTOP), ("dark", DESKTOP), ("dark", PHONE))


def check(found: Look, path: Path) -> None:
    assert found.title, path
    assert found.fetched == [], path
    assert found.complaints == [], path
    assert found.overflow <= 0, path
    assert found.findings == [], f"{path.name}: " + "\n".join(found.findings)


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_a_report_as_a_page(browser: Browser, desk: Path, scheme: Scheme, size: tuple[int, int]) -> None:
    path = desk.parent / "flow.html"
    command(desk, "report", "flow", "--period", PERIOD, "--format", "html", "-o", str(path))
    check(look(browser, path, scheme, size), path)


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_every_report(browser: Browser, site: Path, scheme: Scheme, size: tuple[int, int]) -> None:
    paths = sorted((site / "reports").iterdir())
    assert len(paths) >= 12
    for path in (site / "index.html", *paths):
        check(look(browser, path, scheme, size), path)


@pytest.mark.long
def test_every_kind_of_list_and_the_oddest_requests(browser: Browser, site: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (site / "requests").glob("R-*.html")}
    odd = [path for path, text in texts.items() if re.search("&lt;script&gt;|=HYPERLINK|gęślą", text)]
    assert len(odd) == 5
    busiest = max(texts, key=lambda path: len(texts[path]))
    lists = [site / "requests" / "index.html", site / "requests" / f"{PERIOD}.html"]
    behind = [site / "behind" / "service-f0.html", site / "behind" / "flow-t1-0.html"]
    for number, path in enumerate((*odd, busiest, *lists, *behind)):
        scheme, size = LOOKS[number % len(LOOKS)]
        check(look(browser, path, scheme, size), path)


@pytest.mark.long
@pytest.mark.parametrize("words", ["board", "list", "team list", "agenda", "regulation map offer"])
def test_listings_have_the_same_look(browser: Browser, desk: Path, words: str) -> None:
    path = desk.parent / "listing.html"
    command(desk, *words.split(), "--format", "html", "-o", str(path))
    for scheme, size in LOOKS:
        check(look(browser, path, scheme, size), path)


def test_what_is_wrong_with_a_page_is_found(browser: Browser, tmp_path: Path) -> None:
    """Or else none of these tests could fail."""
    path = tmp_path / "wrong.html"
    path.write_text(
        "<!doctype html><title>x</title><p style='color:#aaa;width:2000px'>pale<img src='http://127.0.0.1:9/x.png'>"
        "<script>console.error('no')</script>"
    )
    found = look(browser, path, "light", PHONE)
    assert found.fetched == ["http://127.0.0.1:9/x.png"]
    assert "no" in found.complaints
    assert found.overflow > 0
    assert {line.partition(":")[0] for line in found.findings} >= {"color-contrast", "html-has-lang", "image-alt"}


def test_a_title_is_shown_and_never_run(browser: Browser, site: Path) -> None:
    paths = [path for path in (site / "requests").glob("R-*.html") if "&lt;script" in path.read_text(encoding="utf-8")]
    page, _, complaints = opened(browser, paths[0], "light", DESKTOP)
    assert page.inner_text("h1") == HOSTILE[0]
    assert page.title().startswith(HOSTILE[0])
    assert complaints == []
    page.close()


def test_a_link_leads_from_a_figure_down_to_a_request(browser: Browser, site: Path) -> None:
    page, _, _ = opened(browser, site / "index.html", "light", DESKTOP)
    page.click("dl >> text=Flow")
    page.click(".cards strong a >> nth=0")
    assert page.inner_text("h1") == "Worked on"
    page.click("tbody a >> nth=0")
    assert re.fullmatch(r"R-\d{8}-\w{6}", page.inner_text(".over"))
    assert page.inner_text("h2 >> nth=0") == "The client's words"
    page.close()


def test_a_page_is_printed_light_and_whole(browser: Browser, site: Path) -> None:
    page, _, _ = opened(browser, site / "reports" / "service.html", "dark", DESKTOP)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    reader = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    page.close()
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    assert "Service, 2026-10" in text and "Open at the beginning" in text
    assert 2 <= len(reader.pages) <= 5


@pytest.mark.parametrize(
    ("name", "page", "part", "scheme", "size"),
    [
        ("service", "reports/service.html", "", "light", (1000, 1180)),
        ("flow", "reports/flow.html", "section:has(h2:text('Hand-overs')) .charts", "dark", (1000, 800)),
        ("channels", "reports/channels.html", "section:has(h2:text('hour')) figure", "light", (420, 800)),
        ("site", "index.html", "", "light", (1000, 800)),
    ],
)
def test_the_pictures_of_the_documentation(
    browser: Browser, site: Path, name: str, page: str, part: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    shown, _, _ = opened(browser, site / page, scheme, size)
    picture = shown.locator(part).screenshot() if part else shown.screenshot()
    shown.close()
    path = IMAGES / f"{name}.png"
    if os.environ.get("UPDATE_IMAGES"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture)
    kept = path.read_bytes()
    assert len(kept) <= LARGEST
    # Fonts, and with them heights, differ from machine to machine; the width stands in a PNG's header.
    assert kept[16:20] == picture[16:20]
