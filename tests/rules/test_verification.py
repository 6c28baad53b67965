"""What a commit may change: paths, the team, owned files, lists of readers; and whom an address means."""

from __future__ import annotations

import pytest

from svcctl.model.team import Absence, Department, Person, Team
from svcctl.rules.verification import (
    author_of,
    both_teams,
    changed_team,
    head_only,
    heads_of,
    leads,
    newcomer,
    owner_faults,
    owns,
    path_faults,
    reader_faults,
    room,
    team_faults,
    tidied,
)

HEAD = Person("petrova", email="petrova@example.com", department="sales", role="head")
ANNA = Person("ivanova", email="ivanova@example.com", department="sales")
KIM = Person("kim", department="customs")
TEAM = Team(
    {"sales": Department("sales", "Sales", "petrova"), "customs": Department("customs", "Customs")},
    {one.handle: one for one in (HEAD, ANNA, KIM)},
)


def codes(path: str, mode: str = "100644", before: str = "") -> list[str]:
    return [fault.code for fault in path_faults(path, mode, before)]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("desk.yaml", "desk"),
        ("team.yaml", "team"),
        (".gitattributes", "attributes"),
        ("requests/2026/11/23/R-20261123-k7qm4d.yaml", "requests"),
        ("offers/2026/11/23/R-20261123-k7qm4d/r1.yaml", "offers"),
        ("files/2026/11/23/R-20261123-k7qm4d/4f7x2c9k-a.pdf", "files"),
        ("regulations/read/callback@1.txt", "readers"),
        ("errands/stock.yaml", "errands"),
        ("prices/metal.csv", "free"),
        ("templates/offer/letter.html", "free"),
        (".github/workflows/verify.yml", "apart"),
        ("README.md", "apart"),
        ("docs/a/b.png", "apart"),
        ("svcctl.py", ""),
        ("clients/a/b.yaml", ""),
    ],
)
def test_a_path_has_its_room(path: str, kind: str) -> None:
    assert room(path) == kind
    assert codes(path) == ([] if kind else ["foreign-path"])


def test_modes() -> None:
    assert codes("clients/a.yaml", "120000") == ["link"]
    assert codes("clients/a.yaml", "160000") == ["submodule"]
    assert codes("clients/a.yaml", "100755") == ["program"]
    assert codes("clients/a.yaml", "100755", "100755") == []
    assert codes("docs/run.sh", "100755") == []
    (fault,) = path_faults("clients/a.yaml", "100664", "")
    assert (fault.code, str(fault.message)) == ("mode", "the file has the mode 100664")


@pytest.mark.parametrize(
    "path", ["docs/.git/config", "docs/.GIT/x", "docs/git~1", ".gitmodules", "docs/../x", "docs//x"]
)
def test_names_of_gits_own_are_refused(path: str) -> None:
    assert codes(path) == ["path"]


@pytest.mark.parametrize("path", ["docs/a\nb", "docs/\x1b[2J", "docs/\x7f", "docs/\udcff"])
def test_names_that_cannot_be_seen_are_refused(path: str) -> None:
    assert codes(path) == ["path"]


def test_what_is_there_already_may_keep_its_name() -> None:
    assert codes("old.txt", before="100644") == []


def test_a_text_is_tidied() -> None:
    assert tidied("\ufeffa\r\nb") == "a\nb\n"
    assert tidied("a\nb\n") == "a\nb\n"
    assert tidied("") == ""


def test_whom_an_address_means() -> None:
    assert author_of("Ivanova@Example.com", TEAM) == ANNA
    assert author_of("kim@localhost", TEAM) == KIM
    assert author_of("ivanova@localhost", TEAM) is None
    assert author_of("", TEAM) is None
    assert author_of("nobody@example.com", TEAM) is None


def test_who_leads() -> None:
    assert [leads(handle, TEAM) for handle in ("petrova", "ivanova", "nobody")] == [True, False, False]
    assert heads_of(TEAM) == "petrova"
    assert leads("a", Team({}, {"a": Person("a", role="director")}))
    assert not leads("b", Team({}, {"a": Person("a", role="director"), "b": Person("b")}))
    assert leads("b", Team({"x": Department("x")}, {"b": Person("b")}))


def test_an_owner_is_a_person_a_department_or_a_role() -> None:
    assert owns(ANNA, "ivanova", TEAM) and owns(ANNA, "sales", TEAM) and owns(HEAD, "head", TEAM)
    assert not owns(ANNA, "head", TEAM) and not owns(KIM, "sales", TEAM) and not owns(ANNA, "", TEAM)
    assert not list(owner_faults(HEAD, "regulations/x.md", "kim", TEAM))
    assert [fault.code for fault in owner_faults(ANNA, "regulations/x.md", "kim", TEAM)] == ["not-owner"]
    assert [fault.code for fault in head_only(ANNA, TEAM, "desk.yaml")] == ["not-head"]


def with_people(**people: Person) -> Team:
    return Team(TEAM.departments, {**TEAM.people, **people})


def test_what_everybody_may_change_of_the_team() -> None:
    day = Absence.__new__(Absence, *[None, None, "petrova"])
    for after in (
        with_people(new=Person("new", email="new@example.com", department="sales")),
        with_people(
            ivanova=ANNA._replace(name="A", away=(day,), calendar="c", email="a@example.com", keys=("ssh-x A",))
        ),
        Team({**TEAM.departments, "imported": Department("imported")}, TEAM.people),
    ):
        assert list(team_faults(ANNA, TEAM, after, TEAM, signed=False)) == []


def test_what_only_heads_may_change_of_the_team() -> None:
    without_kim = Team(TEAM.departments, {"petrova": HEAD, "ivanova": ANNA})
    for after, words in (
        (with_people(new=Person("new", role="head")), "only a head may give new role or authority"),
        (with_people(new=Person("new", authority={"discount": "9%"})), "only a head may give new role or authority"),
        (with_people(ivanova=ANNA._replace(department="customs")), "what team.yaml says of ivanova"),
        (with_people(ivanova=ANNA._replace(authority={"discount": "9%"})), "what team.yaml says of ivanova"),
        (with_people(kim=KIM._replace(email="ivanova@example.net")), "what team.yaml says of kim"),
        (with_people(kim=KIM._replace(left=True)), "what team.yaml says of kim"),
        (without_kim, "only a head may take kim out"),
        (Team({"sales": TEAM.departments["sales"]}, TEAM.people), "the department customs"),
    ):
        (fault,) = team_faults(ANNA, TEAM, after, TEAM, signed=False)
        assert words in str(fault.message)
        assert list(team_faults(HEAD, TEAM, after, TEAM, signed=False)) == []


def test_keys_say_who_somebody_is_where_commits_are_signed() -> None:
    after = with_people(new=Person("new", keys=("ssh-x A",)))
    assert list(team_faults(ANNA, TEAM, after, TEAM, signed=False)) == []
    (fault,) = team_faults(ANNA, TEAM, after, TEAM, signed=True)
    assert str(fault.message) == "only a head may give new role, authority or keys"


def test_a_change_counts_on_the_team_in_force() -> None:
    # Made on an older team, in which ivanova was a head.
    before = with_people(ivanova=ANNA._replace(role="head"))
    after = Team({"sales": before.departments["sales"]}, {**before.people, "new": Person("new")})
    found = changed_team(TEAM, before, after)
    assert found.people == {**TEAM.people, "new": Person("new")}
    assert found.departments == {"sales": TEAM.departments["sales"]}


def test_whom_an_older_commit_knew_counts_without_their_powers() -> None:
    before = Team(
        {"old": Department("old", head="ivanova")},
        {"ivanova": ANNA._replace(role="head"), "gone": Person("gone"), "kim": KIM},
    )
    found = both_teams(with_people(kim=KIM._replace(left=True)), before)
    assert (found.people["ivanova"].role, "gone" in found.people, found.people["kim"].left) == (
        "specialist",
        True,
        False,
    )
    assert found.departments["old"].head == ""


def test_a_newcomer_is_new_in_the_team_and_in_force() -> None:
    new = Person("new", email="new@example.com")
    after = with_people(new=new)
    assert newcomer("new@example.com", TEAM, after, TEAM) == new
    assert newcomer("new@example.com", after, after, TEAM) is None
    assert newcomer("ivanova@example.com", TEAM, after, TEAM) is None
    assert newcomer("nobody@example.com", TEAM, after, TEAM) is None


def test_readers_write_their_own_line() -> None:
    old = "2026-11-23T10:00:00+03:00 kim\n"
    assert list(reader_faults(ANNA, old, old + "2026-11-23T11:00:00+03:00 ivanova\n")) == []
    codes = [fault.code for fault in reader_faults(ANNA, old, "2026-11-23T11:00:00+03:00 petrova\n")]
    assert codes == ["readers", "not-by-author"]
    (fault,) = reader_faults(ANNA, old, old + "nonsense\n")
    assert "ivanova says that ? has read it" in str(fault.message)
