"""Opening a request: which regulation it comes under, what must be known, what its values may be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.desk import open_desk
from svcctl.model.events import SETTABLE, Assigned, HandedOff, Set
from svcctl.model.problems import BrokenFiles, Refused, SvcctlError, Usage
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, step
from svcctl.rules.opening import (
    change,
    check_required,
    check_values,
    first_department,
    first_events,
    governing,
    opener_department,
    refuse_long_title,
)
from svcctl.store.reference import Reference
from tests.conftest import Svc

AT = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Moscow"))
HEADER = Header("R-20261123-k7qm4d", "T", "offer", AT, "ivanova", department="sales", fields={"weight": "20"})


def regulation(name: str = "r", applies: dict[str, Any] | None = None, **keys: Any) -> Regulation:
    front = {"regulation": name, "version": "2", "title": "R", "owner": "o", "applies": applies or {"type": "offer"}}
    return parse_regulation({**front, **keys})


@pytest.fixture(scope="module")
def known(made_desk: Path) -> Iterator[Reference]:
    """What the desk of the tests refers to."""
    desk = open_desk(str(made_desk))
    yield desk.reference
    desk.close()


# Which regulation


def test_the_narrowest_regulation_governs() -> None:
    wide = regulation("wide")
    narrow = regulation("narrow", {"type": "offer", "client": "zoo"})
    values = {"type": "offer", "client": "zoo"}
    assert governing(values, [wide, narrow]) == governing(values, [narrow, wide]) == narrow
    assert governing({"type": "offer", "client": "metallstroy"}, [narrow, wide]) == wide


def test_types_that_need_no_regulation() -> None:
    for kind in ("request", "errand"):
        assert governing({"type": kind}, [regulation()]) is None
    assert governing({"type": "errand"}, [regulation("e", {"type": ["errand", "chore"]})]) is not None


def test_a_known_type_that_nothing_covers_needs_none() -> None:
    assert governing({"type": "offer", "client": "x"}, [regulation("r", {"type": "offer", "client": "zoo"})]) is None


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("ofer", "did you mean “offer”?"),
        ("errends", "known here: claim, offer, request"),
        ("", "known here: claim, offer, request"),
    ],
)
def test_an_unknown_type_is_refused(kind: str, hint: str) -> None:
    with pytest.raises(Refused, match=rf"^no regulation is for the type “{kind}”$") as caught:
        governing({"type": kind}, [regulation(applies={"type": ["offer", "claim"]})])
    assert (caught.value.code, str(caught.value.hint)) == ("unknown-type", hint)


def test_every_shipped_regulation_governs_its_type(known: Reference) -> None:
    everything = known.regulations(AT.date())
    assert {one.name for one in everything} >= {"commercial-offer", "complaint", "credit-application", "callback"}
    for one in everything:
        for kind in one.applies["type"]:
            assert governing({"type": kind}, everything) == one


# What must be known


def test_all_that_is_missing_is_named_with_its_option() -> None:
    rules = regulation(require=["client", "channel", "text", "department", "weight", "volume"])
    with pytest.raises(Refused) as caught:
        check_required(HEADER._replace(department=""), rules)
    assert caught.value.code == "missing-values"
    assert str(caught.value) == "r@2 requires client, channel, text, department, volume"
    assert str(caught.value.hint) == "add --client … --channel … --text … --to … --field volume=…"


def test_what_is_required_may_be_a_header_value_or_a_field() -> None:
    check_required(HEADER._replace(client="zoo"), regulation(require=["client", "department", "weight"]))
    check_required(HEADER, None)


# What values may be


@pytest.mark.parametrize(
    ("values", "said", "hint", "code"),
    [
        ({"client": "metalstroy"}, "there is no client “metalstroy”", "did you mean “metallstroy”?", "unknown-client"),
        ({"channel": "fone"}, "“fone” is no channel of channels.yaml", "did you mean “phone”?", "unknown-channel"),
        ({"priority": "urgnt"}, "“urgnt” is no priority", "did you mean “urgent”?", "unknown-priority"),
        ({"priority": ""}, "“” is no priority", "known here: high, low, normal, urgent", "unknown-priority"),
        (
            {"controller": "petrov"},
            "nobody called “petrov” is in team.yaml",
            "did you mean “petrova”?",
            "unknown-person",
        ),
        ({"department": "sale"}, "“sale” is no department of team.yaml", "did you mean “sales”?", "unknown-department"),
        ({"department": "ivanova"}, "“ivanova” is no department of team.yaml", "known here:", "unknown-department"),
    ],
)
def test_a_value_that_cannot_be(known: Reference, values: dict[str, str], said: str, hint: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        check_values(values, known)
    assert (str(caught.value), caught.value.code) == (said, code)
    assert str(caught.value.hint).startswith(hint)


def test_values_that_can_be(known: Reference) -> None:
    check_values({}, known)
    check_values(dict.fromkeys(("client", "channel", "controller", "department"), ""), known)
    values = {"client": "zoo", "channel": "phone", "priority": "low", "controller": "kim", "department": "customs"}
    check_values({**values, "anything": "else"}, known)


# Changes


def changed(known: Reference, **values: str) -> Set:
    event = change(Request(HEADER._replace(due=AT)), values, known)
    assert isinstance(event, Set)
    return event


def test_a_change_has_what_differs_and_what_it_was(known: Reference) -> None:
    event = changed(known, title="New", priority="normal", weight="21", colour="red", client="")
    assert event.values == {"title": "New", "weight": "21", "colour": "red"}
    assert event.old == {"title": "T", "weight": "20", "colour": ""}


@pytest.mark.parametrize(
    "values", [{"title": "T"}, {"department": "sales", "weight": "20"}, {"due": AT.isoformat()}, {"colour": ""}]
)
def test_nothing_that_differs_is_refused(known: Reference, values: dict[str, str]) -> None:
    with pytest.raises(Refused, match=rf"^it is so already: {', '.join(values)}$") as caught:
        changed(known, **values)
    assert (caught.value.code, str(caught.value.hint)) == ("no-change", "svcctl show prints what is known")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-30T10:00", "“2026-02-30T10:00” is not a date and time: day is out of range for month"),
        ("soon", "“soon” is not a date and time: "),
        ("2026-12-01T15:00", "“2026-12-01T15:00” has no time zone"),
    ],
)
def test_a_due_that_no_clock_could_run_to_is_refused(known: Reference, text: str, said: str) -> None:
    with pytest.raises(Usage) as caught:
        changed(known, due=text)
    assert caught.value.code == "instant"
    assert str(caught.value).startswith(said)


def test_a_due_may_go(known: Reference) -> None:
    assert changed(known, due="").old == {"due": "2026-11-23T10:00:00+03:00"}


def test_a_title_must_stay(known: Reference) -> None:
    with pytest.raises(Refused, match=r"^a request needs a title$") as caught:
        changed(known, title="")
    assert caught.value.code == "no-title"
    for title in (" ", "a\nb", "x" * 301):
        with pytest.raises(Usage, match="title"):
            changed(known, title=title)


def test_a_request_is_bound_to_a_version_of_another_regulation(known: Reference) -> None:
    assert changed(known, regulation="complaint@1").values == {"regulation": "complaint@1"}
    assert changed(known, regulation="complaint").values == {"regulation": "complaint@1"}
    bound = Request(HEADER._replace(regulation="complaint@1"))
    with pytest.raises(Refused, match="it is so already: regulation"):
        change(bound, {"regulation": "complaint"}, known)
    with pytest.raises(BrokenFiles, match="regulation complaint has no version 7"):
        changed(known, regulation="complaint@7")


@pytest.mark.parametrize("values", [{"client": "nobody"}, {"channel": "x"}, {"department": "x"}, {"priority": "x"}])
def test_a_change_is_checked_as_an_opening_is(known: Reference, values: dict[str, str]) -> None:
    with pytest.raises(Refused, match="“"):
        changed(known, **values)


_VALUES = st.dictionaries(
    st.sampled_from([*SETTABLE, "department", "due", "weight", "colour"]),
    st.sampled_from(
        ["", "zoo", "phone", "urgent", "kim", "sales", "customs", "complaint@1", "2026-12-01T15:00:00+03:00"]
    ),
    min_size=1,
)


@given(_VALUES)
def test_what_a_change_says_is_so_afterwards(known: Reference, values: dict[str, str]) -> None:
    request = Request(HEADER)
    try:
        event = change(request, values, known)
    except SvcctlError:
        return
    step(request, event.stamped(id="e1", n=1, prev="", at=AT, by="ivanova"))
    with pytest.raises(Refused, match="it is so already"):
        change(request, values, known)


# Whose it is, and what happens at once


def test_where_a_new_request_lies(known: Reference) -> None:
    assert opener_department(known.team, "kuznetsov", "ivanova", "customs") == "logistics"
    assert opener_department(known.team, "customs", "ivanova", "sales") == "customs"
    assert opener_department(known.team, "", "ivanova", "customs") == "customs"
    assert opener_department(known.team, "", "ivanova", "") == "sales"
    assert opener_department(known.team, "", "somebody", "") == ""


def test_the_first_department_is_the_first_stages() -> None:
    stages = [{"name": "a", "department": "customs"}, {"name": "b", "department": "sales"}]
    assert first_department(regulation(stages=stages)) == "customs"
    assert first_department(regulation(stages=[{"name": "a", "role": "head"}])) == ""
    assert first_department(regulation()) == first_department(None) == ""


@pytest.mark.parametrize(
    ("kind", "to", "expected"),
    [
        ("offer", "", []),
        ("offer", "kuznetsov", [Assigned(to="kuznetsov")]),
        ("offer", "logistics", []),
        ("errand", "kuznetsov", [HandedOff(to="kuznetsov")]),
        ("errand", "logistics", [HandedOff(to="logistics")]),
        ("errand", "ivanova", [Assigned(to="ivanova")]),
    ],
)
def test_what_happens_at_once(known: Reference, kind: str, to: str, expected: list[Any]) -> None:
    assert first_events(HEADER._replace(type=kind), to, known.team) == expected


# Titles


@pytest.mark.parametrize("title", ["", "  ", "\n"])
def test_an_empty_title_is_refused(title: str) -> None:
    with pytest.raises(Usage, match=r"^a request needs a title$") as caught:
        refuse_long_title(title)
    assert str(caught.value.hint) == 'svcctl new "what it is about"'


@pytest.mark.parametrize("title", ["a\nb", "x" * 301])
def test_a_title_that_is_a_text_is_refused(title: str) -> None:
    with pytest.raises(Usage, match=r"^a title is one line of at most 300 characters$") as caught:
        refuse_long_title(title)
    assert (caught.value.code, str(caught.value.hint)) == ("title", "put the rest into --text")


def test_the_longest_title() -> None:
    refuse_long_title("x" * 300)


def test_a_due_is_understood_as_people_say_it(svc: Svc) -> None:
    request = svc.new()
    for text in ("2026-11-27T12:00", "fri 12:00", "пт 12:00"):
        assert svc.json(["set", request, f"due={text}"])["due"] == "2026-11-27T12:00:00+03:00"
        svc(["set", request, "due="])
