"""Making a desk: its files from the shipped ones, in a first commit."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from svcctl.desk import open_desk
from svcctl.model.instants import parse_instant
from svcctl.model.problems import Refused, Usage
from svcctl.store.founding import (
    Country,
    Founder,
    country,
    desk_files,
    found,
    founder_author,
    template,
)
from svcctl.store.reference import shipped_yaml
from tests.conftest import NOW, git

AT: datetime = parse_instant(NOW)
ANNA = Founder("ivanova", "Анна Иванова", "ivanova@example.com")
CODES = sorted(shipped_yaml("countries.yaml") or {})


def make(root: Path, place: Country | None = None, founder: Founder = ANNA, name: str = "Acme") -> None:
    files = desk_files(name, place or country("RU"), founder)
    found(str(root), files, founder_author(founder, AT), f"Desk {name}\n")


# Countries


def test_a_country_gives_language_zone_money_hours_and_holidays() -> None:
    assert country("ru") == country("RU")
    russia = country("RU")
    assert (russia.lang, russia.timezone, russia.currency, russia.holidays) == ("ru", "Europe/Moscow", "RUB", "ru")
    assert country("PL").currency == "PLN"


def test_without_a_country_there_is_an_office_week_in_the_local_zone() -> None:
    assert country("", "Asia/Tokyo") == Country("", timezone="Asia/Tokyo")
    assert country("").timezone == "UTC"


@pytest.mark.parametrize(("code", "near"), [("POL", "did you mean “PL”?"), ("??", "known here: ")])
def test_an_unknown_country_is_refused(code: str, near: str) -> None:
    with pytest.raises(Usage) as caught:
        country(code)
    assert (str(caught.value), caught.value.code) == (f"nothing is known of the country “{code}”", "unknown-country")
    assert str(caught.value.hint).startswith(near)
    assert str(caught.value.hint).endswith("; or leave --country out and edit desk.yaml")


# Files


def test_a_template_without_its_words_is_a_bug() -> None:
    words = dict.fromkeys(["name", "lang", "timezone", "currency", "country", "calendar"], "Acme")
    assert "name: Acme\n" in template("desk.yaml", words)
    with pytest.raises(KeyError):
        template("desk.yaml", {})


@pytest.mark.parametrize("code", ["", *CODES])
def test_a_new_desk_of_any_country_can_be_read(tmp_path: Path, code: str) -> None:
    place = country(code, "Europe/Paris")
    make(tmp_path / "desk", place)
    desk = open_desk(str(tmp_path / "desk"))
    known = desk.reference
    settings = known.settings
    assert (settings.name, settings.lang, settings.currency, settings.country) == (
        "Acme",
        place.lang,
        place.currency,
        code,
    )
    assert str(known.zone) == place.timezone
    holidays = known.calendar(settings.calendar).holidays
    assert (holidays is None) == (place.holidays == "")
    assert known.team.person("ivanova").email == "ivanova@example.com"
    assert known.channels
    assert known.regulations(AT.date())
    desk.close()


@pytest.mark.parametrize("name", ["О'Коннор: #1", "no", "- x", "$name ${HOME}", 'a "b"', "1.10"])
def test_names_stay_as_they_are(tmp_path: Path, name: str) -> None:
    make(tmp_path / "desk", founder=Founder("o", name, ""), name=name)
    desk = open_desk(str(tmp_path / "desk"))
    assert (desk.reference.settings.name, desk.reference.team.person("o").name) == (name, name)
    desk.close()


def test_the_first_commit_is_the_founders(tmp_path: Path) -> None:
    make(tmp_path / "new" / "desk")
    said = git(tmp_path / "new" / "desk", "log", "--format=%an <%ae>|%aI|%s|%P|%D")
    assert said == "Анна Иванова <ivanova@example.com>|2026-11-23T10:00:00+03:00|Desk Acme||HEAD -> main\n"
    assert git(tmp_path / "new" / "desk", "status", "--porcelain") == ""


def test_the_author_without_an_address() -> None:
    author = founder_author(Founder("ivanova", "Анна", ""), AT)
    assert tuple(author) == ("Анна", "ivanova@localhost", "1795417200 +0300")


# Where a desk can be made


def test_in_a_repository_that_is_there_it_is_one_more_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "work")
    (tmp_path / "notes.txt").write_text("mine\n")
    git(tmp_path, "add", "notes.txt")
    git(tmp_path, "commit", "-qm", "first")
    (tmp_path / "staged.txt").write_text("not yet\n")
    git(tmp_path, "add", "staged.txt")
    make(tmp_path)
    assert git(tmp_path, "log", "--format=%s %D").splitlines() == ["Desk Acme HEAD -> work", "first "]
    assert git(tmp_path, "status", "--porcelain") == "A  staged.txt\n"


def test_in_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "trunk")
    make(tmp_path)
    assert git(tmp_path, "log", "--format=%s %D").splitlines() == ["Desk Acme HEAD -> trunk"]


def test_on_no_branch_no_desk_is_made(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    git(tmp_path, "switch", "-q", "--detach")
    with pytest.raises(Refused, match=r"'s HEAD is detached: the desk would be on no branch$") as caught:
        make(tmp_path)
    assert caught.value.code == "detached-head"
    assert str(caught.value.hint) == "git switch main (or the branch you work on), then type the command again"
    assert git(tmp_path, "rev-list", "--all", "--count") == "1\n"
    assert os.listdir(tmp_path) == [".git"]


def test_a_second_desk_in_its_place_is_refused(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(Refused, match=r" is a desk already$") as caught:
        make(tmp_path)
    assert (caught.value.code, str(caught.value.hint)) == ("desk-exists", f"svcctl -C {tmp_path} status shows it")
    assert git(tmp_path, "rev-list", "--count", "HEAD") == "1\n"


@pytest.mark.parametrize("taken", ["team.yaml", "calendars/office.yaml", ".gitattributes"])
def test_a_folder_with_files_of_the_same_name_is_refused(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).symlink_to("nowhere")
    with pytest.raises(Refused, match=rf" has files of its own: {taken}$") as caught:
        make(tmp_path)
    assert (caught.value.code, str(caught.value.hint)) == ("not-empty", "give an empty or new folder: svcctl init DIR")
    assert not (tmp_path / ".git").exists()


def test_a_desk_is_never_made_in_the_programs_own_sources(tmp_path: Path) -> None:
    (tmp_path / "svcctl").mkdir()
    (tmp_path / "svcctl" / "__main__.py").touch()
    with pytest.raises(Refused, match=r" has files of its own: svcctl/$"):
        make(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match=r"^cannot write .*file/desk: ") as caught:
        make(tmp_path / "file" / "desk")
    assert caught.value.code == "not-writable"
    assert sorted(os.listdir(tmp_path)) == ["file"]
