"""The team: who a word means, who may answer a hand-off, and every problem of team.yaml at its place."""

from __future__ import annotations

from datetime import date

import pytest

from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.team import Absence, Department, Person, Team, parse_team
from svcctl.store import yaml

TEXT = """\
departments:
  sales: {title: Продажи, head: petrova, calendar: shop}
  logistics:
people:
  petrova: {name: Ольга Петрова, email: Petrova@Example.com, department: sales, role: head, authority: {discount: 15%}}
  ivanova:
    department: sales
    away:
    - {from: 2026-12-01, to: 2026-12-14, substitute: petrova, why: отпуск}
  gone: {department: logistics, left: yes}
  kim:
"""


def parsed(text: str) -> Team:
    mapping, problems = yaml.read(text, "team.yaml")
    assert mapping is not None and not problems
    return parse_team(mapping)


def broken(text: str) -> list[tuple[str, str, str, str]]:
    with pytest.raises(BrokenFiles) as refusal:
        parsed(text)
    return [(str(p.place), p.code, str(p.message), str(p.remedy)) for p in refusal.value.problems]


TEAM = parsed(TEXT)


def test_people_and_departments_are_read() -> None:
    assert TEAM.departments["sales"] == Department("sales", "Продажи", "petrova", "shop")
    assert TEAM.departments["logistics"] == Department("logistics", "logistics")
    assert TEAM.people["petrova"] == Person(
        "petrova", "Ольга Петрова", "Petrova@Example.com", "sales", "head", {"discount": "15%"}
    )
    assert TEAM.people["kim"] == Person("kim", "kim")
    assert TEAM.people["gone"].left


def test_an_absence_covers_both_its_ends() -> None:
    ivanova = TEAM.people["ivanova"]
    span = Absence(date(2026, 12, 1), date(2026, 12, 14), "petrova", "отпуск")
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 14), date(2026, 12, 15)]
    assert [ivanova.absence(day) for day in days] == [None, span, span, None]


def test_an_address_is_found_whatever_its_case() -> None:
    found = TEAM.by_email("petrova@example.COM")
    assert found is not None and found.handle == "petrova"
    assert TEAM.by_email("nobody@example.com") is None


def test_an_unknown_person_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(Refused, match="nobody called “petrov” is in team") as refusal:
        TEAM.person("petrov")
    assert str(refusal.value.hint) == "did you mean “petrova”?"


def test_an_addressee_is_a_person_or_a_department() -> None:
    assert isinstance(TEAM.addressee("kim"), Person)
    assert isinstance(TEAM.addressee("sales"), Department)
    with pytest.raises(Refused, match="“sale” is neither a person nor a department") as refusal:
        TEAM.addressee("sale")
    assert str(refusal.value.hint) == "did you mean “sales”?"


def test_a_department_is_addressed_through_its_people_and_its_head() -> None:
    assert TEAM.is_addressed("ivanova", "ivanova")
    assert TEAM.is_addressed("ivanova", "sales")
    assert not TEAM.is_addressed("kim", "sales")
    assert not TEAM.is_addressed("stranger", "sales")
    elsewhere = Team({"customs": Department("customs", head="boss")}, {"boss": Person("boss", department="sales")})
    assert elsewhere.is_addressed("boss", "customs")


def test_who_belongs_where() -> None:
    assert [TEAM.department_of(word) for word in ("ivanova", "logistics", "nobody")] == ["sales", "logistics", ""]
    assert [person.handle for person in TEAM.members("sales")] == ["petrova", "ivanova"]
    assert TEAM.members("logistics") == []


def test_a_role_is_held_by_the_head_or_the_only_holder() -> None:
    assert TEAM.with_role("head", "sales") == "petrova"
    assert TEAM.with_role("specialist", "sales") == "ivanova"
    assert TEAM.with_role("director", "sales") == ""
    two = Team({}, {"a": Person("a", role="driver"), "b": Person("b", role="driver")})
    assert two.with_role("driver", "") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "people:\n  ivanova: {department: salse}\ndepartments: {sales: }\n",
            ("team.yaml:2:25", "unknown-department", "“salse” is no department of this file", "did you mean “sales”?"),
        ),
        (
            "departments:\n  sales: {head: ivanov}\npeople: {ivanova: }\n",
            ("team.yaml:2:17", "unknown-person", "“ivanov” is nobody of this file", "did you mean “ivanova”?"),
        ),
        (
            "people:\n  a: {email: x@example.com}\n  b: {email: X@example.com}\n",
            (
                "team.yaml:3:14",
                "same-email",
                "a has the same address",
                "git's user.email decides who acts, so each person needs an address of their own",
            ),
        ),
        (
            "people:\n  a: {away: [{from: 2026-02-30, to: 2026-03-01}]}\n",
            ("team.yaml:2:21", "date", "“2026-02-30” is not a date of the calendar", "write it like 2026-11-21"),
        ),
        (
            "people:\n  a: {away: [{from: 2026-03-02, to: 2026-03-01}]}\n",
            ("team.yaml:2:37", "reversed", "the absence ends before it begins", "swap the dates"),
        ),
        (
            "people:\n  a: {nmae: A}\n",
            ("team.yaml:2:7", "unknown-key", "“nmae” is no key of a person", "did you mean “name”?"),
        ),
        (
            "departmens: {}\n",
            ("team.yaml:1:1", "unknown-key", "“departmens” is no key of team.yaml", "did you mean “departments”?"),
        ),
    ],
)
def test_a_problem_has_its_place_and_remedy(text: str, found: tuple[str, str, str, str]) -> None:
    assert broken(text) == [found]


def test_people_that_are_no_mapping() -> None:
    assert [row[:2] for row in broken("people: [a, b]\n")] == [("team.yaml:1:9", "type")]
    assert [row[:2] for row in broken("people:\n  a: [b]\n")] == [("team.yaml:2:6", "type")]
    assert [row[:2] for row in broken("people:\n  a: {away: soon}\n")] == [("team.yaml:2:13", "type")]
    assert [row[:2] for row in broken("people:\n  a: {away: [soon]}\n")] == [("team.yaml:2:13", "type")]


def test_all_problems_of_the_file_are_told_at_once() -> None:
    rows = broken("people:\n  a: {department: x, rol: y}\n  b: {away: [{from: 1, to: 2}]}\nextra: 1\n")
    assert [row[0] for row in rows] == [
        "team.yaml:2:22",
        "team.yaml:3:21",
        "team.yaml:3:28",
        "team.yaml:4:1",
        "team.yaml:2:19",
    ]


def test_public_keys_are_kept_without_what_people_wrote_after_them() -> None:
    two = "[ssh-ed25519 AAAA+/== anna@desktop, ecdsa-sha2-nistp256 BBBB]"
    team = parsed(f"people:\n  a: {{keys: {two}}}\n  b: {{keys: ssh-rsa CCCC}}\n")
    assert team.people["a"].keys == ("ssh-ed25519 AAAA+/==", "ecdsa-sha2-nistp256 BBBB")
    assert team.people["b"].keys == ("ssh-rsa CCCC",)


@pytest.mark.parametrize("value", ["[AAAA]", "[ssh-ed25519]", "[[a]]", "-----BEGIN"])
def test_what_is_no_public_key_is_refused(value: str) -> None:
    found = broken(f"people:\n  a: {{keys: {value}}}\n")
    assert [row[1] for row in found] == ["key"]
    assert "is no public SSH key" in found[0][2]


def test_whoever_asks_not_to_be_ranked_is_not_and_only_on_and_off_say_so() -> None:
    team = parsed("people:\n  anna: {ranking: off}\n  boris: {ranking: on}\n  vera:\n")
    assert [person.ranking for person in team.people.values()] == [False, True, True]
    ((place, _, message, _),) = broken("people:\n  anna: {ranking: never}\n")
    assert place == "team.yaml:2:19" and "never" in message
