"""Recurring errands: defined once, opened once for each moment, in whichever clone comes first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Svc

MAKE = ["errand", "Check the extinguishers", "--to", "kim", "--controller", "petrova", "--due", "+4h"]
MONDAY = "2026-11-30T09:05:00+03:00"


@pytest.fixture
def fire(svc: Svc) -> Svc:
    svc([*MAKE, "--every", "mon 09:00", "--name", "fire", "--text", "all\nfloors", "--field", "floor=2"])
    return svc


def test_a_definition_is_a_file_that_one_can_read(fire: Svc) -> None:
    assert (fire.folder / "errands/fire.yaml").read_text(encoding="utf-8") == (
        'title: Check the extinguishers\nto: kim\ncontroller: petrova\nevery: "mon 09:00"\ndue: "+4h"\nby: ivanova\n'
        'since: "2026-11-23T10:00:00+03:00"\ntext: "all\\nfloors"\nfields:\n  floor: "2"\n'
    )
    assert (
        fire.git("log", "-1", "--format=%s").strip() == "recurring errand fire: mon 09:00 kim: Check the extinguishers"
    )
    assert fire("fsck").code == 0
    (one,) = fire.json("errands")
    assert (one["name"], one["every"], one["next"]) == ("fire", "mon 09:00", "2026-11-30T09:00:00+03:00")
    assert "fire" in fire("errands").out
    assert fire.json("list") == []


def test_it_is_opened_when_its_moment_has_come_and_only_once(fire: Svc) -> None:
    assert fire("errands --open-due", now="2026-11-30T08:59:00+03:00").out == ""
    out = fire("errands --open-due", now=MONDAY, as_="orlova").out
    assert "kim to accept" in out
    (one,) = fire.json("list --type errand")
    shown = fire.json(f"show {one['id']}")
    assert (shown["title"], shown["opened"], shown["opened_by"], shown["controller"]) == (
        "Check the extinguishers",
        "2026-11-30T09:00:00+03:00",
        "ivanova",
        "petrova",
    )
    assert (shown["due"], shown["regulation"], shown["text"]) == (
        "2026-11-30T13:00:00+03:00",
        "errand@1",
        "all\nfloors",
    )
    assert shown["fields"] == {"floor": "2", "errand": "fire"} and shown["handoff"]["to"] == "kim"
    assert fire.git("log", "-1", "--format=%an %s").strip() == "Orlova recurring errands opened: fire"
    before = fire.git("rev-parse", "HEAD")
    assert fire("errands --open-due", now=MONDAY).out == ""
    assert fire.json("errands --open-due", now=MONDAY) == []
    assert fire.git("rev-parse", "HEAD") == before
    assert fire("fsck").code == 0


def test_worked_on_it_stays_as_it_is(fire: Svc) -> None:
    part = fire("errands --open-due", now=MONDAY).id()
    fire(f"accept {part}", as_="kim", now=MONDAY)
    assert fire("errands --open-due", now=MONDAY).out == ""
    assert fire.json(f"done {part}", as_="kim", now=MONDAY)["status"] == "handed_off"


def test_two_clones_write_the_same_bytes(fire: Svc, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(fire.folder, other, symlinks=True)
    clone = Svc(other, fire.monkeypatch)
    mine = fire("errands --open-due", now=MONDAY).id()
    theirs = clone("errands --open-due", now="2026-12-01T15:00:00+03:00", as_="kim").id()
    assert mine == theirs
    assert fire.record_path(mine).read_bytes() == clone.record_path(theirs).read_bytes()
    clone(f"accept {theirs}", as_="kim", now="2026-12-01T16:00:00+03:00")
    fire.git("pull", "-q", "--no-rebase", "--no-edit", str(other), "main")
    assert [row["id"][-6:] for row in fire.json("list")] == [mine]
    assert fire.json(f"show {mine}")["owner"] == "kim"


def test_missed_moments_are_made_up_for_a_week(fire: Svc) -> None:
    late = "2026-12-16T12:00:00+03:00"
    fire("errands --open-due", now=late)
    assert [row["opened"][:10] for row in fire.json("list", now=late)] == ["2026-12-14"]


def test_several_are_opened_in_one_commit(fire: Svc) -> None:
    fire([*MAKE, "--every", "mon,tue 09:00", "--name", "water"])
    before = fire.git("rev-list", "--count", "HEAD")
    lines = fire("errands --open-due", now="2026-12-01T09:00:00+03:00").out.splitlines()
    assert len(lines) == 3
    assert int(fire.git("rev-list", "--count", "HEAD")) == int(before) + 1


def test_the_name_is_made_of_the_title(svc: Svc) -> None:
    out = svc(["errand", "Сверка остатков", "--to", "finance", "--due", "+1d", "--every", "last 16:00"]).out
    assert out == "sverka-ostatkov: every last 16:00 for finance, first 2026-11-30 16:00\n"
    opened = svc.json("errands --open-due", now="2026-11-30T16:00:00+03:00")
    assert (opened["handoff"]["to"], opened["controller"]) == ("finance", "ivanova")


def test_somebody_who_left_is_said_and_hinders_nobody(fire: Svc) -> None:
    fire([*MAKE[:3], "nowak", "--due", "+4h", "--every", "mon 09:00", "--name", "water"])
    team = (fire.folder / "team.yaml").read_text(encoding="utf-8")
    fire.write(
        "team.yaml",
        team.replace("  kim:       {name: Ким,", "  kim2:      {name: Ким,").replace("head: kim}", "head: kim2}"),
    )
    result = fire("errands --open-due", now=MONDAY, err="“kim” is neither a person nor a department")
    assert "nowak to accept" in result.out and len(result.out.splitlines()) == 1


def test_dry_run_opens_nothing(fire: Svc) -> None:
    before = fire.git("rev-parse", "HEAD")
    assert "dry run" in fire("errands --open-due --dry-run", now=MONDAY).out
    assert "dry run" in fire([*MAKE, "--every", "mon 09:00", "--dry-run"]).out
    assert fire.git("rev-parse", "HEAD") == before


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--every", "often"], 2, "“often” does not say how often"),
        (["--every", "mon 09:00", "--name", "fire"], 1, "there is a recurring errand “fire” already"),
        (["--every", "mon 09:00", "--until", "2026-11-24"], 1, "it never comes"),
        (["--every", "mon 09:00", "--priority", "hot"], 1, "“hot” is no priority"),
        (["--every", "mon 09:00", "--name", "a b"], 2, "cannot be a handle"),
        (["--every", "mon 09:00", "--due", "yesterday 10:00"], 2, "has already passed"),
        (["--name", "x"], 2, "add --every"),
        (["--every", "mon 09:00", "--to", "kom"], 1, "“kom” is neither"),
    ],
)
def test_what_is_refused(fire: Svc, more: list[str], code: int, said: str) -> None:
    assert said in fire([*MAKE, *more], code=code).err


def test_a_broken_definition_is_said_beside_the_others(fire: Svc) -> None:
    fire.write("errands/broken.yaml", "title: x\n")
    result = fire("errands", code=3)
    assert "errands/broken.yaml" in result.err and "fire" in result.out
    assert "every" in fire("fsck", code=3).out
    fire.write(
        "errands/broken.yaml",
        "title: x\nto: nobody\nevery: mon 9:00\ndue: +1d\nby: kim\nsince: 2026-11-23T10:00:00+03:00\n",
    )
    assert "team.yaml has nobody called “nobody”" in fire("fsck", code=3).out
