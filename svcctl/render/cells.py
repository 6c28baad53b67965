"""How the values of a table read: one text a cell, by the kind of its column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from types import NoneType

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render import amounts
from svcctl.render.visible import visible
from svcctl.reports.table import DURATION, PERCENT, TEXT, WALL, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any

ABSENT = "\u2013"


class Cells:
    """Writes values for people in one language and time zone; what others wrote is made ``visible``."""

    def __init__(self, catalog: Catalog = ENGLISH, zone: tzinfo | None = None, absent: str = ABSENT) -> None:
        self.catalog, self.zone, self.absent = catalog, zone, absent

    def words(self, text: Message | str) -> str:
        """A heading or a note."""
        return visible(text.text(self.catalog) if isinstance(text, Message) else text)

    def shown(self, value: object, kind: str = TEXT) -> str:
        """A value of a column of that kind."""
        if isinstance(value, datetime):
            return amounts.moment(value, self.zone)
        if isinstance(value, str | Message):
            return self.words(value)
        if value is None:
            return self.absent
        if isinstance(value, list | tuple):
            return ", ".join(self.shown(item, kind) for item in value)
        if isinstance(value, bool):
            return self.words(Message("yes") if value else Message("no"))
        if isinstance(value, int | float):
            return self._amount(value, kind)
        return self._rare(value, kind)

    def _rare(self, value: object, kind: str) -> str:
        """A value that few tables have; whoever has one has imported its module already."""
        from decimal import Decimal

        from svcctl.model.money import Money

        if isinstance(value, Decimal):
            return self._amount(value, kind)
        return amounts.money(value, self.catalog) if isinstance(value, Money) else self.words(str(value))

    def _amount(self, value: int | float | Decimal, kind: str) -> str:
        if kind == DURATION:
            return amounts.working(int(value), self.catalog)
        if kind == WALL:
            return amounts.elapsed(int(value), self.catalog)
        if kind == PERCENT:
            return amounts.percent(float(value))
        return amounts.number(value)

    def heading(self, table: Table) -> list[str]:
        """The headings of a table's columns."""
        return [self.words(column.label) for column in table.columns]

    def rows(self, table: Table) -> list[tuple[str, ...]]:
        """The texts of a table's cells."""
        if not table.rows:
            return []
        values = zip(*table.rows, strict=True)
        columns = [self._column(ones, column.kind) for ones, column in zip(values, table.columns, strict=True)]
        return list(zip(*columns, strict=True))

    def _column(self, values: Sequence[Any], kind: str) -> Sequence[str]:
        # Most columns of a listing are plain words or moments, thousands of them, so they are looked at together.
        kinds = set(map(type, values))
        if kinds == {str} and "".join(values).isprintable():
            return values
        if kinds <= {datetime, NoneType}:
            return [amounts.moment(value, self.zone) if value else self.absent for value in values]
        return [self.shown(value, kind) for value in values]


def is_right(kind: str) -> bool:
    """Whether values of a kind are set flush right: all but words and moments."""
    return kind not in (TEXT, "instant")
