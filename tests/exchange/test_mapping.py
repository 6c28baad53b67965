"""What activities mean: by their words, by what a person says."""

from __future__ import annotations

import pytest

from svcctl.exchange.eventlog import Columns
from svcctl.exchange.mapping import MEANINGS, MapFile, Meaning, meanings, merged, parse_map, parse_meaning, recognised
from svcctl.exchange.turns import _EVENTS
from svcctl.model.problems import BrokenFiles, Usage
from svcctl.store import yaml


@pytest.mark.parametrize(
    ("activity", "do"),
    [
        ("Take in charge ticket", "taken"),
        ("Resolve ticket", "resolved"),
        ("RESOLVED", "resolved"),
        ("Closed", "closed"),
        ("Insert ticket", "opened"),
        ("re-open", "reopened"),
        ("Cancelled", "cancelled"),
        ("Assign to", "assigned"),
        ("escalate_incident", "handed_off"),
        ("Заявка решена", "resolved"),
        ("Przyjęcie zgłoszenia", "taken"),
        ("Email sent", "message_out"),
        ("Resolve SW anomaly", "activity"),
        ("Assign seriousness", "activity"),
        ("Ticket", "activity"),
        ("完了", "activity"),
    ],
)
def test_usual_words_are_recognised_and_others_say_nothing(activity: str, do: str) -> None:
    assert recognised(activity).do == do


def test_a_wait_is_for_the_client_unless_somebody_else_is_named() -> None:
    assert recognised("Wait") == Meaning("waiting", "client")
    assert parse_meaning("waiting") == Meaning("waiting", "client")
    assert parse_meaning(" waiting:supplier ") == Meaning("waiting", "supplier")
    assert parse_meaning("stage:approval") == Meaning("stage", "approval")


def test_every_meaning_can_happen() -> None:
    assert set(_EVENTS) == {*MEANINGS, "stage_start"}


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("resolve", "an activity cannot become “resolve”", "did you mean “resolved”?"),
        ("stage", "a stage needs a name, one word", "write it like stage:approval"),
        ("stage:two words", "a stage needs a name, one word", "write it like stage:approval"),
        ("taken:x", "“taken:x” cannot be", "write taken"),
        ("waiting:", "“waiting:” cannot be", "write waiting"),
    ],
)
def test_a_meaning_that_cannot_be_is_refused(text: str, said: str, hint: str) -> None:
    with pytest.raises(Usage, match=said) as error:
        parse_meaning(text)
    assert str(error.value.hint) == hint


def test_what_was_given_comes_before_what_the_words_say() -> None:
    found = meanings({"WAIT": Meaning("noted")}, {"Wait": 2, "Resolve": 1}, "x.csv")
    assert found == {"Wait": Meaning("noted"), "Resolve": Meaning("resolved")}


def test_a_meaning_for_an_activity_that_is_not_there_is_refused() -> None:
    with pytest.raises(Usage, match=r"x.csv has no activity “Wiat”") as error:
        meanings({"Wiat": Meaning("waiting", "client")}, {"Wait": 2}, "x.csv")
    assert str(error.value.hint) == "did you mean “Wait”?"


MAP = """\
source: helpdesk
timezone: Europe/Rome
columns: {case: Ticket, time: When}
activities:
  Wait: waiting:supplier
  Approve: stage:approval
people:
  Value 2: rossi
"""


def test_a_mapping_file_says_what_options_say() -> None:
    mapping, problems = yaml.read(MAP, "map.yaml")
    assert mapping is not None and not problems
    assert parse_map(mapping) == MapFile(
        Columns("Ticket", "", "", "When"),
        {"Wait": Meaning("waiting", "supplier"), "Approve": Meaning("stage", "approval")},
        {"Value 2": "rossi"},
        "helpdesk",
        "Europe/Rome",
    )


def test_options_come_before_the_file() -> None:
    mapping, _ = yaml.read(MAP, "map.yaml")
    options = MapFile(Columns(case="Case"), {"Wait": Meaning("noted")}, timezone="Europe/Warsaw")
    both = merged(options, parse_map(mapping or {}))
    assert both.columns == Columns("Case", "", "", "When")
    assert both.activities == {"Wait": Meaning("noted"), "Approve": Meaning("stage", "approval")}
    assert (both.source, both.timezone, both.people) == ("helpdesk", "Europe/Warsaw", {"Value 2": "rossi"})


def test_all_problems_of_a_mapping_file_are_reported_with_their_places() -> None:
    text = "sorce: x\ncolumns: {cas: Ticket}\nactivities:\n  Wait: pause\n  Done: [a]\npeople:\n  Value 2: two words\n"
    mapping, _ = yaml.read(text, "map.yaml")
    with pytest.raises(BrokenFiles) as error:
        parse_map(mapping or {})
    assert [(problem.line, str(problem.message)) for problem in error.value.problems] == [
        (4, "an activity cannot become “pause”"),
        (5, "an activity cannot become “”"),
        (7, "a handle is one word"),
        (2, "“cas” is no key of the columns"),
        (1, "“sorce” is no key of a mapping file"),
    ]
