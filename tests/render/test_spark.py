"""Series as words of the terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.messages import Message
from svcctl.render.cells import Cells
from svcctl.render.spark import ASCII, BLOCKS, sparkline, sparklines
from svcctl.reports.chart import Bars, Lines
from svcctl.reports.table import DURATION, NUMBER, Column, Table

COLUMNS = (Column("month", "month"), Column("n", "arrived", NUMBER), Column("time", "очень долго", DURATION))
CHARTS = (Bars(Message("x"), ("month",), ("n",)), Lines(Message("y"), "month", ("n", "time")))
TABLE = Table("Trend", COLUMNS, [("a", 1, 3600), ("b", 5, None), ("c", 8, 7200)], charts=CHARTS)


@given(st.lists(st.one_of(st.none(), st.integers(-100, 100)), max_size=30))
def test_each_value_is_one_character_and_higher_values_never_lower(values: list[int | None]) -> None:
    for ascii, steps in ((False, BLOCKS), (True, ASCII)):
        line = sparkline(values, ascii)
        known = [(value, steps.index(mark)) for value, mark in zip(values, line, strict=False) if value is not None]
        assert len(line) == (len(values) if known else 0)
        heights = [height for _, height in sorted(known)]
        assert heights == sorted(heights)
        if len({value for value, _ in known}) > 1:
            assert {min(known)[1], max(known)[1]} == {0, 7}


def test_ascii_is_ascii() -> None:
    assert sparkline([1, 2, None, 3], ascii=True).isascii()
    assert sparkline([5, 5]) == "▄▄"


def test_each_series_of_a_table_has_a_line_with_its_ends() -> None:
    assert sparklines(TABLE, Cells()).splitlines() == ["arrived      ▁▅█  1 to 8", "очень долго  ▁ █  1 h to 2 h"]
    assert sparklines(TABLE._replace(charts=CHARTS[:1]), Cells()) == ""
