"""A desk's reference data: read when first asked for, from the commits alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svcctl.desk import Desk, open_desk
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.store.reference import Reference, parsed_regulation, shipped_yaml
from tests.conftest import Svc

DAY = date(2026, 11, 23)
RULES = """\
---
regulation: errand
version: {version}
title: {title}
owner: petrova
applies: {{type: errand}}
---
{title}
"""


Read = Callable[[], Reference]


@pytest.fixture
def reference(svc: Svc) -> Iterator[Read]:
    """What the desk refers to, as of its last commit."""
    opened: list[Desk] = []

    def read() -> Reference:
        opened.append(open_desk(str(svc.folder)))
        return opened[-1].reference

    yield read
    for desk in opened:
        desk.close()


def problems(read: Callable[[], Any]) -> list[tuple[str, str, str]]:
    with pytest.raises(BrokenFiles) as caught:
        read()
    return [(str(one.place), str(one.message), str(one.remedy)) for one in caught.value.problems]


# One file each


def test_settings_team_channels_and_zone(reference: Read) -> None:
    found = reference()
    assert (found.settings.name, found.settings.country, found.zone) == ("desk", "RU", ZoneInfo("Europe/Moscow"))
    assert found.team.departments["sales"].head == "petrova"
    assert found.channel("phone") == found.channels["phone"]


def test_what_is_not_committed_is_not_there(svc: Svc, reference: Read) -> None:
    for name in ("desk.yaml", "team.yaml"):
        svc.git("rm", "-q", "--cached", name)
    svc.git("commit", "-qm", "gone")
    assert problems(lambda: reference().settings) == [
        ("desk.yaml", "desk.yaml is not in the desk's commits", "commit it: git add desk.yaml && git commit -m Desk")
    ]
    assert problems(lambda: reference().team) == [
        (
            "team.yaml",
            "team.yaml is not in the desk's commits",
            "add yourself: svcctl team add HANDLE --name NAME --email ADDRESS",
        )
    ]


def test_an_edit_counts_once_it_is_committed(svc: Svc, reference: Read) -> None:
    text = (svc.folder / "desk.yaml").read_text(encoding="utf-8").replace("name: desk", "name: Bench")
    svc.write("desk.yaml", text, commit=False)
    assert reference().settings.name == "desk"
    svc.write("desk.yaml", text)
    assert reference().settings.name == "Bench"


def test_a_desk_without_channels_has_none(svc: Svc, reference: Read) -> None:
    svc.git("rm", "-q", "channels.yaml")
    svc.git("commit", "-qm", "gone")
    assert reference().channels == {}
    with pytest.raises(Refused, match=r"^“phone” is no channel of channels\.yaml$") as caught:
        reference().channel("phone")
    assert (caught.value.code, caught.value.hint) == ("unknown-channel", None)


def test_a_zone_that_does_not_exist_is_a_problem_of_the_desks_file(svc: Svc, reference: Read) -> None:
    text = (svc.folder / "desk.yaml").read_text(encoding="utf-8").replace("Europe/Moscow", "Europe/Moskow")
    svc.write("desk.yaml", text)
    assert problems(lambda: reference().zone)[0][:2] == ("desk.yaml", "there is no time zone “Europe/Moskow”")


# Clients


def test_clients_by_handle(reference: Read) -> None:
    assert reference().clients() == ["metallstroy", "zoo"]
    assert reference().client("zoo").name == "Zoo Łódź"


@pytest.mark.parametrize(
    ("handle", "hint"),
    [
        ("zoom", "did you mean “zoo”? Or add it: svcctl client add zoom --name NAME"),
        ("x", "known here: metallstroy, zoo Or add it: svcctl client add x --name NAME"),
        ("../team", "known here: metallstroy, zoo Or add it: svcctl client add ../team --name NAME"),
    ],
)
def test_an_unknown_client(reference: Read, handle: str, hint: str) -> None:
    with pytest.raises(Refused, match=f"^there is no client “{handle}”$") as caught:
        reference().client(handle)
    assert (caught.value.code, str(caught.value.hint)) == ("unknown-client", hint)


def test_the_first_client_of_a_desk(svc: Svc, reference: Read) -> None:
    svc.git("rm", "-qr", "clients")
    svc.git("commit", "-qm", "gone")
    with pytest.raises(Refused) as caught:
        reference().client("x")
    assert str(caught.value.hint) == "svcctl client add x --name NAME"


def test_a_clients_file_with_problems(svc: Svc, reference: Read) -> None:
    svc.write("clients/bad.yaml", "nmae: X\n")
    assert problems(lambda: reference().client("bad"))[0][:2] == (
        "clients/bad.yaml:1:1",
        "“nmae” is no key of a client",
    )


# Calendars


def test_a_calendar_knows_the_holidays_it_names(reference: Read) -> None:
    office = reference().calendar("office")
    assert (office.name, office.zone) == ("office", ZoneInfo("Europe/Moscow"))
    assert office.holidays is not None
    same = reference()
    assert same.calendar("office") is same.calendar("office")


def test_an_unknown_calendar_names_the_nearest(reference: Read) -> None:
    assert problems(lambda: reference().calendar("ofice")) == [
        ("calendars/ofice.yaml", "calendars/ofice.yaml is not in the desk's commits", "did you mean “office”?")
    ]


def test_a_desk_without_calendars(svc: Svc, reference: Read) -> None:
    svc.git("rm", "-qr", "calendars")
    svc.git("commit", "-qm", "gone")
    ((_, _, remedy),) = problems(lambda: reference().calendar("office"))
    assert remedy == "copy one from a new desk: svcctl init DIR"


def test_the_desks_own_table_goes_before_the_shipped_one(svc: Svc, reference: Read) -> None:
    shipped = shipped_yaml("calendars/ru.yaml")
    svc.git("rm", "-q", "calendars/ru.yaml")
    svc.git("commit", "-qm", "gone")
    assert reference().table("ru") == shipped
    assert reference().table("nowhere") is None
    svc.write("calendars/ru.yaml", "holidays: ru\ncountry: RU\nyears: {}\n")
    assert reference().table("ru") == {"holidays": "ru", "country": "RU", "years": {}}


def test_whose_working_time_counts(svc: Svc, reference: Read) -> None:
    week = "timezone: Europe/Moscow\nweek: {mon-sun: ['00:00-24:00']}\n"
    for name in ("ours", "theirs"):
        svc.write(f"calendars/{name}.yaml", f"calendar: {name}\n{week}")
    team = (svc.folder / "team.yaml").read_text(encoding="utf-8")
    svc.write("team.yaml", team.replace("head: kim}", "head: kim, calendar: ours}"))
    rules = RULES.format(version=2, title="E").replace("owner:", "calendar: theirs\nowner:")
    svc.write("regulations/errand.md", rules)
    found = reference()
    errand = found.current_regulation("errand")
    assert [found.calendar_of(name, errand).name for name in ("customs", "nowak", "sales", "")] == [
        "ours",
        "ours",
        "theirs",
        "theirs",
    ]
    assert found.calendar_of("sales", None).name == "office"


# Regulations


def test_the_version_in_force(reference: Read) -> None:
    found = reference()
    assert found.regulation("") is None
    current = found.regulation("errand")
    assert current is not None
    assert current.ref == "errand@1"
    assert found.regulation("errand@1") == found.current_regulation("errand")
    assert found.current_regulation("nothing") is None
    assert found.current_regulation("../README") is None
    assert [one.name for one in found.regulations(DAY)] == sorted(one.name for one in found.regulations(DAY))


def test_an_older_version_comes_from_the_history(svc: Svc, reference: Read) -> None:
    for version, title in ((2, "Second"), (3, "Third")):
        svc.write("regulations/errand.md", RULES.format(version=version, title=title))
    svc.write("regulations/errand.md", "no front matter")
    svc.write("regulations/errand.md", b"---\n\xff\n---\n")
    svc.git("rm", "-q", "regulations/errand.md")
    svc.git("commit", "-qm", "gone")
    found = reference()
    assert found.current_regulation("errand") is None
    second, third = found.regulation("errand@2"), found.regulation("errand@3")
    assert second is not None
    assert third is not None
    assert (second.title, third.title, third.body) == ("Second", "Third", "Third\n")
    first = found.regulation("errand@1")
    assert first is not None
    assert first.version == 1


def test_a_version_governs_from_its_first_day(svc: Svc, reference: Read) -> None:
    for version, first in ((2, "2026-11-01"), (3, "2026-12-01")):
        text = RULES.format(version=version, title="E").replace("owner:", f"in_force: {first}\nowner:")
        svc.write("regulations/errand.md", text)
    found = reference()
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)]
    in_force = [found.in_force("errand", day) for day in days]
    assert [one.version if one else None for one in in_force] == [1, 2, 2, 3]
    assert [one.version for one in found.regulations(days[1]) if one.name == "errand"] == [2]
    assert [one.version for one in found.past_versions("errand")] == [3, 2, 1]
    assert found.in_force("nothing", DAY) is None
    text = RULES.format(version=1, title="New").replace("owner:", "in_force: 2026-12-01\nowner:")
    svc.write("regulations/new.md", text.replace("regulation: errand", "regulation: new"))
    assert reference().in_force("new", DAY) is None
    assert "new" not in [one.name for one in reference().regulations(DAY)]


def test_the_last_of_several_texts_of_a_version_counts(svc: Svc, reference: Read) -> None:
    for title in ("First", "Corrected"):
        svc.write("regulations/errand.md", RULES.format(version=7, title=title))
    svc.write("regulations/errand.md", RULES.format(version=8, title="Next"))
    found = reference().regulation("errand@7")
    assert found is not None
    assert found.title == "Corrected"


@pytest.mark.parametrize("ref", ["errand@9", "nothing@1"])
def test_a_version_that_never_was(reference: Read, ref: str) -> None:
    name, _, version = ref.partition("@")
    with pytest.raises(BrokenFiles) as caught:
        reference().regulation(ref)
    assert str(caught.value) == f"regulation {name} has no version {version} in the history"
    assert caught.value.code == "no-version"
    assert str(caught.value.hint) == (
        f"git log -- regulations/{name}.md shows its versions; a shallow clone lacks them: git fetch --unshallow"
    )


def test_the_problems_of_all_regulations_come_at_once(svc: Svc, reference: Read) -> None:
    svc.write("regulations/callback.md", "no front matter")
    svc.write("regulations/errand.md", RULES.format(version="x", title="E"))
    found = [place for place, _, _ in problems(lambda: reference().regulations(DAY))]
    assert found == ["regulations/callback.md:1:1", "regulations/errand.md:3:10"]


def test_a_regulations_text_is_read_with_its_places() -> None:
    assert parsed_regulation(RULES.format(version=2, title="E"), "e.md").ref == "errand@2"
    broken = RULES.format(version=2, title="E").replace("applies:", "a: *x\napplies:")
    assert problems(lambda: parsed_regulation(broken, "e.md"))[0][0] == "e.md:6:4"
    formula = RULES.format(version=2, title="E").replace("owner:", "inputs: {a: number >}\nowner:")
    assert parsed_regulation(formula, "e.md").inputs
    assert problems(lambda: parsed_regulation(formula, "e.md", strict=True))[0][0].startswith("e.md:5:")


def test_what_is_shipped() -> None:
    countries = shipped_yaml("countries.yaml")
    assert countries is not None
    assert {"RU", "PL", "US"} <= set(countries)
    assert shipped_yaml("no-such.yaml") is None


def test_a_broken_regulation_is_read_once_however_many_requests_name_it(svc: Svc) -> None:
    path = "regulations/commercial-offer.md"
    text = (svc.folder / path).read_text(encoding="utf-8")
    svc.write(path, text.replace("version: 1", "version: one"))
    desk = open_desk(str(svc.folder))
    refused = []
    for _ in "ab":
        with pytest.raises(BrokenFiles) as refusal:
            desk.reference.regulation("commercial-offer@1")
        refused.append(refusal.value)
    assert refused[0] is refused[1]
    desk.close()
