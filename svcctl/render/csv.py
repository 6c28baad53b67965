"""Tables as CSV (RFC 4180, but lines end in a newline): raw values under stable names.

Durations are seconds and end in ``_s``, instants ISO 8601, shares decimals, money two columns (amount, currency).
A spreadsheet takes a cell that begins with = + - @ for a formula, even a quoted one, so text that does is given an
apostrophe in front (OWASP, "CSV Injection"); numbers are not.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from svcctl.model.messages import ENGLISH, Catalog
from svcctl.model.money import Money
from svcctl.render.visible import visible
from svcctl.reports.table import MONEY, Column, Table, raw

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|\.\d+)([eE][+-]?\d+)?%?", re.ASCII)


def table_csv(table: Table, catalog: Catalog = ENGLISH) -> str:
    """The table with a line of column names on top."""
    return written([list(_names(table.columns)), *([*_values(table.columns, row, catalog)] for row in table.rows)])


def written(rows: Iterable[Sequence[object]]) -> str:
    """Rows of raw values as CSV text, each cell made safe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe(value) for value in row] for row in rows)
    return out.getvalue()


def safe(value: object) -> str:
    """A value as the text of a cell that no spreadsheet runs and no terminal obeys; None is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = ", ".join(str(item) for item in value)
    text = str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        text = "'" + text
    return visible(text, keep="\n\t")


def _names(columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        yield column.key
        if column.kind == MONEY:
            yield column.key + "_currency"


def _values(columns: Sequence[Column], row: Sequence[object], catalog: Catalog) -> Iterator[object]:
    for column, value in zip(columns, row, strict=True):
        if column.kind == MONEY:
            amount = value.as_json() if isinstance(value, Money) else {}
            yield from (amount.get("amount"), amount.get("currency"))
        else:
            yield raw(value, catalog)
