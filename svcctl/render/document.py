"""A document: a title, some sentences, tables, and notes below them."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.reports.table import Table


class Document(NamedTuple):
    """What every format for people can write; nothing in it is markup."""

    title: Message | str
    tables: Sequence[Table]
    lead: Sequence[Message] = ()
    notes: Sequence[Message] = ()
