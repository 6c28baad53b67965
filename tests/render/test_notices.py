"""What people are told: how a deadline stands, whose it is, what to type."""

from __future__ import annotations

from svcctl.model.event import Event
from svcctl.model.events import HandedOff, MessageIn, Promised, StageStarted, Taken
from svcctl.model.request import Request
from svcctl.render.notices import delivery, notice_line, standing, subject, text
from svcctl.rules.clocks import measure
from svcctl.rules.escalation import Notice, World, notices
from tests.rules.matters import OFFICE, TEAM, hours, regulation, request_with

RULES = regulation(
    {"pickup": {"within": "1h"}, "accept": {"within": "1h"}, "update": {"within": "1h"}, "resolve": {"within": "4h"}},
    stages=[{"name": "price", "department": "logistics", "within": "1h"}],
    escalation=[{"at": "100%", "tell": ["owner"]}, {"at": "50%", "tell": ["owner"], "clocks": ["resolve"]}],
)


def notice(key: str, after: float, *events: tuple[float, Event], **header: str) -> Notice:
    request: Request = request_with(*events, **header)
    clocks = measure(request, RULES, lambda *_: OFFICE, hours(after))
    found = notices(request, clocks, RULES, World(TEAM, lambda *_: OFFICE, lambda _: OFFICE), hours(after))
    return next(one for one in found if one.clock.run.key == key)


def said(one: Notice, handle: str = "ivanova") -> str:
    return text(one, TEAM.people[handle])


def test_how_a_deadline_stands() -> None:
    taken = (0.0, Taken())
    assert str(standing(notice("resolve", 2, taken))) == "resolution is due in 2 h"
    assert str(standing(notice("resolve", 5, taken))) == "resolution is due now"
    assert str(standing(notice("resolve", 6, taken))) == "resolution is 1 h late"


def test_a_day_that_has_closed_is_past_without_a_working_hour_since() -> None:
    """What is due at six is told the next morning at nine."""
    rules = regulation({"resolve": {"within": "7h"}}, escalation=[{"at": "100%", "tell": ["owner"]}])
    request = request_with((0, Taken()))
    clocks = measure(request, rules, lambda *_: OFFICE, hours(23))
    (one,) = notices(request, clocks, rules, World(TEAM, lambda *_: OFFICE, lambda _: OFFICE), hours(23))
    assert str(standing(one)) == "resolution was due Mon 2026-11-23 18:00"


def test_a_moment_that_was_set_passes_by_the_wall_clock() -> None:
    promised = (0.0, Promised(due="2026-11-23T12:00:00+03:00", text="we call"))
    one = notice("promise:e1", 26, promised)
    assert str(standing(one)) == "promise is 1 d late"
    assert "Promised by ivanova: we call" in said(one)


def test_the_subject_begins_with_what_people_type() -> None:
    assert subject(notice("resolve", 6, (0, Taken()))) == "[k7qm4d] resolution is 1 h late: Rebar"


def test_what_to_type_is_what_stops_the_clock() -> None:
    assert "svcctl take k7qm4d\n" in said(notice("pickup", 2))
    handed = [(0.0, Taken()), (0.0, HandedOff(to="logistics"))]
    accept = said(notice("accept:e2", 2, *handed), "kuznetsov")
    assert "svcctl accept k7qm4d\n" in accept and "svcctl return k7qm4d -m WHY\n" in accept
    assert "svcctl message k7qm4d out" in said(notice("update:1", 2, (0, Taken()), (0, MessageIn(text="?"))))
    staged = (0.0, StageStarted(stage="price", department="logistics"))
    assert "svcctl done k7qm4d --stage price\n" in said(notice("stage:price", 2, staged), "sidorov")
    assert "svcctl resolve k7qm4d -m OUTCOME\n" in said(notice("resolve", 6, (0, Taken())))
    promised = said(notice("promise:e1", 3, (0, Promised(due="2026-11-23T12:00:00+03:00", text="x"))))
    assert "svcctl kept k7qm4d\n" in promised and "svcctl broken k7qm4d -m WHY\n" in promised


def test_whoever_was_given_it_need_not_take_it() -> None:
    given = notice("pickup", 2)._replace(assign="petrova")
    assert "svcctl assign k7qm4d --to WHO\n" in said(given, "petrova") and "take k7qm4d" not in said(given, "petrova")
    assert "It is given to you." in said(given, "petrova")
    assert "It is given to petrova." in said(given, "ivanova")


def test_a_title_that_would_move_the_cursor_is_shown_as_it_is() -> None:
    one = notice("pickup", 2)
    one.request.title = "x\x1b[2J\r\nBcc: y"
    value = delivery(one, TEAM.people["ivanova"], ("desk", "cron@example.com"), hours(2))
    assert value["subject"] == "[k7qm4d] pick-up is 1 h late: x\\x1b[2J\\x0d\\x0aBcc: y"
    assert "\x1b" not in str(value["text"]) and "\x1b" not in notice_line(one, hours(2))
