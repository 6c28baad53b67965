"""Taking a line out of an offer's file: only its rows go."""

from __future__ import annotations

import random

import pytest

from svcctl.model.offer import Offer
from svcctl.model.offertext import plain_values, remove_line, set_line
from svcctl.model.problems import Refused
from svcctl.store.yaml import read

HEAD = "offer: R-20261121-k7qm4d\nrevision: r1\ndate: 2026-11-21\ncurrency: RUB\nlanguage: ru\n"
LINES = """\
lines:                        # what they asked for
# by phone
- name: one
  quantity: 1
  price: 10

  # for the second
- name: two
  quantity: 2
  price: 20
  note: |
    # not a comment

    - not a line
# the last
-
  name: three
  quantity: 3
  price: 30
# the end
payment: ""
"""


def parsed(text: str) -> Offer:
    mapping, problems = read(text, "r1.yaml")
    assert mapping is not None and not problems
    return Offer.parse(mapping)


def without(text: str, number: int) -> str:
    return remove_line(text, [line.places[""] for line in parsed(text).lines], number)


def names(text: str) -> list[str]:
    return [line.name for line in parsed(text).lines]


def test_a_line_goes_and_what_stands_around_it_stays() -> None:
    text = without(HEAD + LINES, 2)
    assert names(text) == ["one", "three"]
    for comment in ("# what they asked for", "# by phone", "# the last", "# the end"):
        assert comment in text
    assert "not a line" not in text


@pytest.mark.parametrize("ending", ["", "payment: x\n", "\n# end\n"])
@pytest.mark.parametrize("indent", ["", "  "])
def test_any_order_of_removals_leaves_the_others(ending: str, indent: str) -> None:
    chance = random.Random(7)
    block = LINES.removesuffix('payment: ""\n').split("\n", 1)[1]
    text = HEAD + "lines:\n" + "".join(indent + row + "\n" for row in block.splitlines()) + ending
    left = ["one", "two", "three"]
    while left:
        number = chance.randrange(len(left)) + 1
        text = without(text, number)
        del left[number - 1]
        assert names(text) == left
    assert "lines: []" in text


def test_windows_line_ends_stay() -> None:
    text = (HEAD + LINES).replace("\n", "\r\n")
    assert names(without(text, 1)) == ["two", "three"]


@pytest.mark.parametrize("number", [0, 4])
def test_no_such_line(number: int) -> None:
    with pytest.raises(Refused, match="the offer has 3 lines"):
        without(HEAD + LINES, number)


@pytest.mark.parametrize("flow", ["[{name: x, quantity: 1, price: 2}]", "[\n  {name: x, quantity: 1, price: 2}\n]"])
def test_lines_in_one_row(flow: str) -> None:
    with pytest.raises(Refused, match="stand in one row"):
        without(f"{HEAD}lines: {flow}\n", 1)


# Another value in a line

ROWS = """\
lines:
- sku: A1   # the code
  name: one  # as they call it
  price: "10"  # dear
  quantity: 1
- {sku: "B,2", name: two words, quantity: 2, price: 20 USD}  # in a row
- quantity: 3
  price: 30 # cheap
  name: three
exchange: {USD: 90}
"""


def changed(text: str, number: int, key: str, value: str) -> str:
    return set_line(text, parsed(text).lines[number - 1].places, key, value)


@pytest.mark.parametrize(
    ("number", "key", "value", "before", "after"),
    [
        (1, "price", "11.5", '  price: "10"  # dear', "  price: 11.5  # dear"),
        (1, "name", "uno", "  name: one  # as they call it", "  name: uno  # as they call it"),
        (2, "price", "21", "price: 20 USD}  # in a row", "price: 21}  # in a row"),
        (2, "sku", "B3", '{sku: "B,2", name', "{sku: B3, name"),
        (2, "unit", '"т"', "name: two words, quantity", 'name: two words, unit: "т", quantity'),
        (1, "unit", "kg", "# as they call it\n", "# as they call it\n  unit: kg\n"),
        (3, "unit", "kg", "  name: three\n", "  name: three\n  unit: kg\n"),
        (3, "price", "31", "price: 30 # cheap", "price: 31 # cheap"),
    ],
)
def test_a_value_changes_and_nothing_else(number: int, key: str, value: str, before: str, after: str) -> None:
    text = HEAD + ROWS
    assert before in text
    assert changed(text, number, key, value) == text.replace(before, after)
    assert len(parsed(changed(text, number, key, value)).lines) == 3


def test_windows_line_ends_stay_around_another_value() -> None:
    text = (HEAD + ROWS).replace("\n", "\r\n")
    new = changed(text, 1, "unit", "kg")
    assert "\r\n  unit: kg\r\n" in new and new.count("\n") == new.count("\r\n")


@pytest.mark.parametrize(
    "name", ["|\n    a text\n    of rows", ">-\n    a text", '"a text\n    of rows"', "'a\n    b'"]
)
def test_a_value_on_several_rows_is_refused(name: str) -> None:
    text = HEAD + ROWS.replace("name: one  # as they call it", f"name: {name}")
    with pytest.raises(Refused) as error:
        changed(text, 1, "name", "x")
    assert str(error.value.message).startswith("“name” in row ") and "name: x" in str(error.value.hint)


# A look at the head

DAYS = ("date", "validity", "valid_until")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            'date: 2026-11-24\nvalidity: "14 days"      # or valid_until: 2026-12-31\nlines:\n- date: 1\n',
            {"date": "2026-11-24", "validity": "14 days"},
        ),
        ("date: 2026-11-24\r\nvalidity: 10 рабочих дней\r\n", {"date": "2026-11-24", "validity": "10 рабочих дней"}),
        ('date: 2026-11-24\nvalidity: ""   # none yet\n', {"date": "2026-11-24", "validity": ""}),
        ("validity: 5 days\n", None),
        ("date: |\n  2026-11-24\n", None),
        ("date: '2026-11-24'\n", None),
        ("date: 2026-11-24\ndate: 2026-11-25\n", None),
        ("{date: 2026-11-24}\n", None),
        ('"date": 2026-11-24\n', None),
        ("date: 2026-11-24\nvalidity: &a 5 days\n", None),
    ],
)
def test_plain_values_of_the_head(text: str, values: dict[str, str] | None) -> None:
    assert plain_values(text, DAYS) == values
