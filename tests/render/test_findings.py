"""What a check found, as lines grouped by person or department."""

from __future__ import annotations

from typing import Any

from svcctl.model.duration import Duration, parse_duration
from svcctl.model.event import Event
from svcctl.model.events import HandedOff, PromiseBroken, Promised, Set, Taken
from svcctl.model.messages import ENGLISH
from svcctl.render.findings import findings_text
from svcctl.rules.findings import Finding, Limits, findings
from tests.rules.matters import OFFICE, TEAM, clocks_of, hours, regulation, request_with

LIMITS = Limits(Duration(3600), parse_duration("3d"))
RULES = regulation({"pickup": {"within": "1h"}, "accept": {"within": "2h"}, "resolve": {"within": "4h"}})


def found(*happened: tuple[float, Event], after: float, **header: Any) -> list[Finding]:
    request = request_with(*happened, **header)
    clocks = list(clocks_of(request, RULES, hours(after)).values())
    return findings(request, clocks, OFFICE, LIMITS, TEAM, hours(after))


def lines(result: list[Finding], after: float, by: str = "person") -> list[str]:
    return findings_text(result, by, hours(after), ENGLISH).splitlines()


def test_silence_where_all_is_well() -> None:
    assert findings_text([], "person", hours(0), ENGLISH) == ""
    assert lines(found((0, Taken()), after=0), 0) == []


def test_what_is_late_and_what_is_due_soon() -> None:
    assert lines(found(after=2), 2) == ["sales", "  k7qm4d  Rebar: late: pick-up was due 11:00, 1 h ago"]
    assert lines(found((0, Taken()), after=4.5), 4.5) == [
        "ivanova",
        "  k7qm4d  Rebar: due soon: resolution 15:00, in 30 min",
    ]


def test_a_late_acceptance_is_told_once_and_whose_it_is() -> None:
    result = found((0, Taken()), (0, HandedOff(to="kuznetsov")), after=4)
    assert len([one for one in result if one.clock.startswith("accept")]) == 2
    assert lines(result, 4) == [
        "ivanova",
        "  k7qm4d  Rebar: due soon: resolution 15:00, in 1 h",
        "kuznetsov",
        "  k7qm4d  Rebar: hand-off to kuznetsov not accepted, 1 h late",
    ]
    to_all = found((0, Taken()), (0, HandedOff(to="logistics")), after=4)
    assert "  k7qm4d  Rebar: hand-off to logistics not accepted, 1 h late" in lines(to_all, 4)


def test_a_promise_is_told_once_in_its_own_words() -> None:
    promise = (0.0, Promised(due="2026-11-23T12:00:00+03:00", text="the engineer calls"))
    today = found((0, Taken()), promise, after=0.5)
    assert lines(today, 0.5) == ["ivanova", "  k7qm4d  Rebar: promised for 12:00: the engineer calls"]
    late = found((0, Taken()), promise, after=2.5)
    assert lines(late, 2.5)[1:] == ["  k7qm4d  Rebar: promised for 12:00, 30 min ago: the engineer calls"]
    broken = found((0, Taken()), promise, (1, PromiseBroken(why="ill")), after=2.5)
    assert lines(broken, 2.5)[1:] == ["  k7qm4d  Rebar: promised for 12:00, 30 min ago: the engineer calls (ill)"]


def test_what_nobody_has_touched() -> None:
    silent = [one for one in found((0, Taken()), after=90) if one.clock == "silence"]
    assert lines(silent, 90) == [
        "ivanova",
        "  k7qm4d  Rebar: nothing has happened for a long time (since before Thu 26.11 18:00)",
    ]


def test_groups_stand_in_the_order_of_their_names() -> None:
    mine, theirs = found((0, Taken()), after=7), found(after=2)
    assert [line for line in lines([*theirs, *mine], 7) if line[0] != " "] == ["ivanova", "sales"]
    assert [line for line in lines([*theirs, *mine], 7, "department") if line[0] != " "] == ["sales"]
    nowhere = found(after=2, department="")
    assert lines(nowhere, 2)[0] == lines(nowhere, 2, "department")[0] == "nobody"


def test_what_others_wrote_moves_no_terminal() -> None:
    evil = "a\x1b[2J\u202eb\nc"
    text = findings_text(found((0, Set(values={"title": evil})), after=2, department=evil), "person", hours(2), ENGLISH)
    assert text.count("\n") == 2
    assert text.count("a\\x1b[2J\\u202eb\\x0ac") == 2


class Marked:
    """A language in which every sentence is marked, to see which ones reach the translator."""

    def gettext(self, message: str) -> str:
        return f"<{message}>"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"<{msgid1 if n == 1 else msgid2}>"


def test_every_word_of_ours_reaches_the_translator() -> None:
    text = findings_text(found(after=2, department=""), "person", hours(2), Marked())
    assert text == "<nobody>\n  k7qm4d  Rebar: <late: <pick-up> was due <11:00>, <1 h> ago>\n"
    promise = (0.0, Promised(due="2026-11-23T11:00:00+03:00", text="call"))
    text = findings_text(found((0, Taken()), promise, after=2), "person", hours(2), Marked())
    assert "<promised for <11:00>, <1 h> ago: call>" in text
