"""regulation adopt, ack, read; requests are bound to the version in force when they are opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_trying import changed, draft
from tests.conftest import Svc

DECEMBER = "2026-12-01T10:00:00+03:00"


@pytest.fixture
def svc(svc: Svc) -> Svc:
    """A head's desk: regulations are put in force by heads and owners."""
    svc.person = "petrova"
    return svc


def quicker(svc: Svc, tmp_path: Path, within: str = "15m") -> str:
    return draft(
        svc,
        tmp_path,
        "callback",
        ("pickup:", f"own_{within}: {{within: {within}, start: [taken], stop: [noted]}}\n  pickup:"),
    )


def test_adopt_puts_the_next_version_in_force_from_a_day(svc: Svc, tmp_path: Path) -> None:
    path = quicker(svc, tmp_path)
    out = svc(f'regulation adopt {path} --from 2026-12-01 -m "clients  asked"').out
    assert out.splitlines()[0] == "callback@2 is in force from 2026-12-01"
    assert out.splitlines()[1] == "it concerns service: orlova"
    assert svc.git("log", "-1", "--format=%s|%an|%ae").strip() == (
        "regulation callback@2 in force from 2026-12-01: clients asked|Ольга Петрова|petrova@example.com"
    )
    diary = svc.git("log", "-1", "-p", "--", "regulations/callback.md")
    assert "+version: 2" in diary and "+in_force: 2026-12-01" in diary and "clients asked" in diary
    assert svc("regulation lint callback").out == "checked 1 regulation: no problems\n"
    assert svc("fsck").code == 0


def test_requests_are_bound_to_the_version_of_their_day(svc: Svc, tmp_path: Path) -> None:
    svc(f"regulation adopt {quicker(svc, tmp_path)} --from 2026-12-01 -m x")
    new = ("new", "Call", "--type", "callback", "--client", "zoo")
    assert svc.json([*new])["regulation"] == "callback@1"
    assert svc.json([*new], now="2026-11-30T23:59:59+03:00")["regulation"] == "callback@1"
    late = svc.json([*new], now="2026-12-01T00:00:00+03:00")
    assert late["regulation"] == "callback@2"
    svc(f"take {late['id']}", now=DECEMBER)
    clocks = [clock["name"] for clock in svc.json(f"show {late['id']}", now=DECEMBER)["clocks"]]
    assert "own_15m" in clocks
    assert svc.json([*new], now="2026-12-01T00:30:00+05:00")["regulation"] == "callback@1", "the desk's day counts"


def test_a_new_regulation_has_no_requests_before_its_day(svc: Svc, tmp_path: Path) -> None:
    changes = (("regulation: callback", "regulation: lesson"), ("{type: callback}", "{type: lesson}"))
    svc(f"regulation adopt {draft(svc, tmp_path, 'callback', *changes)} --from 2026-12-01 -m new")
    assert "no regulation is for the type “lesson”" in svc("new Lesson --type lesson --client zoo", code=1).err
    assert svc.json("new Lesson --type lesson --client zoo", now=DECEMBER)["regulation"] == "lesson@1"
    listed = {one["name"]: one for one in svc.json("regulation list")}
    assert listed["lesson"]["next"] == {"version": 1, "in_force": "2026-12-01"}


def test_list_and_show_have_what_is_in_force_and_what_comes(svc: Svc, tmp_path: Path) -> None:
    svc(f"regulation adopt {quicker(svc, tmp_path)} --from 2026-12-01 -m x")
    (one,) = (one for one in svc.json("regulation list") if one["name"] == "callback")
    assert (one["version"], one["next"]) == (1, {"version": 2, "in_force": "2026-12-01"})
    assert "2 from 2026-12-01" in svc("regulation list").out
    shown = svc("regulation show callback", err="callback@2 is in force from 2026-12-01")
    assert shown.out.startswith("callback@1 ")
    assert svc.json("regulation show callback")["version"] == 1
    assert svc.json("regulation show callback", now=DECEMBER)["next"] is None
    text = svc("regulation show callback@2").out
    assert "in force:      from 2026-12-01" in text
    assert svc.json("regulation show callback@2")["changes"] == [
        {"version": 2, "from": "2026-12-01", "by": "petrova", "what": "x"}
    ]
    assert "2 from" not in svc("regulation list", now=DECEMBER).out


def test_versions_follow_each_other_and_keep_the_changelog(svc: Svc, tmp_path: Path) -> None:
    first = quicker(svc, tmp_path)
    svc(f"regulation adopt {first} --from 2026-12-01 -m one")
    third = draft(svc, tmp_path, "callback", ("within: 15m", "within: 10m"))
    svc(f"regulation adopt {third} --from 2026-12-10 -m \"two: 'quoted' “ё”\"")
    notes = svc.json("regulation show callback@3")["changes"]
    assert [(note["version"], note["what"]) for note in notes] == [(3, "two: 'quoted' “ё”"), (2, "one")]
    refs = [svc.json("new C --type callback --client zoo", now=f"2026-12-{day}T10:00:00+03:00") for day in ("09", "10")]
    assert [one["regulation"] for one in refs] == ["callback@2", "callback@3"]
    early = draft(svc, tmp_path, "callback", ("within: 10m", "within: 5m"))
    said = svc(
        f"regulation adopt {early} --from 2026-12-05 -m three", err="callback@3, which was to begin on 2026-12-10"
    )
    assert said.out.startswith("callback@4 is in force from 2026-12-05")


def test_adopt_refuses(svc: Svc, tmp_path: Path) -> None:
    path = quicker(svc, tmp_path)
    assert "2026-11-22 is past" in svc(f"regulation adopt {path} --from 2026-11-22 -m x", code=1).err
    same = draft(svc, tmp_path, "errand", ("version: 1", "version: 4"))
    assert "says nothing otherwise than errand@1" in svc(f"regulation adopt {same} --from 2026-12-01 -m x", code=1).err
    unfit = draft(svc, tmp_path, "errand", ("owner: head", "owner: nobody"))
    before = svc.git("rev-parse", "HEAD")
    assert "nobody answers for the type errand" in svc(f"regulation adopt {unfit} --from 2026-12-01 -m x", code=3).err
    broken = draft(svc, tmp_path, "errand", ("version: 1", "version: one"))
    assert "“version” should be" in svc(f"regulation adopt {broken} --from 2026-12-01 -m x", code=3).err
    assert svc.git("rev-parse", "HEAD") == before
    assert "svcctl: cannot tell when “soon” is" in svc(f"regulation adopt {path} --from soon -m x", code=2).err


def test_adopt_takes_days_as_people_say_them(svc: Svc, tmp_path: Path) -> None:
    path = quicker(svc, tmp_path)
    assert "from 2026-11-23" in svc(f"regulation adopt {path} --from 2026-11-23 -m x --dry-run").out
    assert "from 2026-11-24" in svc(f"regulation adopt {path} --from tomorrow -m x --dry-run").out
    assert "from 2026-12-05" in svc(f"regulation adopt {path} --from 2026-12-05 -m x --dry-run").out


def test_adopt_does_not_write_over_an_edit(svc: Svc, tmp_path: Path) -> None:
    path = quicker(svc, tmp_path)
    svc.write("regulations/callback.md", changed(svc, "callback", ("title: ", "title: My ")), commit=False)
    assert "has edits that are not committed" in svc(f"regulation adopt {path} --from 2026-12-01 -m x", code=1).err


def test_adopt_as_json_and_dry(svc: Svc, tmp_path: Path) -> None:
    path, before = quicker(svc, tmp_path), svc.git("rev-parse", "HEAD")
    found = svc.json(f"regulation adopt {path} --from 2026-12-01 -m x --dry-run")
    assert (found["regulation"], found["in_force"], found["dry_run"]) == ("callback@2", "2026-12-01", True)
    assert found["concerns"]["departments"] == ["service"] and "orlova" in found["concerns"]["people"]
    assert "(dry run: nothing was written)" in svc(f"regulation adopt {path} --from 2026-12-01 -m x --dry-run").out
    assert svc.git("rev-parse", "HEAD") == before


# Who has read it


def test_ack_and_who_has_not(svc: Svc) -> None:
    assert svc("regulation ack callback", as_="orlova").out == "orlova has read callback@1\n"
    assert (
        "you have read callback@1 on 2026-11-23 already" in svc("regulation ack callback@1", as_="orlova", code=1).err
    )
    rows = svc.json("regulation read callback")
    assert {row["person"]: row["at"] for row in rows}["orlova"] == "2026-11-23T10:00:00+03:00"
    unread = svc.json("regulation read callback --unread")
    assert unread == []
    assert "everybody has read everything" in svc("regulation read callback --unread").out
    assert "orlova" not in [row["person"] for row in svc.json("regulation read complaint") if row["at"]]
    assert "orlova" in svc("regulation read callback").out
    assert svc.json("regulation ack callback", as_="petrova")["person"] == "petrova"
    assert svc("fsck").code == 0


def test_the_next_version_is_to_be_read_anew(svc: Svc, tmp_path: Path) -> None:
    svc("regulation ack callback", as_="orlova")
    svc(f"regulation adopt {quicker(svc, tmp_path)} --from 2026-12-01 -m x")
    rows = {(row["ref"], row["person"]): row["at"] for row in svc.json("regulation read callback")}
    assert rows["callback@2", "orlova"] is None
    svc("regulation ack callback", as_="orlova")
    assert (svc.folder / "regulations/read/callback@2.txt").read_text(encoding="utf-8") == (
        "2026-11-23T10:00:00+03:00 orlova\n"
    )
    before = svc.json("regulation read callback@1")
    assert {row["person"] for row in before if row["at"]} == {"orlova"}


def test_read_of_all_regulations(svc: Svc) -> None:
    rows = svc.json("regulation read")
    assert {row["ref"] for row in rows} == {
        f"{name}@1"
        for name in ("callback", "commercial-offer", "complaint", "credit-application", "errand", "internal-request")
    }
    assert {row["person"] for row in rows if row["ref"] == "errand@1"} == set(svc_people()), "it concerns everybody"
    assert svc("regulation read nothing", code=1).err.startswith("svcctl: there is no regulation")


def svc_people() -> list[str]:
    return ["ivanova", "petrova", "sidorov", "kuznetsov", "kim", "nowak", "orlova", "smirnov"]


def test_fsck_checks_the_lists_of_readers(svc: Svc) -> None:
    svc.write("regulations/read/callback@1.txt", "2026-11-23T10:00:00+03:00 orlov\nyesterday kim\n")
    found = svc("fsck", code=3)
    assert "regulations/read/callback@1.txt:1:27: team.yaml has nobody called “orlov”" in found.out + found.err
    assert "callback@1.txt:2:1: " in found.out + found.err


def test_two_clones_that_read_at_once_lose_nobody(svc: Svc) -> None:
    svc.git("branch", "other")
    svc("regulation ack callback", as_="orlova")
    svc.git("checkout", "-q", "other")
    svc("regulation ack callback", as_="petrova")
    svc.git("merge", "-q", "--no-edit", "main")
    text = (svc.folder / "regulations/read/callback@1.txt").read_text(encoding="utf-8")
    assert sorted(line.split()[1] for line in text.splitlines()) == ["orlova", "petrova"]
