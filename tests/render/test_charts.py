"""Charts: every kind, and what is odd about their data."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.messages import Message
from svcctl.render.bars import MOST_BARS
from svcctl.render.cells import Cells
from svcctl.render.charts import chart_html
from svcctl.reports.chart import Bars, Chart, Heat, Lines, Matrix
from svcctl.reports.table import DURATION, NUMBER, PERCENT, Column, Table

COLUMNS = (
    Column("from", "from"),
    Column("to", "to"),
    Column("n", "times", NUMBER),
    Column("touch", "worked on", DURATION),
    Column("wait", "lying", DURATION),
    Column("share", "on time", PERCENT),
    Column("before", "before", NUMBER),
)
ROWS = [
    ("anna", "boris", 3, 3600, 7200, 0.5, 1),
    ("<b>&", None, 5, 0, 100 * 3600, None, None),
    ("boris", "anna", 0, None, None, 1.0, 9),
]
TITLE = Message("Who <to> whom")
CHARTS: list[Chart] = [
    Bars(TITLE, ("from", "to"), ("n",), "before"),
    Bars(TITLE, ("from",), ("touch", "wait")),
    Lines(TITLE, "from", ("n", "before")),
    Lines(TITLE, "from", ("touch",), "touch", "wait"),
    Heat(TITLE, "from", ("n", "before")),
    Matrix(TITLE, "from", "to", "n"),
    Matrix(TITLE, "from", "to", "wait"),
]


def drawn(chart: Chart, rows: list[tuple[object, ...]] = ROWS) -> str:
    return chart_html(chart, Table("Table", COLUMNS, rows), Cells(), "x")


def parsed(html: str) -> ElementTree.Element:
    """The figure as XML, which it is: HTML allows what XML allows, and no name of an entity is used but XML's own."""
    return ElementTree.fromstring(html)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: f"{type(chart).__name__}-{len(chart)}")
def test_every_chart_is_an_image_with_a_title_and_a_sentence(chart: Chart) -> None:
    figure = parsed(drawn(chart))
    image = figure.find("svg")
    assert image is not None and image.get("role") == "img"
    told = {element.get("id"): element.text for element in image if element.tag in ("title", "desc")}
    assert image.get("aria-labelledby") == "xt xd"
    assert told["xt"] == "Who <to> whom"
    assert (told["xd"] or "").endswith(".")
    assert "style=" not in drawn(chart) and "<b>" not in drawn(chart)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: f"{type(chart).__name__}-{len(chart)}")
def test_of_nothing_nothing_is_drawn(chart: Chart) -> None:
    assert drawn(chart, []) == ""
    assert drawn(chart, [("a", "b", None, None, None, None, None)] * 3) == ""
    assert drawn(chart, [("a", "b", 0, 0, 0, 0, 0)] * 3) == "" or isinstance(chart, Lines)


amounts = st.one_of(st.none(), st.integers(0, 10**7))
rows = st.lists(
    st.tuples(st.text(max_size=60), st.text(max_size=5), amounts, amounts, amounts, st.floats(0, 5), amounts),
    max_size=40,
)


@given(rows, st.sampled_from(CHARTS))
def test_nothing_reaches_over_the_edge(found: list[tuple[object, ...]], chart: Chart) -> None:
    html = drawn(chart, found)
    assert "nan" not in html.lower().replace("name", "") or any("nan" in str(row).lower() for row in found)
    if not html:
        return
    for element in parsed(html).iter("rect"):
        x, width = (element.get(name, "0") for name in ("x", "width"))
        if width.endswith("%"):
            assert 0 <= float(x[:-1] if x != "0" else 0) <= 100
            assert float(x.rstrip("%")) + float(width.rstrip("%")) <= 100.05


def test_bars_are_as_long_as_their_values_and_marked_where_they_were() -> None:
    figure = parsed(drawn(CHARTS[0]))
    bars = [element.get("width") for element in figure.iter("rect") if element.get("class") == "s0"]
    marks = [element.get("x") for element in figure.iter("rect") if element.get("class") == "before"]
    assert bars == ["33.33%", "55.56%", "0%"]
    assert [mark for mark in marks if mark and mark.endswith("%")] == ["11.11%", "99.5%"]


def test_the_parts_of_a_bar_follow_each_other_and_their_legend_names_them() -> None:
    html = drawn(CHARTS[1])
    first = [(one.get("x"), one.get("width")) for one in parsed(html).iter("rect") if one.get("height") == "11"][:3]
    assert first == [("0%", "100%"), ("0%", "1%"), ("1%", "2%")]
    assert "worked on</li>" in html and "lying</li>" in html


def test_one_bar_alone_says_nothing_and_many_say_how_many_more() -> None:
    assert drawn(CHARTS[0], ROWS[:1]) == ""
    many = [(f"p{number}", "x", number, 1, 1, 1.0, None) for number in range(MOST_BARS + 3)]
    assert "and 3 more in the table" in drawn(CHARTS[0], many)


def test_a_line_breaks_where_a_value_is_missing() -> None:
    values = [("a", "", 1), ("b", "", 2), ("c", "", None), ("d", "", 4), ("e", "", 5)]
    rows = [(*row, None, None, None, None) for row in values]
    figure = parsed(drawn(Lines(TITLE, "from", ("n",)), rows))
    lines = [element.get("points", "").split() for element in figure.iter("polyline")]
    assert [len(line) for line in lines] == [2, 2]


def test_the_darkest_cell_is_the_largest() -> None:
    figure = parsed(drawn(CHARTS[5]))
    levels = {
        title.text: rect.get("class") for rect in figure.iter("rect") for title in rect.iter("title") if title.text
    }
    assert levels["<b>& → (none): 5"] == "h5"
    assert levels["anna → boris: 3"] == "h4"
    assert levels["boris → anna: 0"] == "h0"


def test_a_chart_of_a_column_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="missing"):
        drawn(Bars(TITLE, ("from",), ("missing",)))


def test_numbers_of_attributes_are_short() -> None:
    assert not re.search(r'"\d+\.\d{3,}', "".join(drawn(chart) for chart in CHARTS))
