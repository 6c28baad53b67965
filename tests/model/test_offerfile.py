from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.offer import Offer, OfferLine, Validity
from svcctl.model.offerfile import add_line, dump, scalar
from svcctl.model.problems import Refused
from svcctl.store.yaml import read

texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
# Texts that a careless writer turns into a number, a date, a truth value, a comment or another structure.
SPECIAL = """
no Yes on null ~ = << 12:30 017 1.10 0x1F 1e5 .inf 2026-11-21 ' " # &a *a | > %x @x `x --- ... 😀 é
"""
SHAPES = (
    "- x",
    "a: b",
    "a #b",
    "{{ x }}",
    "! x",
    "a\nb",
    " x",
    "x ",
    "\t",
    "x\t",
    "\nначало",
    "конец\n",
    "a\n  b\n\nc",
)
awkward = st.sampled_from([*SPECIAL.split(), *SHAPES, "\u2028", "\x85", "\ufeff", "\x07", "\x7f", "\xa0"])
words = st.one_of(awkward, texts)
decimals = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-3))
lines = st.builds(
    OfferLine,
    name=words,
    quantity=decimals.filter(bool),
    price=decimals,
    currency=st.sampled_from(["RUB", "USD"]),
    unit=st.one_of(st.just(""), words),
    sku=st.one_of(st.just(""), words),
    discount=st.integers(0, 10000).map(lambda n: Decimal(n).scaleb(-2)),
    vat=st.sampled_from(["", "standard", "22%", "5", "без НДС", "zw.", "no"]),
    note=st.one_of(st.just(""), words),
)
offers = st.builds(
    Offer,
    offer=st.just("R-20261121-k7qm4d"),
    revision=st.sampled_from(["r1", "r12"]),
    date=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    currency=st.just("RUB"),
    language=st.sampled_from(["en", "ru", "pl"]),
    vat=st.sampled_from(["included", "on_top", "none"]),
    rounding=st.sampled_from(["line", "document"]),
    seller=st.dictionaries(st.one_of(st.sampled_from(["name", "inn", "phone"]), words), words, max_size=4),
    client=st.dictionaries(words, words, max_size=4),
    lines=st.lists(lines, max_size=5).map(tuple),
    title=st.one_of(st.just(""), words),
    validity=st.sampled_from([Validity(), Validity(None, 14), Validity(None, 10, True), Validity(date(2031, 1, 1))]),
    discount=st.integers(0, 100).map(Decimal),
    vat_date=st.one_of(st.none(), st.just(date(2026, 1, 1))),
    exchange=st.just({"USD": Decimal("92.4125")}),
    delivery=st.one_of(st.just(""), words),
    payment=st.one_of(st.just(""), words),
    notes=st.one_of(st.just(""), words),
)


def without_places(offer: Offer) -> Offer:
    return offer._replace(places={}, lines=tuple(line._replace(places={}) for line in offer.lines))


def parse(text: str) -> Offer:
    mapping, problems = read(text, "r1.yaml")
    assert mapping is not None and not problems, problems
    return without_places(Offer.parse(mapping))


@given(offers)
def test_what_is_written_reads_back_the_same(offer: Offer) -> None:
    assert parse(dump(offer)) == without_places(offer)


@given(words)
def test_a_scalar_reads_the_same_with_stock_yaml(text: str) -> None:
    assert yaml.safe_load(f"key: {scalar(text)}\n") == {"key": text}
    assert yaml.safe_load(f"- {scalar(text)}\n") == [text]


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert yaml.safe_load(scalar("a\ud800b")) == "a\ufffdb"


def test_a_draft_explains_itself_and_stays_readable() -> None:
    offer = Offer.parse({"offer": "R-20261121-k7qm4d", "revision": "r1", "date": "2026-11-21", "currency": "RUB"})
    text = dump(offer._replace(title="Арматура", client={"name": "ООО «Ромашка»", "inn": "0770"}, notes="раз\nдва"))
    assert text.startswith("# A commercial offer.")
    assert "title: Арматура\n" in text
    assert '  name: ООО «Ромашка»\n  inn: "0770"\n' in text
    assert "lines: []                     # each begins with - name:" in text
    assert "notes: |-\n  раз\n  два\n" in text
    assert max(map(len, text.splitlines())) <= 110


LINE = OfferLine("Болт: М8", Decimal(3), Decimal("0.10"), "RUB", unit="шт.", vat="standard")
ADDED = '- name: "Болт: М8"\n  quantity: 3\n  unit: шт.\n  price: 0.10\n  vat: standard\n'
HEAD = "offer: R-20261121-k7qm4d\nrevision: r1 # first\ndate: 2026-11-21\ncurrency: RUB\n"
FIRST = "- name: Гайка\n  quantity: 1   # sample\n  price: 5\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, HEAD + "lines:\n" + ADDED),
        (HEAD.rstrip("\n"), HEAD + "lines:\n" + ADDED),
        (HEAD + "lines: []  # none yet\nnotes: x\n", HEAD + "lines:  # none yet\n" + ADDED + "notes: x\n"),
        (HEAD + "lines:\n" + FIRST, HEAD + "lines:\n" + FIRST + ADDED),
        (
            HEAD + "lines: # what they want\n" + FIRST + "\n# how we deliver\ndelivery: x\n",
            HEAD + "lines: # what they want\n" + FIRST + ADDED + "\n# how we deliver\ndelivery: x\n",
        ),
        (
            HEAD + "lines:\n# bolts\n\n  - name: Гайка\n    quantity: 1\n    price: 5\n    # note\n",
            HEAD
            + "lines:\n# bolts\n\n  - name: Гайка\n    quantity: 1\n    price: 5\n"
            + "".join(f"  {row}\n" for row in ADDED.splitlines())
            + "    # note\n",
        ),
    ],
)
def test_a_line_is_added_and_nothing_else_changes(text: str, expected: str) -> None:
    assert add_line(text, LINE, "RUB") == expected
    assert parse(expected).lines[-1] == LINE


@given(offers, lines)
def test_a_line_can_be_added_to_any_draft(offer: Offer, line: OfferLine) -> None:
    longer = without_places(offer._replace(lines=(*offer.lines, line)))
    assert parse(add_line(dump(offer), line, "RUB")) == longer


def test_windows_line_ends_stay() -> None:
    text = (HEAD + "lines:\n" + FIRST).replace("\n", "\r\n")
    assert add_line(text, LINE, "RUB") == text + ADDED.replace("\n", "\r\n")


def test_a_price_in_another_currency_keeps_it() -> None:
    assert "  price: 0.10 USD\n" in add_line(HEAD, LINE._replace(currency="USD"), "RUB")


def test_lines_in_one_row_are_refused() -> None:
    with pytest.raises(Refused, match="stand in one row") as error:
        add_line(HEAD + "lines: [{name: x, quantity: 1, price: 1}]\n", LINE, "RUB")
    assert "write each line on its own" in str(error.value.hint)
