"""team list, add, department: a person's file keeps its comments and its shape."""

from __future__ import annotations

import pytest

from svcctl.cli.session import Session
from tests.conftest import TEAM, Svc


def team_file(svc: Svc) -> str:
    return (svc.folder / "team.yaml").read_text(encoding="utf-8")


def test_list_has_people_departments_and_who_is_away(svc: Svc) -> None:
    away = "away: [{from: 2026-11-20, to: 2026-11-30, substitute: kuznetsov, why: отпуск}]"
    svc.write("team.yaml", TEAM.replace("department: logistics, role: head}", f"department: logistics, {away}}}"))
    text = svc("team list").out
    assert "until 2026-11-30: kuznetsov stands in" in text
    assert "Логистика" in text and "sidorov, kuznetsov" in text
    value = svc.json("team list")
    assert value["departments"][1] == {
        "name": "logistics",
        "title": "Логистика",
        "head": "sidorov",
        "calendar": None,
        "members": ["sidorov", "kuznetsov"],
    }
    people = {person["handle"]: person for person in value["people"]}
    assert people["sidorov"]["absent"] is True
    assert people["sidorov"]["away"] == [
        {"from": "2026-11-20", "to": "2026-11-30", "substitute": "kuznetsov", "why": "отпуск"}
    ]
    assert people["kim"]["absent"] is False
    assert svc.json("team list", now="2026-12-01T09:00:00+03:00")["people"][2]["absent"] is False


@pytest.mark.parametrize("form", ["plain", "csv", "md", "html"])
def test_list_in_other_formats(svc: Svc, form: str) -> None:
    assert "Анна Иванова" in svc(f"team list --format {form}").out


def test_add_appends_one_line(svc: Svc) -> None:
    commented = TEAM + "# Кто ещё?\n#  x: {…}\n"
    svc.write("team.yaml", commented)
    result = svc(
        ["team", "add", "volkov", "--name", "В. Волков", "--email", "volkov@example.com", "--department", "sales"]
    )
    assert result.out == "added volkov: В. Волков <volkov@example.com>, sales, specialist\n"
    line = "  volkov: {name: В. Волков, email: volkov@example.com, department: sales}\n"
    assert team_file(svc) == TEAM + line + "# Кто ещё?\n#  x: {…}\n"
    assert svc.git("log", "-1", "--format=%an %s").strip() == "Анна Иванова Team: volkov joins sales"
    assert svc.git("status", "--porcelain") == ""
    assert svc("whoami", as_="volkov").out.startswith("volkov: В. Волков")
    added = svc.json("team add lis --name Lis --role director", as_="petrova")
    assert (added["handle"], added["role"], added["department"], added["left"]) == ("lis", "director", None, False)


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        ("add kim", 1, "there is a person “kim” already"),
        ("add Kim", 2, "“Kim” cannot be a handle"),
        ("add sales", 1, "“sales” is a name in the team already"),
        ("add volkov --email KIM@example.com", 1, "kim has the address KIM@example.com already"),
        ("add volkov --email volkov", 2, "“volkov” is no address"),
        (
            "add volkov --department sails",
            1,
            "“sails” is no department of team.yaml\n  did you mean “sales”? Or add it first: svcctl team dep",
        ),
        ("add volkov --role 'big boss'", 2, "“big boss” is not one word"),
        ("department kim", 1, "“kim” is a name in the team already"),
        ("department 'big sales'", 2, "“big sales” is not one word"),
        ("department sales --head nobody", 1, "nobody called “nobody” is in team.yaml"),
        ("department sales", 1, "the department “sales” is so already"),
        ("department sales --head petrova", 1, "the department “sales” is so already"),
    ],
)
def test_refusals_write_nothing(svc: Svc, arguments: str, code: int, complaint: str) -> None:
    before = svc.git("rev-parse", "HEAD")
    assert complaint in svc(f"team {arguments}", code=code).err
    assert svc.git("rev-parse", "HEAD") == before


def test_an_edited_file_is_not_written_over(svc: Svc) -> None:
    svc.write("team.yaml", TEAM + "# mine\n", commit=False)
    assert "team.yaml has edits that are not committed" in svc("team add volkov", code=1).err


def test_a_file_written_otherwise_is_left_alone(svc: Svc) -> None:
    svc.write("team.yaml", TEAM.replace("title: Таможня", "title: Таможня и\n    склад"))
    before = svc.git("rev-parse", "HEAD")
    assert svc("team department customs --title Customs", code=1).err == (
        "svcctl: cannot change “customs” in team.yaml the way it is written\n"
        "  change it by hand, then: git commit -m WHY team.yaml\n"
    )
    assert svc.git("rev-parse", "HEAD") == before


def test_a_broken_file_is_located(svc: Svc) -> None:
    svc.write("team.yaml", TEAM.replace("role: head", "rol: head", 1))
    assert "team.yaml:9:" in svc("team add volkov", code=3).err


def test_department(svc: Svc) -> None:
    svc.person = "petrova"
    line = "  warehouse: {title: Склад №1, head: kim}"
    assert svc(["team", "department", "warehouse", "--title", "Склад №1", "--head", "kim"]).out == (
        "department warehouse: Склад №1, head: kim\n"
    )
    assert "Склад №1" in team_file(svc) and "head: kim" in team_file(svc)
    assert svc("team department sales --head ivanova").out == "department sales: Продажи, head: ivanova\n"
    assert "  sales:     {title: Продажи, head: ivanova}\n" in team_file(svc)
    assert svc.json("team department sales --title Sales")["title"] == "Sales"
    assert svc.git("log", "-1", "--format=%s").strip() == "Department sales (Sales)"
    assert line.partition(":")[0] in team_file(svc)


# Who adds


def nobody(svc: Svc, name: str = "Новый Человек", email: str = "new@example.com") -> None:
    svc.person = ""
    if name:
        svc.git("config", "user.name", name)
    if email:
        svc.git("config", "user.email", email)


def last(svc: Svc) -> str:
    return svc.git("log", "-1", "--format=%an <%ae>").strip()


def test_whoever_is_not_in_the_team_adds_themselves(svc: Svc) -> None:
    nobody(svc)
    assert "add yourself: svcctl team add HANDLE --email new@example.com" in svc("whoami", code=1).err
    svc("team add novy --email new@example.com --department sales")
    assert last(svc) == "Новый Человек <new@example.com>"
    assert svc("whoami").out == "novy: Новый Человек <new@example.com>, sales, specialist (git user.email)\n"


def test_a_stranger_adds_nobody_but_themselves(svc: Svc) -> None:
    nobody(svc)
    before = last(svc)
    refused = svc("team add volkov --name Volkov --email volkov@example.com", code=1)
    assert "nobody in team.yaml has the address new@example.com" in refused.err
    assert last(svc) == before


def test_a_stranger_begins_an_empty_team_under_their_own_name(svc: Svc) -> None:
    nobody(svc)
    svc.write("team.yaml", "departments:\npeople:\n")
    svc("team add volkov --name Volkov --email volkov@example.com")
    assert last(svc) == "Новый Человек <new@example.com>"


def test_the_first_person_of_a_desk_without_a_team(svc: Svc) -> None:
    nobody(svc)
    svc.git("rm", "-q", "team.yaml")
    svc.git("commit", "-qm", "nobody")
    svc("team add novy --email new@example.com")
    assert team_file(svc) == "departments:\npeople:\n  novy: {name: Новый Человек, email: new@example.com}\n"
    assert svc("team department sales --title Продажи --head novy").out == "department sales: Продажи, head: novy\n"
    assert team_file(svc).startswith("departments:\n  sales: {title: Продажи, head: novy}\npeople:\n")


def test_without_any_identity_the_new_person_signs(svc: Svc) -> None:
    nobody(svc, "", "")
    svc("team add novy --name Новый --email new@example.com")
    assert last(svc) == "Новый <new@example.com>"


def test_one_who_names_themselves_with_as(svc: Svc) -> None:
    svc("team add novy --name Новый --email new@example.com", as_="novy")
    assert last(svc) == "Новый <new@example.com>"
    assert "nobody called “somebody”" in svc("team add other", as_="somebody", code=1).err


def test_somebody_of_the_team_signs_by_their_address(svc: Svc) -> None:
    nobody(svc, "Else", "kim@example.com")
    svc("team add novy")
    assert last(svc) == "Ким <kim@example.com>"


def test_two_who_add_at_once_both_stay(svc: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's new text is worked out inside the lock, from what stands there then."""
    from svcctl.desk import open_desk
    from svcctl.model.team import Person
    from svcctl.store.membership import joined

    monkeypatch.setenv("SVCCTL_DESK", str(svc.folder))
    first, second = open_desk(str(svc.folder)), open_desk(str(svc.folder))
    session = Session()
    session.options.update(now=svc.now, person="ivanova")
    for desk, handle in ((first, "one"), (second, "two")):
        assert handle not in desk.reference.team.people
    for desk, handle in ((first, "one"), (second, "two")):
        person = Person(handle, handle.title())
        desk.write_files(session.person, session.now, "x", lambda d=desk, p=person: joined(p, d.tree))
        desk.close()
    session.desk.close()
    assert "  one: {name: One}\n  two: {name: Two}\n" in team_file(svc)
