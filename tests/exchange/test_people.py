"""A log's resources as people of the team."""

from __future__ import annotations

from svcctl.exchange.people import people_of
from svcctl.model.team import Department, Person, Team

TEAM = Team(
    {"desk": Department("desk")},
    {
        "rossi": Person("rossi", "Mario Rossi", "rossi@example.com", "desk"),
        "bianchi": Person("bianchi", "Bianchi"),
    },
)


def test_who_is_in_the_team_already_is_found_by_name_handle_or_address() -> None:
    found = people_of(["Mario Rossi", "bianchi", "ROSSI@example.com"], TEAM, "imported", {})
    assert found.handles == {"Mario Rossi": "rossi", "bianchi": "bianchi", "ROSSI@example.com": "rossi"}
    assert found.new == []


def test_new_people_get_a_handle_of_their_name() -> None:
    found = people_of(["Value 2", "Анна Петрова", "jan@example.com"], TEAM, "imported", {})
    assert found.handles == {"Value 2": "value-2", "Анна Петрова": "anna-petrova", "jan@example.com": "jan"}
    assert found.new[0] == Person("value-2", "Value 2", department="imported")


def test_handles_that_are_taken_get_numbers_in_the_order_of_the_log() -> None:
    resources = ["Value 2", "value-2", "VALUE_2", "Desk", "Imported", "完", ""]
    found = people_of(resources, TEAM, "imported", {})
    assert list(found.handles.values()) == [
        "value-2",
        "value-2-2",
        "value-2-3",
        "desk-2",
        "imported-2",
        "person",
        "unknown",
    ]


def test_the_same_log_finds_the_same_people_again() -> None:
    resources = ["Value 2", "value-2", "完", "unknown", "", "nobody", "Value 2"]
    first = people_of(resources, TEAM, "imported", {})
    grown = Team(TEAM.departments, TEAM.people | {person.handle: person for person in first.new})
    again = people_of(reversed(resources), grown, "imported", {})
    assert again.new == []
    assert again.handles == first.handles


def test_a_mapping_says_who_a_resource_is() -> None:
    found = people_of(["Value 1", "Value 2"], TEAM, "imported", {"Value 1": "rossi", "Value 2": "verdi"})
    assert found.handles == {"Value 1": "rossi", "Value 2": "verdi"}
    assert found.new == [Person("verdi", "Value 2", department="imported")]


def test_an_address_is_one_person_however_it_is_written() -> None:
    found = people_of(["Jan@example.com", "jan@example.com", "@jan", "jan @ home"], TEAM, "imported", {})
    assert list(found.handles.values()) == ["jan", "jan", "person", "jan-2"]
    assert found.new[0] == Person("jan", "jan", "Jan@example.com", "imported")
