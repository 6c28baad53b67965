"""A table: named columns of one kind each, and rows of raw values that every format writes in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from svcctl.model.instants import iso
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.reports.chart import Chart

TEXT = "text"
NUMBER = "number"
DURATION = "duration"
WALL = "wall"
MONEY = "money"
INSTANT = "instant"
PERCENT = "percent"
KINDS = (TEXT, NUMBER, DURATION, WALL, MONEY, INSTANT, PERCENT)


class Column(NamedTuple):
    """A column: a stable name, a heading for people, and the kind of its values.

    Kinds: ``text`` (str, Message or a list of them), ``number`` (int, float or Decimal), ``duration`` (seconds of
    working time), ``wall`` (seconds by the wall clock), ``money`` (Money), ``instant`` (an aware datetime),
    ``percent`` (a share from 0 to 1). Any value may be None.
    """

    name: str
    label: Message | str
    kind: str = TEXT

    @property
    def key(self) -> str:
        """The name in JSON and CSV: durations end in ``_s``, because they are seconds there."""
        if self.kind in (DURATION, WALL) and not self.name.endswith("_s"):
            return self.name + "_s"
        return self.name


class Table(NamedTuple):
    """Rows of raw values, one a column.

    ``ids`` may hold the requests behind each row, ``name`` is the table's stable name where there are several,
    ``empty`` is what people are told when there are no rows, and ``charts`` is what of it is drawn where there are
    pictures.
    """

    title: Message | str
    columns: Sequence[Column]
    rows: Sequence[tuple[object, ...]]
    ids: Sequence[Sequence[str]] = ()
    name: str = ""
    empty: Message = Message("none")
    charts: Sequence[Chart] = ()

    def as_json(self, catalog: Catalog = ENGLISH) -> dict[str, object]:
        """``{name, title, columns: [{name, label, kind}], rows: [{column: value}]}``, values raw."""
        keys = [column.key for column in self.columns]
        return {
            "name": self.name or None,
            "title": words(self.title, catalog),
            "columns": [
                {"name": column.key, "label": words(column.label, catalog), "kind": column.kind}
                for column in self.columns
            ],
            "rows": [{key: raw(value, catalog) for key, value in zip(keys, row, strict=True)} for row in self.rows],
        }

    def place(self, name: str) -> int:
        """Where the column of a name stands in a row.

        Raises:
            ValueError: the table has no such column.
        """
        return [column.name for column in self.columns].index(name)


def words(text: Message | str, catalog: Catalog = ENGLISH) -> str:
    """A heading in the catalog's language."""
    return text.text(catalog) if isinstance(text, Message) else text


def raw(value: object, catalog: Catalog = ENGLISH) -> object:
    """A value as JSON has it: instants ISO 8601 with offset, money with its currency, decimals as strings."""
    if isinstance(value, Message):
        return value.text(catalog)
    if isinstance(value, datetime):
        return iso(value)
    if value is None or isinstance(value, str | int | float):
        return value
    from decimal import Decimal

    from svcctl.model.money import Money

    if isinstance(value, Money):
        return value.as_json()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return [raw(item, catalog) for item in value]
    return value
