"""decide: a decision is recorded with its rule, reason and data, or not at all."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Svc

ALL = "--field monthly_income=90000 --field identified=yes --field debt_ratio=45% --field overdue_days=0"


@pytest.fixture
def loan(svc: Svc) -> str:
    return svc.new("Кредит", "--type", "credit", "--client", "zoo", "--field", "amount=300000")


def commits(svc: Svc) -> int:
    return int(svc.git("rev-list", "--count", "HEAD"))


def test_missing_data_is_named_with_what_to_type(svc: Svc, loan: str) -> None:
    before = commits(svc)
    result = svc(f"decide {loan} --field identified=yes --field overdue_days=0", code=1)
    assert result.out == ""
    assert result.err == (
        f"svcctl: {loan}: needs data: debt_ratio (number >= 0), monthly_income (money > 0)\n"
        f"  svcctl decide {loan} --field debt_ratio=… --field monthly_income=…\n"
    )
    assert commits(svc) == before


def test_what_cannot_change_the_outcome_may_be_missing(svc: Svc, loan: str) -> None:
    line = svc(f"decide {loan} --field identified=no").out
    assert line.startswith(f"{loan} decided: decline (rule 1: the applicant's identity is not established); ")


def test_a_decision_is_one_commit_with_rule_reason_and_data(svc: Svc, loan: str) -> None:
    before = commits(svc)
    line = svc(f"decide {loan} {ALL}").out
    assert line == (
        f"{loan} decided: review (rule 6: neither clearly within the criteria nor clearly outside);"
        " head (petrova) reviews it in the stage review; intake: nobody yet (sales); pick-up due 10:30\n"
    )
    assert commits(svc) == before + 1
    assert svc.git("log", "-1", "--format=%an").strip() == "Анна Иванова"
    shown = svc.json(f"show {loan}")
    *_, values, decided = shown["events"]
    assert values["do"] == "set"
    assert values["values"] == {
        "monthly_income": "90000",
        "identified": "yes",
        "debt_ratio": "45%",
        "overdue_days": "0",
    }
    assert {key: decided[key] for key in ("do", "outcome", "rule", "regulation", "stage")} == {
        "do": "decided",
        "outcome": "review",
        "rule": 6,
        "regulation": "credit-application@1",
        "stage": "intake",
    }
    assert decided["inputs"] == {
        "amount": "300000 RUB",
        "monthly_income": "90000 RUB",
        "identified": "yes",
        "debt_ratio": "0.45",
        "overdue_days": "0",
    }
    assert shown["fields"]["decision"] == "review"


def test_what_the_record_has_is_not_written_again(svc: Svc, loan: str) -> None:
    svc(f"decide {loan} {ALL} --field amount=300000")
    *_, values, _ = svc.json(f"show {loan}")["events"]
    assert "amount" not in values["values"]
    svc(f"set {loan} overdue_days=91")
    svc(f"decide {loan}")
    assert [event["do"] for event in svc.json(f"show {loan}")["events"]][-2:] == ["set", "decided"]


def test_the_same_again_is_refused(svc: Svc, loan: str) -> None:
    svc(f"decide {loan} {ALL}")
    result = svc(f"decide {loan}", code=1)
    assert result.err == (
        f"svcctl: {loan}: decided so already on 2026-11-23 10:00: review\n"
        f"  new data decides anew: svcctl decide {loan} --field …=…\n"
    )
    assert "decided: approve (rule 5" in svc(f"decide {loan} --field debt_ratio=35%").out


def test_a_decision_that_was_set_aside_can_be_made_again(svc: Svc, loan: str) -> None:
    svc(f"decide {loan} {ALL}")
    svc(f"set {loan} decision=approve")
    assert "decided: review" in svc(f"decide {loan}").out


def test_dry_run_writes_nothing(svc: Svc, loan: str) -> None:
    before = commits(svc)
    assert svc(f"decide {loan} {ALL} --dry-run").out.endswith(" (dry run: nothing was written)\n")
    assert commits(svc) == before


def test_explain_shows_every_rule(svc: Svc, loan: str) -> None:
    text = svc(f"decide {loan} {ALL} --explain").out
    rows = [line for line in text.splitlines() if line.lstrip()[:1].isdigit() and " decided" not in line]
    assert len(rows) == 6
    assert "not matched" in rows[0] and "identified = yes" in rows[0]
    assert "amount = 300000, monthly_income = 90000" in rows[3]
    assert " matched" in rows[5]
    assert text.splitlines()[-1].startswith(f"{loan} decided: review")


def test_explain_shows_the_rules_where_data_is_missing(svc: Svc, loan: str) -> None:
    result = svc(f"decide {loan} --explain", code=1)
    assert "identified = ?" in result.out and "needs data" in result.out and "not reached" in result.out
    assert "needs data: identified" in result.err


def test_json_has_the_request_and_the_decision(svc: Svc, loan: str) -> None:
    value = svc.json(f"decide {loan} {ALL} --explain")
    assert value["id"].endswith(loan)
    decided = value["decision"]
    rules = decided.pop("rules")
    assert decided == {
        "outcome": "review",
        "rule": 6,
        "because": "neither clearly within the criteria nor clearly outside",
        "inputs": {
            "amount": "300000 RUB",
            "monthly_income": "90000 RUB",
            "identified": "yes",
            "debt_ratio": "0.45",
            "overdue_days": "0",
        },
        "missing": [],
        "regulation": "credit-application@1",
        "department": None,
        "together": "review",
        "open": [],
        "review": {"stage": "review", "who": "head (petrova)"},
    }
    assert [rule["verdict"] for rule in rules] == ["not matched"] * 5 + ["matched"]
    assert rules[1]["given"] == {"overdue_days": "0"}


def test_json_where_data_is_missing(svc: Svc, loan: str) -> None:
    result = svc(f"decide {loan} --json --explain", code=1)
    assert json.loads(result.err)["code"] == "needs-data"
    assert result.json["decision"]["missing"] == ["identified", "overdue_days", "debt_ratio", "monthly_income"]
    assert svc(f"decide {loan} --json", code=1).out == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("--field debt_ration=1", "“debt_ration” is no input of the criteria of credit-application@1\n  did you mean"),
        ("--field debt_ratio=-1", "“debt_ratio” cannot be -1"),
        ("--field identified=perhaps", "“perhaps” is neither yes nor no for “identified”"),
        ("--field 'amount=5 USD' --field monthly_income='5 RUB' --field overdue_days=0", "USD"),
    ],
)
def test_values_that_cannot_be(svc: Svc, loan: str, arguments: str, complaint: str) -> None:
    before = commits(svc)
    assert complaint in svc(f"decide {loan} --field identified=yes --field debt_ratio=0 {arguments}", code=1).err
    assert commits(svc) == before


def test_a_request_without_a_regulation(svc: Svc) -> None:
    request = svc.new()
    assert f"{request}: no regulation says how to decide it" in svc(f"decide {request}", code=1).err


def test_a_regulation_without_criteria(svc: Svc) -> None:
    request = svc.new("КП", "--type", "offer", "--client", "zoo")
    result = svc(f"decide {request}", code=1)
    assert f"{request}: the regulation commercial-offer@1 has no criteria" in result.err
    assert "criteria stand below decide: in regulations/commercial-offer.md" in result.err


def test_a_case_that_no_rule_covers(svc: Svc) -> None:
    path = "regulations/credit-application.md"
    text = (svc.folder / path).read_text(encoding="utf-8")
    last = text.index("  - when: otherwise")
    svc.write(path, text[:last] + text[text.index("examples:") :])
    loan = svc.new("Кредит", "--type", "credit", "--client", "zoo", "--field", "amount=300000")
    result = svc(f"decide {loan} {ALL}", code=1)
    assert f"{loan}: no rule of credit-application@1 covers it" in result.err
    assert "(ask finance)" in result.err


def test_a_closed_request_is_not_decided(svc: Svc, loan: str) -> None:
    svc(f"cancel {loan} -m no")
    assert "it is cancelled since" in svc(f"decide {loan} {ALL}", code=1).err


def test_a_decision_lets_the_stage_end(svc: Svc, loan: str) -> None:
    svc(f"take {loan}")
    svc(f"done {loan} --field monthly_income=90000 --field identified=yes")
    svc(f"accept {loan}", as_="smirnov")
    svc(f"decide {loan} --field debt_ratio=45% --field overdue_days=0", as_="smirnov")
    assert svc.json(f"done {loan}", as_="smirnov")["stage"] == "review"


# Departments that decide by their own tables

TABLES = """\
---
regulation: credit-application
version: 2
title: Deciding together
owner: finance
applies: {type: credit}
stages:
- {name: intake,  department: sales, needs: [amount]}
- {name: money,   department: finance, needs: [ratio], with: papers}
- {name: papers,  department: customs, needs: [known], with: money}
- {name: review,  role: head, if: decision == review}
- {name: answer,  department: sales}
inputs: {amount: money > 0}
decisions:
  finance:
    inputs: {ratio: number >= 0}
    rules:
    - {when: ratio > 60%, then: decline, because: too much debt}
    - {when: amount > 100 RUB, then: review, because: a large sum}
    - {when: otherwise, then: approve, because: debts are small}
  customs:
    inputs: {known: yes/no}
    rules:
    - {when: known, then: approve, because: identified}
    - {when: not known, then: decline, because: not identified}
combine: {any: decline, all: approve, otherwise: review}
---
"""


def together(svc: Svc, amount: str) -> str:
    svc.write("regulations/credit-application.md", TABLES)
    part = svc.new("Loan", "--type", "credit", "--client", "zoo", "--field", f"amount={amount}")
    svc(f"take {part}")
    svc(f"done {part}")
    return part


def test_each_department_decides_by_its_table_and_the_outcomes_combine(svc: Svc) -> None:
    part = together(svc, "90 RUB")
    out = svc(f"decide {part} --field ratio=10%", as_="smirnov").out
    assert f"{part} decided by finance: approve (rule 3: debts are small); customs to decide; " in out
    assert svc.json(f"show {part}")["fields"]["decision_finance"] == "approve"
    assert "decision" not in svc.json(f"show {part}")["fields"]
    out = svc(f"decide {part} --field known=yes", as_="nowak").out
    assert f"{part} decided by customs: approve (rule 1: identified); together: approve; " in out
    events = [event for event in svc.json(f"show {part}")["events"] if event["do"] == "decided"]
    assert [event.get("department") for event in events] == ["finance", "customs", None]
    assert events[2]["because"] == "finance: approve, customs: approve"
    assert events[2]["inputs"] == {"finance": "approve", "customs": "approve"}
    assert events[2]["regulation"] == "credit-application@2"
    assert svc.json(f"show {part}")["fields"]["decision"] == "approve"


def test_one_that_declines_is_enough(svc: Svc) -> None:
    part = together(svc, "90 RUB")
    value = svc.json(f"decide {part} --field known=no", as_="nowak")["decision"]
    assert (value["outcome"], value["together"], value["department"], value["open"]) == (
        "decline",
        "decline",
        "customs",
        ["finance"],
    )
    again = svc.json(f"decide {part} --field ratio=10%", as_="smirnov")["decision"]
    assert (again["outcome"], again["together"]) == ("approve", "decline")
    events = [event for event in svc.json(f"show {part}")["events"] if event["do"] == "decided"]
    assert len(events) == 3, "what all come to is written down once"


def test_who_reviews_where_they_do_not_agree(svc: Svc) -> None:
    part = together(svc, "900 RUB")
    svc(f"decide {part} --field known=yes", as_="nowak")
    out = svc(f"decide {part} --field ratio=10%", as_="smirnov").out
    assert "finance: review (rule 2: a large sum); together: review; head" in out and "in the stage review" in out


def test_new_data_decides_anew_and_combines_anew(svc: Svc) -> None:
    part = together(svc, "90 RUB")
    svc(f"decide {part} --field known=yes", as_="nowak")
    svc(f"decide {part} --field ratio=10%", as_="smirnov")
    assert "decided so already" in svc(f"decide {part}", as_="smirnov", code=1).err
    assert svc.json(f"decide {part} --field ratio=70%", as_="smirnov")["decision"]["together"] == "decline"


def test_only_the_departments_of_the_tables_decide(svc: Svc) -> None:
    part = together(svc, "90 RUB")
    result = svc(f"decide {part} --field ratio=10%", as_="kuznetsov", code=1)
    assert result.err == (
        f"svcctl: {part}: logistics has no criteria in credit-application@2\n  decided by finance, customs\n"
    )
    assert "has no criteria" in svc(f"decide {part} --stage money --field ratio=10%", as_="kuznetsov", code=1).err
    assert "“ratio” is no input" in svc(f"decide {part} --stage money --field ratio=10%", as_="nowak", code=1).err


def test_whoever_has_a_stage_decides_for_its_department(svc: Svc) -> None:
    part = together(svc, "90 RUB")
    svc(f"accept {part} --stage money", as_="smirnov")
    svc(f"assign {part} --stage money --to kim", as_="smirnov")
    svc(f"accept {part} --stage papers", as_="kim")
    assert svc.json(f"decide {part} --stage money --field ratio=1%", as_="kim")["decision"]["department"] == "finance"
    assert svc.json(f"decide {part} --stage papers --field known=yes", as_="kim")["decision"]["department"] == "customs"
