"""What a regulation takes for granted of its desk: every mistake is found where it stands, with what to do."""

from __future__ import annotations

from datetime import date

import pytest

from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.team import Absence, Department, Person, Team
from svcctl.rules.lint import Known, lint, remarks
from svcctl.store import yaml

TEAM = Team(
    {"sales": Department("sales", head="petrova"), "finance": Department("finance"), "empty": Department("empty")},
    {
        "petrova": Person("petrova", department="sales", role="head"),
        "ivanova": Person("ivanova", department="sales", away=(Absence(date(2026, 1, 1), date(2027, 1, 1)),)),
        "kim": Person("kim", department="finance", role="controller"),
        "gone": Person("gone", department="sales", role="director", left=True),
    },
)
KNOWN = Known(TEAM, ["office"], ["email"], ["metallstroy"])

FRONT = """\
regulation: credit
version: 1
title: Deciding
owner: finance
applies: {type: credit}
calendar: office
require: [client]
stages:
- {name: intake, department: sales, needs: [amount]}
- {name: check, role: head, needs: [decision], if: amount > 10 RUB}
escalation:
- {at: 100%, tell: [owner, head, controller, department, kim], assign: head}
decide:
  inputs: {amount: money}
  rules:
  - {when: amount > 100 RUB, then: review, because: much}
  - {when: otherwise, then: approve, because: little}
authority:
  discount: {specialist: 5%, head: 15%}
"""


def read(front: str, path: str = "regulations/credit.md") -> Regulation:
    mapping, problems = yaml.read(front, path, 1)
    assert mapping is not None and not problems
    return parse_regulation(mapping, strict=True)


def found(front: str, *others: str, path: str = "regulations/credit.md") -> list[str]:
    problems = lint(read(front, path), [read(other, "regulations/other.md") for other in others], KNOWN)
    return [f"{p.line}:{p.column} {p.code}: {p.message} | {p.remedy}" for p in problems]


def test_a_fitting_one_has_no_problems() -> None:
    assert found(FRONT) == []


CASES = {
    "a name that is not the file's": (
        ("regulation: credit", "regulation: loan"),
        "2:13 name: the regulation “loan” is not the file's name | write regulation: credit, or rename the file",
    ),
    "an owner who is nobody": (
        ("owner: finance", "owner: finanse"),
        "5:8 no-owner: nobody answers for the type credit: “finanse” is no person, department or role of team.yaml"
        " | did you mean “finance”?",
    ),
    "an owner who has left": (
        ("owner: finance", "owner: gone"),
        "5:8 no-owner: nobody answers for the type credit: “gone” is no person, department or role of team.yaml",
    ),
    "a calendar that does not exist": (
        ("calendar: office", "calendar: ofice"),
        "7:11 unknown-calendar: there is no calendar “ofice” | did you mean “office”?",
    ),
    "a client that does not exist": (
        ("{type: credit}", "{type: credit, client: [metallstroj]}"),
        "6:34 unknown-client: the desk has no client “metallstroj” | did you mean “metallstroy”?",
    ),
    "a channel that does not exist": (
        ("{type: credit}", "{type: credit, channel: mail}"),
        "6:34 unknown-channel: the desk has no channel “mail” | did you mean “email”?",
    ),
    "a priority that does not exist": (
        ("{type: credit}", "{type: credit, priority: urgend}"),
        "unknown-priority: the desk has no priority “urgend” | did you mean “urgent”?",
    ),
    "an unknown department": (
        ("department: sales", "department: sails"),
        "10:30 unknown-department: “sails” is no department of team.yaml | did you mean “sales”?"
        " Or add it: svcctl team department sails",
    ),
    "a department of nobody": (
        ("department: sales", "department: empty"),
        "10:30 empty-department: nobody works in the department “empty” | svcctl team add HANDLE --department empty",
    ),
    "a role that nobody has": (
        ("role: head", "role: director"),
        "11:23 unknown-role: nobody in team.yaml has the role “director” | ",
    ),
    "an escalation to nobody": (
        ("controller, department, kim]", "controler]"),
        "13:34 unknown-person: “controler” is no person or role of team.yaml | did you mean “controller”?",
    ),
    "an escalation that gives it to nobody": (
        ("assign: head", "assign: boss"),
        "13:72 unknown-person: “boss” is no person or role of team.yaml",
    ),
    "a limit for a role that nobody has": (
        ("head: 15%", "bos: 15%"),
        "20:35 unknown-role: “discount” has a limit for the role “bos”, which nobody has",
    ),
    "a condition on data that nothing asks for": (
        ("needs: [amount]", "needs: [decision]"),
        "11:52 not-asked: “check” depends on “amount”, which nothing before it asks for"
        " | add it to needs: of a stage before, or to require:",
    ),
    "criteria on data that no stage asks for": (
        ("inputs: {amount: money}", "inputs: {amount: money, income: money}"),
        "not-asked: the criteria need “income”, but no stage asks for it | add it to needs: of a stage, or to require:",
    ),
    "a gap between the rules": (
        ("when: otherwise", "when: amount < 0"),
        "17:3 gap: no rule covers 0 RUB <= amount <= 100 RUB, for example amount = 0 RUB"
        " | add a rule for it, or a last one with when: otherwise",
    ),
    "rules of which only one may hold, but two do": (
        ("  rules:\n", "  policy: unique\n  rules:\n  - {when: amount > 200 RUB, then: decline, because: most}\n"),
        "19:12 rules-overlap: rules 1 and 2 both cover the case amount = 201 RUB"
        " | narrow one of them, or use policy: first",
    ),
    "a rule that holds for nothing": (
        ("amount > 100 RUB", "amount > 100 RUB and amount < 5 RUB"),
        "17:12 never-holds: rule 1 holds for no values | mend it, or drop it",
    ),
    "a rule that those before it hide": (
        ("  - {when: otherwise", "  - {when: amount > 200 RUB, then: decline, because: most}\n  - {when: otherwise"),
        "18:12 hidden-rule: rule 2 is never reached: the rules before it cover all its cases | move it up, or drop it",
    ),
    "a stage that is never reached": (
        ("if: amount > 10 RUB", "if: amount > 10 RUB and amount < 5 RUB"),
        "11:52 unreachable: the stage “check” is never reached: its condition holds for no values"
        " | mend it, or drop the stage",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_found_in_its_place(case: str) -> None:
    (old, new), expected = CASES[case]
    assert old in FRONT
    problems = found(FRONT.replace(old, new))
    assert any(expected in problem for problem in problems), problems


def test_all_mistakes_at_once_in_the_order_of_the_file() -> None:
    front = FRONT.replace("owner: finance", "owner: x").replace("calendar: office", "calendar: y")
    assert [problem.split()[1] for problem in found(front)] == ["no-owner:", "unknown-calendar:"]


def test_what_the_opening_requires_counts_as_asked() -> None:
    front = FRONT.replace("needs: [amount]", "needs: []").replace("require: [client]", "require: [client, amount]")
    assert found(front) == []


def test_without_stages_data_is_given_when_it_is_decided() -> None:
    front = FRONT[: FRONT.index("stages:")] + FRONT[FRONT.index("escalation:") :]
    assert found(front) == []


@pytest.mark.parametrize(
    ("resolve", "one", "two", "three", "expected"),
    [
        ("3d", "1d", "1d", "2d", "3d"),
        ("2d", "1d", "2d", "1d", "the stages take 3d one after another, but the clock “resolve” allows 2d"),
        ("5h", "3h", "1h", "3h", "the stages take 6h one after another, but the clock “resolve” allows 5h"),
        ("2d", "8h", "8h", "8h", "hours and days are not compared"),
        ("30h!", "16h!", "1h", "16h!", "the stages take 32h! one after another, but the clock “resolve” allows 30h!"),
    ],
)
def test_stages_that_do_not_fit_into_the_whole(resolve: str, one: str, two: str, three: str, expected: str) -> None:
    start, end = FRONT.index("stages:"), FRONT.index("escalation:")
    stages = (
        f"clocks:\n  resolve: {{within: {resolve}}}\nstages:\n"
        f"- {{name: one, department: sales, within: {one}, needs: [amount]}}\n"
        f"- {{name: two, department: sales, within: {two}, with: three}}\n"
        f"- {{name: three, department: finance, within: {three}, with: two}}\n"
        "- {name: maybe, department: finance, within: 30d, if: amount > 5 RUB}\n"
    )
    problems = found(FRONT[:start] + stages + FRONT[end:])
    wanted = (
        [f"10:21 too-long: {expected} | give the whole more time, or the stages less"] if "take" in expected else []
    )
    assert problems == wanted


def test_clocks_that_nothing_starts() -> None:
    clocks = "clocks: {stage: {within: 1h}, lesson: {within: 1h, start: [decided, stage_done], stop: [noted]}}\n"
    front = FRONT[: FRONT.index("stages:")]
    assert found(front + clocks) == [
        "9:10 never-starts: the clock “stage” never starts: the regulation has no stages"
        " | add stages:, or drop the clock",
        "9:59 never-starts: the clock “lesson” never starts: nothing here makes decided, stage_done happen"
        " | let it start by another event",
    ]
    assert found(FRONT.replace("stages:\n", clocks + "stages:\n")) == []


def test_what_is_not_analysed_is_a_remark() -> None:
    assert remarks(read(FRONT)) == []
    front = FRONT.replace("amount: money}", "amount: money, x: number}").replace("amount > 100 RUB", "x * x > 4")
    (remark,) = remarks(read(front))
    assert str(remark.message) == (
        "rule 1 was not analysed for gaps and overlaps: it does more than compare “x” with constants"
    )
    assert (remark.line, remark.column) == (17, 12)


def test_what_all_departments_decided_is_known_when_each_has() -> None:
    table = "{inputs: {amount: money}, rules: [{when: otherwise, then: approve, because: little}]}"
    start, end = FRONT.index("stages:"), FRONT.index("escalation:")
    stages = (
        "stages:\n- {name: one, department: sales, needs: [amount, decision_sales, decision_finance]}\n"
        "- {name: two, role: head, if: decision == review}\n"
    )
    front = FRONT[:start] + stages + FRONT[end : FRONT.index("decide:")]
    front += f"decisions:\n  sales: {table}\n  finance: {table}\n"
    front += "combine: {any: approve, all: approve, otherwise: review}\n"
    assert found(front) == []
    (problem,) = found(front.replace(", decision_finance", ""))
    assert "“two” depends on “decision”, which nothing before it asks for" in problem
    assert "“sails” is no department of team.yaml" in found(front.replace("  sales: {", "  sails: {", 1))[-1]


def test_a_draft_elsewhere_may_have_any_file_name() -> None:
    assert found(FRONT, path="/tmp/draft.md") == []


OTHER = FRONT.replace("regulation: credit", "regulation: other")


def test_two_for_the_same_requests_overlap() -> None:
    (problem,) = found(FRONT, OTHER)
    assert problem == (
        "6:10 overlap: “other” applies to the same requests: type credit"
        " | narrow one of them: the regulation with more conditions goes before"
    )


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("{type: credit}", "{type: offer}", ""),
        ("{type: [credit, offer]}", "{type: [offer, loan]}", "type offer"),
        ("{type: credit}", "{type: credit, channel: email}", ""),
        ("{type: credit, client: metallstroy}", "{type: credit, channel: email}", "client metallstroy, channel email"),
        ("{type: credit, client: metallstroy}", "{type: offer, channel: email}", ""),
        ("{type: credit, priority: low}", "{type: credit, priority: high}", ""),
    ],
)
def test_overlap_is_when_neither_is_narrower(one: str, other: str, overlap: str) -> None:
    problems = found(FRONT.replace("{type: credit}", one), OTHER.replace("{type: credit}", other))
    assert [overlap in problem for problem in problems] == ([True] if overlap else [])


def test_a_draft_does_not_overlap_with_the_version_it_replaces() -> None:
    assert found(FRONT.replace("version: 1", "version: 2"), FRONT) == []
