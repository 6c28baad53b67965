"""The text of an adopted regulation, and whom it concerns."""

from __future__ import annotations

from datetime import date

import pytest

from svcctl.model.problems import Refused
from svcctl.model.regulation import ChangeNote, Regulation
from svcctl.model.team import Department, Person, Team
from svcctl.rules.adopting import adopted, audience, next_version, readers, refuse_first_day
from svcctl.store.reference import parsed_regulation

DAY = date(2026, 12, 1)

TEXT = """\
---
# What we promised the fire brigade.
regulation: fire
version: 3
title: Fire
owner: chief
applies: {type: fire}
in_force: 2026-05-01
changes:
- {version: 3, from: 2026-05-01, by: kim, what: "quicker: 5m"}

# clocks as agreed
clocks:
  pickup: {within: 5m}
---

# Fire

changes: are in the front matter
"""


def read(text: str) -> Regulation:
    return parsed_regulation(text, "fire.md", strict=True)


def test_only_three_keys_are_touched() -> None:
    note = ChangeNote(4, DAY, "kim", 'with a “word”: {"x"}')
    text = adopted(TEXT, read(TEXT), read(TEXT), note)
    after = read(text)
    assert after._replace(source={}, version=3, in_force=None, changes=()) == read(TEXT)._replace(
        source={}, in_force=None, changes=()
    )
    assert (after.version, after.in_force) == (4, DAY)
    assert after.changes == (note, *read(TEXT).changes)
    assert "# What we promised the fire brigade.\n" in text and "# clocks as agreed\n" in text
    assert text.endswith("\n# Fire\n\nchanges: are in the front matter\n")


def test_the_changelog_of_the_version_in_force_is_kept() -> None:
    bare = TEXT.replace('changes:\n- {version: 3, from: 2026-05-01, by: kim, what: "quicker: 5m"}\n', "")
    text = adopted(bare, read(bare), read(TEXT), ChangeNote(4, DAY, "kim", "x"))
    assert [note.version for note in read(text).changes] == [4, 3]


def test_adopting_what_was_adopted_again_changes_nothing_else() -> None:
    note = ChangeNote(4, DAY, "kim", "x")
    once = adopted(TEXT, read(TEXT), None, note)
    assert adopted(once, read(once), read(once), note) == once


def test_windows_lines_and_a_mark_at_the_start() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    assert adopted(text, read(text), None, ChangeNote(4, DAY, "", "x")).startswith("---\n# What")


@pytest.mark.parametrize(("draft", "newest", "expected"), [(3, None, 3), (3, 3, 4), (1, 3, 4), (7, 3, 7)])
def test_the_number_is_new(draft: int, newest: int | None, expected: int) -> None:
    before = read(TEXT)._replace(version=newest) if newest else None
    assert next_version(read(TEXT)._replace(version=draft), before) == expected


def test_no_first_day_in_the_past() -> None:
    refuse_first_day(DAY, DAY)
    with pytest.raises(Refused, match="is past"):
        refuse_first_day(date(2026, 11, 30), DAY)


TEAM = Team(
    {"sales": Department("sales", head="anna"), "finance": Department("finance", head="boris")},
    {
        "anna": Person("anna", department="sales", role="head"),
        "igor": Person("igor", department="sales"),
        "boris": Person("boris", department="finance", role="head"),
        "rita": Person("rita", department="finance", role="auditor"),
        "gone": Person("gone", department="sales", left=True),
    },
)


@pytest.mark.parametrize(
    ("owner", "stages", "people"),
    [
        ("anna", "", ["anna", "boris", "igor", "rita"]),
        ("anna", "stages: [{name: a, department: sales}]\n", ["anna", "igor"]),
        ("finance", "stages: [{name: a, department: sales}]\n", ["anna", "boris", "igor", "rita"]),
        ("rita", "stages: [{name: a, role: head}]\n", ["anna", "boris", "rita"]),
        ("auditor", "stages: [{name: a, department: sales}]\n", ["anna", "igor", "rita"]),
    ],
)
def test_whom_it_concerns(owner: str, stages: str, people: list[str]) -> None:
    text = TEXT.replace("owner: chief", f"owner: {owner}").replace("clocks:\n", f"{stages}clocks:\n")
    assert list(audience(read(text), TEAM).people) == people


def test_the_first_reading_counts() -> None:
    assert readers("2026-01-01T10:00 a\n2026-01-02T10:00 b\n\n2026-01-03T10:00 a\nx\n") == {
        "a": "2026-01-01T10:00",
        "b": "2026-01-02T10:00",
    }
