"""Rows of a CSV file with named columns (RFC 4180; comma, semicolon, tab or bar between the values)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from svcctl.exchange.csvwriting import unguarded
from svcctl.exchange.eventlog import Row, Rows, broken
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem, Usage

DELIMITERS = (",", ";", "\t", "|")
_LONGEST_VALUE = 2_000_000


def csv_rows(content: bytes, path: str, encoding: str = "") -> Rows:
    """The rows of a CSV file; lines that cannot be read are problems, the others are rows.

    Raises:
        Usage: there is no such encoding.
        BrokenFiles: the file is in another encoding, is empty, or its columns cannot be told apart.
    """
    text = _decoded(content, path, encoding)
    # One for the whole process, so whoever reads CSV says it.
    csv.field_size_limit(_LONGEST_VALUE)
    delimiter = _delimiter(text, path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    problems: list[Problem] = []
    lines = _lines(reader, path, problems)
    _, header = next(lines, (0, []))
    names = _names(header)
    return Rows(names, list(_rows(lines, names, path, problems)), problems)


def _decoded(content: bytes, path: str, encoding: str) -> str:
    try:
        return content.decode(encoding or "utf-8-sig")
    except LookupError:
        raise Usage(
            Message("there is no encoding “{name}”", name=encoding),
            Message("usual ones: utf-8, utf-16, cp1251, cp1250"),
            code="encoding",
        ) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise BrokenFiles(
            [
                Problem(
                    Place(path, line, column),
                    "encoding",
                    Message("the file is not in {encoding} here", encoding=encoding or "UTF-8"),
                    Message("say what it is in: --encoding cp1251 (or cp1250, utf-16 …)"),
                )
            ]
        ) from None


def _delimiter(text: str, path: str) -> str:
    header = text[: text.find("\n")] if "\n" in text else text
    if not header.strip():
        raise BrokenFiles([broken(path, 1, "no-header", Message("the first line should name the columns"))])
    try:
        counts = {delimiter: len(next(csv.reader([header], delimiter=delimiter), [])) for delimiter in DELIMITERS}
    except csv.Error as error:
        raise BrokenFiles(
            [
                broken(
                    path,
                    1,
                    "csv",
                    Message("the first line, which names the columns, is not valid CSV: {why}", why=error),
                    Message("mend the line"),
                )
            ]
        ) from None
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    if counts[best] == 1:
        raise BrokenFiles(
            [
                broken(
                    path,
                    1,
                    "delimiter",
                    Message("only one column is named here: “{header}”", header=header.strip()[:60]),
                    Message("columns are told apart by comma, semicolon, tab or |; save the file with one of them"),
                )
            ]
        )
    return best


def _lines(reader: Iterator[list[str]], path: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Every line that can be read, with the number of the file's line it begins on."""
    first = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            last = reader.line_num  # type: ignore[attr-defined]
            problems.append(_unreadable(path, first, last, error))
            first = last + 1
            continue
        if values:
            yield first, values
        first = reader.line_num + 1  # type: ignore[attr-defined]


def _unreadable(path: str, first: int, last: int, error: csv.Error) -> Problem:
    if "unexpected end" in str(error):
        message = Message("a quoted value begins here and never ends: lines {first} to {last}", first=first, last=last)
        return broken(path, first, "csv", message, Message('close it with ", or double the " inside the value'))
    return broken(path, first, "csv", Message("not valid CSV: {why}", why=error), Message("mend the line"))


def _names(header: Sequence[str]) -> list[str]:
    names: list[str] = []
    for number, value in enumerate(header, 1):
        name = value.strip() or f"column {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return names


def _rows(
    lines: Iterator[tuple[int, list[str]]], names: Sequence[str], path: str, problems: list[Problem]
) -> Iterator[Row]:
    width = len(names)
    for line, values in lines:
        if len(values) == width:
            yield Row(line, {name: unguarded(value) for name, value in zip(names, values, strict=True) if value})
            continue
        problems.append(
            broken(
                path,
                line,
                "columns",
                Message("{found} values where the first line names {wanted} columns", found=len(values), wanted=width),
                Message("a value with the delimiter or a quote in it must stand in quotes"),
            )
        )
