"""Charts as values: which columns of a table are drawn, and how. The table's rows are the data, and stay below it."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


class Bars(NamedTuple):
    """A bar for each row, as long as its values; two values stand one after the other on it.

    ``labels`` are the columns that name a row, ``parts`` the one or two that are drawn, of one kind; ``before`` is a
    column that is marked on the bar: the value in the period before.
    """

    title: Message
    labels: Sequence[str]
    parts: Sequence[str]
    before: str = ""


class Lines(NamedTuple):
    """A line through the rows for each of ``values``, one or two; between ``low`` and ``high`` there is a band."""

    title: Message
    across: str
    values: Sequence[str]
    low: str = ""
    high: str = ""


class Heat(NamedTuple):
    """A cell for each row and each of the columns ``across``, the darker the more."""

    title: Message
    down: str
    across: Sequence[str]


class Matrix(NamedTuple):
    """A cell for each pair of words in the columns ``down`` and ``across``, the darker the larger its ``value``."""

    title: Message
    down: str
    across: str
    value: str


Chart: TypeAlias = Bars | Lines | Heat | Matrix
