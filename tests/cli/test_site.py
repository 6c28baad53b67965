"""svcctl report site: every page, every link, and what must not happen."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import Svc

TITLE = "<script>alert(1)</script> & co"


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def parsed(path: Path) -> Links:
    links = Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


@pytest.fixture
def worked(svc: Svc) -> Svc:
    """A desk with two requests, one of them handed over, returned, resolved and rated."""
    first = svc.new(TITLE, "--type", "offer", "--client", "zoo", now="2026-11-03T10:00+03:00")
    svc(f"take {first}", now="2026-11-03T11:00+03:00")
    svc(f"handoff {first} --to sidorov -m '<b>x</b>'", now="2026-11-03T12:00+03:00")
    svc(f"return {first} -m 'no weight'", as_="sidorov", now="2026-11-04T10:00+03:00")
    svc(f"link {svc.new('Труба', now='2026-11-05T10:00+03:00')} {first}", now="2026-11-05T11:00+03:00")
    return svc


def test_every_link_leads_to_a_page_of_the_site(worked: Svc, tmp_path: Path) -> None:
    site = tmp_path / "site"
    told = worked(f"report site --period 2026-11 -o {site}").out
    pages = sorted(path.relative_to(site) for path in site.rglob("*.html"))
    assert told == f"{site}/index.html: {len(pages)} pages, {len(pages)} new or changed\n"
    reached = {Path("index.html")}
    for page in pages:
        links = parsed(site / page)
        assert not {"script", "img", "iframe"} & links.tags
        for address in links.found:
            assert address == "data:," or not urlsplit(address).scheme, f"{page}: {address}"
            if address != "data:,":
                target = Path(os.path.normpath(page.parent / unquote(address)))
                assert target in pages, f"{page}: {address}"
                reached.add(target)
    assert reached == set(pages)


def test_it_has_every_report_and_every_request(worked: Svc, tmp_path: Path) -> None:
    site = tmp_path / "site"
    worked(f"report site --period 2026-11 -o {site}")
    listed = worked("report --help").out
    names = set(re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)) - {"site"}
    found = {path.stem for path in (site / "reports").iterdir()}
    assert {"service", "flow", "digest", "nps"} <= found <= names
    ids = {request["id"] for request in worked.json("list --all")}
    assert ids == {path.stem for path in (site / "requests").glob("R-*.html")}


def test_a_request_has_its_story_and_nothing_of_it_is_markup(worked: Svc, tmp_path: Path) -> None:
    worked(f"report site --period 2026-11 -o {tmp_path / 'site'}")
    (first,) = (request["id"] for request in worked.json("list --all") if request["title"] == TITLE)
    text = (tmp_path / "site" / "requests" / f"{first}.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in text
    assert "&lt;b&gt;x&lt;/b&gt;" in text and "no weight" in text
    assert "2026-11-03 11:00" in text and "pick-up" in text
    assert "<script" not in text and "<b>" not in text


def test_a_second_run_changes_nothing_and_a_later_one_only_what_is_new(worked: Svc, tmp_path: Path) -> None:
    site = tmp_path / "site"
    worked(f"report site --period 2026-11 -o {site}")
    assert " 0 new or changed" in worked(f"report site --period 2026-11 -o {site}").out
    assert "deleted" in worked(f"report site --period 2026-10 -o {site}").out
    assert not (site / "behind" / "service-f0.html").exists()


def test_a_folder_of_somebody_else_is_refused(worked: Svc, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")
    worked(f"report site -o {tmp_path / 'mine'}", code=1, err="files that svcctl did not write")
    worked(f"report site -o {worked.folder}", code=1, err="files that svcctl did not write")
    worked("report site", code=2, err="-o")
    worked(f"report site --period 2026-13 -o {tmp_path / 'none'}", code=2, err="2026-13 is not a month")
    assert not (tmp_path / "none").exists()


def test_a_site_in_the_desks_own_folder_is_none_of_gits_business(worked: Svc) -> None:
    worked(f"report site --period 2026-11 -o {worked.folder / 'site'}")
    assert (worked.folder / "site" / "index.html").is_file()
    assert worked.git("status", "--porcelain") == ""


def test_a_broken_record_hides_no_other(worked: Svc, tmp_path: Path) -> None:
    worked.write("requests/2026/11/23/R-20261123-aaaaaa.yaml", "id: [")
    site = tmp_path / "site"
    assert "pages" in worked(f"report site --period 2026-11 -o {site}", code=3, err="R-20261123-aaaaaa").out
    assert len(list((site / "requests").glob("R-*.html"))) == 2


def test_an_empty_desk_has_a_site(svc: Svc, tmp_path: Path) -> None:
    svc(f"report site --period 2026-11 -o {tmp_path / 'site'}")
    assert "Nothing happened in 2026-11" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
