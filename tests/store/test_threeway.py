"""Files that are no records: both sides' changes by field, with comments kept, or both values told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.store.git import Git
from svcctl.store.threeway import conflict_text, merge_fields, merge_files

BASE = """\
# People
people:
  anna: {name: Anna, department: sales}   # the first
  kim: {name: Kim, department: customs}

# Words
tags: [a, b]
"""


@pytest.fixture
def git(repo: Path) -> Git:
    return Git(str(repo))


def merged(git: Git, ours: str, theirs: str, base: str | None = BASE, path: str = "team.yaml") -> str:
    content, reasons = merge_files(
        path, base.encode() if base is not None else None, ours.encode(), theirs.encode(), git.join_lines
    )
    assert reasons == []
    assert content is not None
    return content.decode()


def refused(git: Git, ours: str, theirs: str, path: str = "team.yaml") -> str:
    content, reasons = merge_files(path, BASE.encode(), ours.encode(), theirs.encode(), git.join_lines)
    assert content is None
    return str(conflict_text(path, reasons))


def test_changes_of_different_fields_are_joined_and_comments_stay(git: Git) -> None:
    ours = BASE.replace("department: customs", "department: sales")
    theirs = BASE.replace("# People", "# All of us").replace("[a, b]", "[a, b, c]")
    both = merged(git, ours, theirs)
    assert both == merged(git, theirs, ours)
    assert "# All of us" in both
    assert "# the first" in both
    assert "kim: {name: Kim, department: sales}" in both


def test_rows_added_in_one_place_are_both_kept(git: Git) -> None:
    one = BASE.replace("\n\n", "\n  one: {name: One}\n\n")
    two = BASE.replace("\n\n", "\n  two: {name: Two}\n\n")
    both = merged(git, one, two)
    assert "  one: {name: One}\n  two: {name: Two}\n" in both


def test_a_new_file_of_both_sides_is_joined_too(git: Git) -> None:
    assert (
        merged(git, "name: Zoo\n", "name: Zoo\nmanager: kim\n", None, "clients/zoo.yaml") == "name: Zoo\nmanager: kim\n"
    )


def test_a_field_that_both_changed_is_told_with_both_values(git: Git) -> None:
    ours = BASE.replace("name: Kim", "name: Kim Here")
    theirs = BASE.replace("name: Kim", "name: Kim There")
    assert refused(git, ours, theirs) == "team.yaml: people.kim.name is “Kim Here” here, “Kim There” there"


def test_every_field_is_told_and_long_values_are_cut(git: Git) -> None:
    ours = BASE.replace("name: Kim", "name: Kim Here").replace("[a, b]", f"[{'x' * 90}]")
    theirs = BASE.replace("  kim: {name: Kim, department: customs}\n", "").replace("[a, b]", "[c]")
    said = refused(git, ours, theirs)
    assert "people.kim is “{'name': 'Kim Here', 'department': 'customs'}” here, not there there" in said
    assert "xxx…” here, “['c']” there" in said


def test_one_line_that_holds_two_changes_cannot_be_joined(git: Git) -> None:
    ours = BASE.replace("name: Kim", "name: Kim Here")
    theirs = BASE.replace("department: customs", "department: sales")
    assert refused(git, ours, theirs) == "team.yaml: the fields do not clash, but the lines cannot be joined"


def test_a_file_that_cannot_be_read_is_not_joined(git: Git) -> None:
    assert "team.yaml: " in refused(git, BASE.replace("Kim", "Here"), "people: {a: 1\n")


def test_prose_is_joined_line_by_line(git: Git) -> None:
    base = "".join(f"line {number}\n" for number in range(9))
    ours, theirs = base.replace("line 1\n", "one\n"), base.replace("line 8\n", "eight\n")
    assert merged(git, ours, theirs, base, "regulations/x.md") == base.replace("line 1\n", "one\n").replace(
        "line 8\n", "eight\n"
    )
    readers = merge_files("regulations/read/x@1.txt", base.encode(), b"a\n", b"b\n", git.join_lines)
    assert readers == (b"a\nb\n", [])
    both = merge_files("x.md", base.encode(), b"a\n", b"b\n", git.join_lines)
    assert (both[0], str(both[1][0])) == (None, "both sides changed the same lines, or it is no text")
    assert merge_files("x.pdf", b"\0a", b"\0b", b"\0c", git.join_lines)[0] is None


_values = st.recursive(
    st.sampled_from(["a", "b", ""]),
    lambda inner: st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)


@given(_values, _values)
def test_what_one_side_alone_changed_is_taken(base: object, changed: object) -> None:
    assert merge_fields(base, changed, base) == (changed, [])
    assert merge_fields(base, base, changed) == (changed, [])
    assert merge_fields(base, changed, changed) == (changed, [])


@given(_values, _values, _values)
def test_both_directions_agree_wherever_nothing_clashes(base: object, ours: object, theirs: object) -> None:
    one, clashes = merge_fields(base, ours, theirs)
    other, mirrored = merge_fields(base, theirs, ours)
    assert {clash.field for clash in clashes} == {clash.field for clash in mirrored}
    if not clashes:
        assert one == other
