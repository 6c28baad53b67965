"""CSV files as people and programs save them."""

from __future__ import annotations

import pytest

from svcctl.exchange.csvlog import csv_rows
from svcctl.exchange.eventlog import Row
from svcctl.model.problems import BrokenFiles, Usage


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_columns_are_told_apart_by_any_usual_delimiter(delimiter: str, end: str) -> None:
    text = end.join(delimiter.join(row) for row in (["case", "activity"], ["A", '"x, y; z"'], ["B", ""])) + end
    rows = csv_rows(text.encode(), "x.csv")
    assert rows.names == ["case", "activity"]
    assert rows.rows == [Row(2, {"case": "A", "activity": "x, y; z"}), Row(3, {"case": "B"})]
    assert rows.problems == []


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert csv_rows("\ufeffслучай,шаг\n".encode(), "x.csv").names == ["случай", "шаг"]


def test_another_encoding_is_refused_with_the_place_and_read_when_it_is_named() -> None:
    content = "case,activity\nA,take\nB,взято\n".encode("cp1251")
    with pytest.raises(BrokenFiles, match="the file is not in UTF-8 here") as error:
        csv_rows(content, "x.csv")
    assert str(error.value.problems[0].place) == "x.csv:3:3"
    assert "--encoding cp1251" in str(error.value.problems[0].remedy)
    assert csv_rows(content, "x.csv", "cp1251").rows[1].values["activity"] == "взято"
    with pytest.raises(Usage, match="there is no encoding “klingon”"):
        csv_rows(content, "x.csv", "klingon")


def test_the_name_of_a_column_may_be_long_but_not_endless() -> None:
    name = "x" * 200_000
    assert csv_rows(f"case,{name}\nA,take\n".encode(), "x.csv").names == ["case", name]
    with pytest.raises(BrokenFiles, match="the first line, which names the columns, is not valid CSV: field larger"):
        csv_rows(f"case,{'x' * 2_000_001}\nA,take\n".encode(), "x.csv")


def test_a_line_with_another_number_of_values_is_a_problem_and_the_others_are_rows() -> None:
    rows = csv_rows(b"case,activity\nA,take\nA,take,\nA\n\nB,take\n", "x.csv")
    assert [row.line for row in rows.rows] == [2, 6]
    assert [(p.line, str(p.message)) for p in rows.problems] == [
        (3, "3 values where the first line names 2 columns"),
        (4, "1 values where the first line names 2 columns"),
    ]


def test_values_over_several_lines_keep_the_line_they_begin_on() -> None:
    rows = csv_rows(b'case,activity\nA,"two\nlines"\nB,take\n', "x.csv")
    assert [(row.line, row.values["activity"]) for row in rows.rows] == [(2, "two\nlines"), (4, "take")]


def test_a_quote_that_never_ends_is_named_with_the_lines_it_swallows() -> None:
    rows = csv_rows(b'case,activity\nA,take\nB,"never\nC,take\nD,take\n', "x.csv")
    assert [row.line for row in rows.rows] == [2]
    assert str(rows.problems[0].message) == "a quoted value begins here and never ends: lines 3 to 5"


def test_a_stray_quote_is_a_problem_of_its_line_only() -> None:
    rows = csv_rows(b'case,activity\nA,"ta"ke\nB,take\n', "x.csv")
    assert [row.line for row in rows.rows] == [3]
    assert "not valid CSV: ',' expected after '\"'" in str(rows.problems[0].message)


def test_columns_without_or_with_the_same_name_stay_apart() -> None:
    assert csv_rows(b"case,,note,note\n", "x.csv").names == ["case", "column 2", "note", "note (4)"]


def test_an_unknown_delimiter_and_an_empty_file_are_refused() -> None:
    with pytest.raises(BrokenFiles, match=r"only one column is named here: “case\^activity”"):
        csv_rows(b"case^activity\nA^take\n", "x.csv")
    with pytest.raises(BrokenFiles, match="the first line should name the columns"):
        csv_rows(b"\n\n", "x.csv")
