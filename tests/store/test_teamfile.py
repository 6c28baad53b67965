"""Adding people to team.yaml: everything a person wrote there stays as it was."""

from __future__ import annotations

import pytest

from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.team import Department, Person, parse_team
from svcctl.store import yaml
from svcctl.store.teamfile import with_people

NEW = [
    Person("value-2", "Value 2", department="imported"),
    Person("rossi", "Rossi, M. {x}", "r@example.com", "imported"),
]
IMPORTED = [Department("imported", "imported")]
LINES = """\
  value-2: {name: Value 2, department: imported}
  rossi: {name: "Rossi, M. {x}", email: r@example.com, department: imported}
"""


def read(text: str) -> list[str]:
    mapping, problems = yaml.read(text, "team.yaml")
    assert mapping is not None and not problems
    return list(parse_team(mapping).people)


def test_lines_are_added_at_the_end_of_the_blocks_and_comments_stay() -> None:
    text = """\
# Who works here
departments:
  sales: {title: Sales}   # the best

  # more to come
people:
  anna:
    name: Anna
    department: sales
# Somebody who is away:
#  anna: {away: []}
"""
    assert with_people(text, NEW, IMPORTED) == text.replace(
        "  # more to come\n", "  # more to come\n  imported: {}\n"
    ).replace("    department: sales\n", "    department: sales\n" + LINES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "people: {}\n",
        "departments: {sales: {}}\npeople: {anna: {name: Anna}}",
        "people:\n",
        "people:\n    anna: {}\n    boris: {}",
        '{"people": {"anna": {}}, "departments": {}}\n',
    ],
)
def test_every_usual_way_to_write_the_file_can_be_added_to(text: str) -> None:
    before = read(text) if text else []
    assert sorted(read(with_people(text, NEW, IMPORTED))) == sorted([*before, "value-2", "rossi"])


def test_a_file_that_lines_cannot_be_added_to_is_refused() -> None:
    with pytest.raises(Refused, match=r"cannot add people to team.yaml the way it is written") as error:
        with_people("{people: {anna: {}}}\n", NEW, IMPORTED)
    assert "on lines of their own" in str(error.value.hint)


def test_nothing_to_add_changes_nothing() -> None:
    text = "people:\n  anna: {}"
    assert with_people(text, []) == text


def test_a_broken_file_is_not_added_to() -> None:
    with pytest.raises(BrokenFiles, match="not valid YAML"):
        with_people("people: {", NEW)
    with pytest.raises(BrokenFiles, match=r"“peple” is no key of team.yaml"):
        with_people("peple: {}\n", NEW)
