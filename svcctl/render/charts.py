"""Charts as figures of a page: an image with a title and one sentence for screen readers, a caption and a legend.

The table below a chart has every value of it.
"""

from __future__ import annotations

from html import escape

from svcctl.render.bars import bars
from svcctl.render.cells import Cells
from svcctl.render.heatmap import heat, matrix
from svcctl.render.lines import lines
from svcctl.render.svg import Drawn, short
from svcctl.reports.chart import Bars, Chart, Heat, Lines
from svcctl.reports.table import Table


def chart_html(chart: Chart, table: Table, cells: Cells, uid: str) -> str:
    """The chart as a ``<figure>`` with its caption and legend; empty where there is nothing to draw.

    The caption leaves the chart's title out where it is the table's.

    Args:
        table: what the chart's columns are columns of.
        uid: a word that no other chart of the page has; it begins the ids of the elements.
    """
    if isinstance(chart, Bars):
        drawn = bars(chart, table, cells)
    elif isinstance(chart, Lines):
        drawn = lines(chart, table, cells)
    elif isinstance(chart, Heat):
        drawn = heat(chart, table, cells)
    else:
        drawn = matrix(chart, table, cells)
    return "" if drawn is None else _figure(drawn, chart, table, cells, uid)


def _figure(drawn: Drawn, chart: Chart, table: Table, cells: Cells, uid: str) -> str:
    title, sentence = cells.words(chart.title), escape(cells.words(drawn.told))
    keys = "".join(f"<li>{_key(mark)}{escape(text)}</li>" for mark, text in drawn.legend)
    caption = "" if title == cells.words(table.title) else escape(title)
    caption += f"<ul>{keys}</ul>" if keys else ""
    body = "\n".join(drawn.shapes)
    return (
        (f"<figure>\n<figcaption>{caption}</figcaption>\n" if caption else "<figure>\n")
        + f'<svg class="chart" role="img" aria-labelledby="{uid}t {uid}d" width="100%" height="{short(drawn.height)}">'
        f'<title id="{uid}t">{escape(title)}</title><desc id="{uid}d">{sentence}</desc>\n{body}</svg>\n</figure>'
    )


def _key(mark: str) -> str:
    return f'<svg class="key" aria-hidden="true">{mark}</svg>' if mark else ""
