from __future__ import annotations

from datetime import date
from decimal import Decimal

from svcctl.model.offer import Offer
from svcctl.model.pricelist import PriceList, parse_price_list
from svcctl.model.problems import Problem
from svcctl.model.rows import read_rows
from svcctl.rules.pricelists import Change, filled, find_item, refresh

DAY = date(2026, 11, 21)


def prices(name: str = "rebar", **items: str) -> PriceList:
    entries = [{"sku": sku, "name": f"item {sku}", "unit": "t", "price": text} for sku, text in items.items()]
    return parse_price_list(name, {"currency": "RUB", "vat": "standard", "items": entries})


def offer(lines: object) -> Offer:
    head = {"offer": "R-20261121-k7qm4d", "revision": "r1", "date": "2026-11-21", "currency": "RUB"}
    return Offer.parse({**head, "lines": lines})


def test_rows_of_code_and_quantity_become_lines() -> None:
    rows, _ = read_rows("sku,quantity,discount\na1,20,5%\nB2,1,\n", "lines.csv")
    lines, problems = filled(rows, [prices(A1="61500", B2="0.035")], DAY)
    assert not problems
    first, second = offer(lines).lines
    assert (first.sku, first.name, first.unit, first.price, first.vat) == ("A1", "item A1", "t", 61500, "standard")
    assert (first.quantity, first.discount, second.price) == (20, 5, Decimal("0.035"))


def test_what_a_row_says_itself_stands() -> None:
    rows, _ = read_rows("sku,name,quantity,price,currency,vat\nA1,My own,1,99,RUB,none\n,Free text,2,5,,\n", "x.csv")
    lines, problems = filled(rows, [prices(A1="1")], DAY)
    assert not problems
    first, second = offer(lines).lines
    assert (first.name, first.price, first.vat, first.unit) == ("My own", 99, "none", "t")
    assert (second.name, second.price, second.sku) == ("Free text", 5, "")


def test_a_currency_of_its_own_without_a_price_is_the_list_s() -> None:
    rows, _ = read_rows("sku,quantity,currency\nA1,1,RUB\n", "x.csv")
    assert offer(filled(rows, [prices(A1="1")], DAY)[0]).lines[0].currency == "RUB"


def test_an_unknown_code_is_a_problem_at_its_cell_unless_the_row_is_complete() -> None:
    rows, _ = read_rows("quantity,sku,name,price\n1,A1X,,\n1,ZZ,Own,3\n", "lines.csv")
    lines, problems = filled(rows, [prices(A1="1"), prices("more", A11="2")], DAY)
    (problem,) = problems
    assert (problem.line, problem.column, problem.code) == (2, 2, "unknown-sku")
    assert str(problem.message) == "“A1X” is in no price list"
    assert str(problem.remedy).startswith("did you mean “A1")
    assert len(lines) == 2


def test_lists_are_searched_in_order_and_an_expired_price_is_said() -> None:
    old = parse_price_list("old", {"currency": "RUB", "until": "2026-01-01", "items": [{"sku": "A1", "price": "1"}]})
    found = find_item([old, prices(A1="2")], "A1", DAY)
    assert not isinstance(found, Problem) and found.price == 2
    missing = find_item([old, prices(B="2")], "A1", DAY)
    assert isinstance(missing, Problem) and missing.code == "expired-price"
    assert isinstance(find_item([], "A1", DAY), Problem)


def test_refresh_tells_what_would_change_and_changes_nothing() -> None:
    lines = [
        {"sku": "A1", "name": "item A1", "unit": "t", "quantity": "1", "price": "1.00", "vat": "standard"},
        {"sku": "B2", "name": "old name", "unit": "kg", "quantity": "1", "price": "2", "vat": "10"},
        {"sku": "GONE", "name": "gone", "quantity": "1", "price": "2"},
        {"name": "free text", "quantity": "1", "price": "2"},
    ]
    before = offer(lines)
    changes, problems = refresh(before, [prices(A1="1", B2="2.5")], DAY)
    assert changes == [
        Change(2, "B2", "name", "old name", "item B2"),
        Change(2, "B2", "unit", "kg", "t"),
        Change(2, "B2", "price", "2.00 RUB", "2.50 RUB"),
        Change(2, "B2", "vat", "10", "standard"),
    ]
    assert [str(problem.message) for problem in problems] == ["“GONE” is not in the price list rebar"]
    assert before == offer(lines)
