from __future__ import annotations

import pytest

from svcctl.model.problems import Place
from svcctl.model.rows import MAX_ROWS, merged, read_rows
from svcctl.model.source import Map


@pytest.mark.parametrize(
    "text",
    [
        "sku,quantity,price\nA-1,20,61500.00\n\nB-2,1,5\n",
        "\ufeffАртикул;Кол-во;Цена\r\nA-1;20;61500.00\r\n;;\r\nB-2;1;5\r\n",
        "Indeks\tIlość\tCena\nA-1\t20\t61500.00\n\t\t\nB-2\t1\t5",
    ],
)
def test_tables_as_spreadsheets_write_them(text: str) -> None:
    rows, problems = read_rows(text, "lines.csv")
    assert not problems
    assert rows == [
        {"sku": "A-1", "quantity": "20", "price": "61500.00"},
        {"sku": "B-2", "quantity": "1", "price": "5"},
    ]
    assert rows[0].places["price"] == Place("lines.csv", 2, 3)
    assert rows.places == [Place("lines.csv", 2, 1), Place("lines.csv", 4, 1)]


def test_cells_may_hold_separators_quotes_and_line_breaks() -> None:
    rows, problems = read_rows('name;price\n"Болт; ""М8""\nоцинк.";"1,5"\nГайка;2\n', "x.csv")
    assert not problems
    assert rows == [{"name": 'Болт; "М8"\nоцинк.', "price": "1,5"}, {"name": "Гайка", "price": "2"}]
    assert rows[1].place.line == 4


def test_every_mistake_of_a_table_has_its_cell() -> None:
    _, problems = read_rows("sku,prise,qty,quantity\nA,1,2,2,extra\n", "x.csv")
    assert [(found.line, found.column, found.code, str(found.message), str(found.remedy)) for found in problems] == [
        (1, 2, "unknown-column", "“prise” is no column of such a table", "did you mean “price”?"),
        (1, 4, "repeated-column", "the column “quantity” stands here a second time", "drop one of them"),
        (2, 5, "cell", "this cell has no column: “extra”", "put quotes round a text with separators"),
    ]


def test_an_empty_table_has_no_rows() -> None:
    assert read_rows("", "x.csv") == ([], [])


def test_too_many_rows() -> None:
    rows, problems = read_rows("sku\n" + "a\n" * (MAX_ROWS + 1), "x.csv")
    assert len(rows) == MAX_ROWS
    assert [str(found.message) for found in problems] == ["more than 100000 rows"]


def test_merged_keeps_what_the_row_says_and_its_places() -> None:
    row = Map(Place("x.csv", 2, 1))
    row["price"] = "1"
    row.places["price"] = Place("x.csv", 2, 3)
    result = merged(row, {"price": "2", "name": "Болт"})
    assert result == {"price": "1", "name": "Болт"}
    assert (result.place.line, result.places["price"].column) == (2, 3)
    assert merged({}, {}).place == Place()


def test_what_is_no_table_is_told_once() -> None:
    rows, problems = read_rows(",".join(f"c{n}" for n in range(50_000)) + "\n", "x.csv")
    assert (list(rows), [problem.code for problem in problems]) == ([], ["too-many-columns"])
    _, problems = read_rows("sku,price\na," + "x" * 200_000 + "\n", "x.csv")
    assert [(problem.code, problem.line) for problem in problems] == [("csv", 2)]
