"""A report: its figures, its tables, and notes that say how to read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svcctl.model.instants import iso
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Usage
from svcctl.model.schema import did_you_mean
from svcctl.reports.figures import COUNT, POINTS, RATIO, SECONDS, SHARE, SMALL, TOTAL, Figure, Sample
from svcctl.reports.period import Period
from svcctl.reports.table import DURATION, PERCENT, TEXT, WALL, Column, Table

WALL_SUFFIX = "_wall"
"""A figure of this ending is its namesake by the wall clock."""


class Report(NamedTuple):
    """What ``report NAME`` answers for a period.

    ``compare`` is the period it is compared with, if any; ``finding`` is the one sentence to take away, the first of
    the notes in JSON; ``counts`` heads the figures that are mere numbers,
    ``counted`` says of what.
    """

    name: str
    title: Message
    period: Period
    compare: Period | None
    figures: Sequence[Figure]
    tables: Sequence[Table] = ()
    notes: Sequence[Message] = ()
    finding: Message | None = None
    counts: Message = Message("Numbers")
    counted: Message = Message("number")

    def figure(self, name: str) -> Figure:
        """The figure of a name.

        Raises:
            Usage: the report has none of that name.
        """
        for figure in self.figures:
            if figure.name == name:
                return figure
        names = [figure.name for figure in self.figures]
        raise Usage(
            Message("the report {report} has no figure “{name}”", report=self.name, name=name),
            did_you_mean(name, names) or Message("it has {names}", names=", ".join(names)),
            code="figure",
        )

    def as_json(self, catalog: Catalog = ENGLISH) -> dict[str, object]:
        """The stable JSON document of ``report NAME``."""
        notes = [self.finding, *self.notes] if self.finding else self.notes
        return {
            "report": self.name,
            "period": self.period.name,
            "from": iso(self.period.start),
            "to": iso(self.period.end),
            "compare": self.compare.name if self.compare else None,
            "figures": {figure.name: figure.as_json() for figure in self.figures},
            "tables": [table.as_json(catalog) for table in self.tables],
            "notes": [note.text(catalog) for note in notes],
        }


def small_notes(figures: Sequence[Figure]) -> list[Message]:
    """The note that names the figures made of too few samples to conclude anything from; none where all have enough."""
    small = [figure for figure in figures if figure.small and not figure.name.endswith(WALL_SUFFIX)]
    if not small:
        return []
    names = Message("{figure} ({n})", figure=small[0].label, n=small[0].n)
    for other in small[1:]:
        names = Message("{before}, {figure} ({n})", before=names, figure=other.label, n=other.n)
    return [Message("Made of fewer than {least}, so conclude nothing: {names}.", least=SMALL, names=names)]


def behind_row(report: Report, words: str, titles: Mapping[str, str]) -> Table:
    """The requests behind a row of a table, named ``TABLE:ROW``, the row by its first cell (or more, with ``/``).

    Raises:
        Usage: the report has no such table, or the table no such row.
    """
    name, _, wanted = words.partition(":")
    tables = {table.name: table for table in report.tables if table.ids}
    if name not in tables:
        raise Usage(
            Message("the report {report} has no table “{name}”", report=report.name, name=name),
            did_you_mean(name, tables) or Message("it has {names}", names=", ".join(tables)),
            code="figure",
        )
    table = tables[name]
    keys = [_keys(table, row) for row in table.rows]
    for key, ids in zip(keys, table.ids, strict=True):
        if wanted in key:
            columns = (Column("id", Message("id")), Column("title", Message("title")))
            rows = [(id, titles.get(id, "")) for id in dict.fromkeys(ids)]
            return Table(Message("{table}: {row}", table=table.title, row=wanted), columns, rows, name=name)
    known = list(dict.fromkeys(key[0] for key in keys))
    raise Usage(
        Message("the table {table} has no row “{row}”", table=name, row=wanted),
        did_you_mean(wanted, known) or Message("it has {names}", names=", ".join(known)),
        code="figure",
    )


def _keys(table: Table, row: tuple[object, ...]) -> list[str]:
    """What a row may be called: its leading words joined with ``/``, the longest first; ``-`` is an absent one."""
    words: list[str] = []
    for column, value in zip(table.columns, row, strict=True):
        if column.kind != TEXT:
            break
        words.append("-" if value is None else str(value))
    return ["/".join(words[:length]) for length in range(len(words), 0, -1)] or [str(row[0])]


def behind(figure: Figure, titles: Mapping[str, str]) -> Table:
    """The requests behind a figure, the largest values first (of a share: those that failed it)."""
    columns = [Column("id", Message("id")), Column("title", Message("title"))]
    if figure.unit not in (COUNT, POINTS):
        # Points are made of what clients think: that is told of all of them, never of one.
        columns.append(Column(figure.name, figure.label, _kind(figure)))
    return Table(
        figure.label,
        columns,
        [_row(figure, sample, titles) for sample in _worst_first(figure)],
        name=figure.name,
        empty=Message("no request is behind this figure"),
    )


def _kind(figure: Figure) -> str:
    if figure.unit in (SECONDS, TOTAL):
        return WALL if figure.name.endswith(WALL_SUFFIX) else DURATION
    return PERCENT if figure.unit == RATIO else TEXT


def _worst_first(figure: Figure) -> list[Sample]:
    sign = {SECONDS: -1, TOTAL: -1, POINTS: 0}.get(figure.unit, 1)
    return sorted(figure.behind, key=lambda sample: (sign * sample.value / (sample.whole or 1), sample.id))


def _row(figure: Figure, sample: Sample, titles: Mapping[str, str]) -> tuple[object, ...]:
    row = (sample.id, titles.get(sample.id, ""))
    if figure.unit in (COUNT, POINTS):
        return row
    if figure.unit == RATIO:
        return (*row, sample.value / sample.whole if sample.whole else None)
    return (*row, bool(sample.value) if figure.unit == SHARE else sample.value)
