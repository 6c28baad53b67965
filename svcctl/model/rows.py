"""Rows of a table that somebody exported from a spreadsheet: CSV with a head line, in any of our languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from svcctl.model.messages import Message
from svcctl.model.problems import Place, Problem
from svcctl.model.schema import did_you_mean
from svcctl.model.source import Map, Seq

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_VALUE = 131_072

# What people call the columns of price lists and of offer lines.
COLUMNS: dict[str, str] = {
    "sku": "sku",
    "code": "sku",
    "артикул": "sku",
    "код": "sku",
    "indeks": "sku",
    "kod": "sku",
    "name": "name",
    "description": "name",
    "наименование": "name",
    "название": "name",
    "товар": "name",
    "nazwa": "name",
    "towar": "name",
    "quantity": "quantity",
    "qty": "quantity",
    "количество": "quantity",
    "кол-во": "quantity",
    "ilość": "quantity",
    "unit": "unit",
    "ед.": "unit",
    "ед. изм.": "unit",
    "единица": "unit",
    "j.m.": "unit",
    "jm": "unit",
    "jednostka": "unit",
    "price": "price",
    "цена": "price",
    "cena": "price",
    "currency": "currency",
    "валюта": "currency",
    "waluta": "currency",
    "discount": "discount",
    "скидка": "discount",
    "rabat": "discount",
    "vat": "vat",
    "ндс": "vat",
    "note": "note",
    "примечание": "note",
    "uwagi": "note",
    "from": "from",
    "until": "until",
}


def read_rows(text: str, path: str) -> tuple[Seq, list[Problem]]:
    """Reads CSV as a list of mappings, like a list in YAML.

    Args:
        text: the file's text; commas, semicolons or tabs separate the cells, the first row names the columns.
        path: the file's name in problems.

    Returns:
        The rows, each cell with its place (line of the file, number of the cell), empty cells and rows left out;
        and every problem: an unknown or a repeated column, a row with more cells than the head, too many rows.
    """
    rows, problems = Seq(Place(path, 1, 1)), list[Problem]()
    lines = _lines(text, path, problems)
    head = next(lines, (1, []))
    if len(head[1]) > MAX_COLUMNS:
        message = Message("more than {n} columns", n=MAX_COLUMNS)
        return rows, [Problem(Place(path, 1, 1), "too-many-columns", message, Message("is it a price list?"))]
    columns = _columns(head[1], path, head[0], problems)
    for number, cells in lines:
        if len(rows) >= MAX_ROWS:
            message = Message("more than {n} rows", n=MAX_ROWS)
            problems.append(Problem(Place(path, number, 1), "too-many-rows", message, Message("split the file")))
            break
        if any(cell.strip() for cell in cells):
            rows.append(_row(cells, columns, Place(path, number, 1), problems))
            rows.places.append(Place(path, number, 1))
    return rows, problems


def _lines(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; cells may hold line breaks. Ends where a cell is too long."""
    import csv

    clean = text.removeprefix("\ufeff").replace("\x00", "")
    head = clean.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    # One for the whole process, so whoever reads CSV says it.
    csv.field_size_limit(MAX_VALUE)
    reader = csv.reader(clean.splitlines(keepends=True), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        message = Message("not valid CSV: {what}", what=error)
        problems.append(Problem(Place(path, start, 1), "csv", message, Message("look for a quote that is not closed")))


def _columns(head: list[str], path: str, line: int, problems: list[Problem]) -> list[str]:
    columns: list[str] = []
    for index, cell in enumerate(head, 1):
        known = COLUMNS.get(cell.strip().casefold(), "")
        place = Place(path, line, index)
        if cell.strip() and not known:
            message = Message("“{name}” is no column of such a table", name=cell.strip())
            problems.append(Problem(place, "unknown-column", message, did_you_mean(cell.strip().casefold(), COLUMNS)))
        elif known and known in columns:
            message = Message("the column “{name}” stands here a second time", name=known)
            problems.append(Problem(place, "repeated-column", message, Message("drop one of them")))
        columns.append(known)
    return columns


def _row(cells: list[str], columns: list[str], place: Place, problems: list[Problem]) -> Map:
    row = Map(place)
    for index, cell in enumerate(cells):
        here = Place(place.path, place.line, index + 1)
        if index >= len(columns):
            if cell.strip():
                message = Message("this cell has no column: “{text}”", text=cell.strip())
                problems.append(Problem(here, "cell", message, Message("put quotes round a text with separators")))
        elif cell.strip() and columns[index]:
            row[columns[index]] = cell.strip()
            row.places[columns[index]] = row.key_places[columns[index]] = here
    return row


def merged(row: Mapping[str, str], more: Mapping[str, str]) -> Map:
    """The values of ``row``, and of ``more`` where it has none; places of both are kept."""
    result = Map(next((source.place for source in (row, more) if isinstance(source, Map)), Place()))
    for source in (more, row):
        result.update(source)
        if isinstance(source, Map):
            result.places.update(source.places)
            result.key_places.update(source.key_places)
    return result
