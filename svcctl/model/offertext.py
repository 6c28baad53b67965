"""Changes an offer's file in one place; everything else, comments too, stays as somebody wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import Place, Refused


def remove_line(text: str, places: Sequence[Place], number: int) -> str:
    """The text of an offer's file without one of its lines.

    Comments above the line that follows stay; those inside the line go with it.

    Args:
        places: where each line of the offer begins in the text.
        number: which line, counted from 1.

    Raises:
        Refused: there is no such line, or the lines are written in one row (``[{…}]``).
    """
    if not 1 <= number <= len(places):
        message = Message.plural("the offer has {n} line", "the offer has {n} lines", len(places))
        raise Refused(message, Message("there is no line {number}", number=number), code="no-line")
    rows = text.split("\n")
    starts = [_dash(rows, place) for place in places]
    start = starts[number - 1]
    end = starts[number] if number < len(starts) else _end(rows, start)
    del rows[start : _without_comments(rows, start, end)]
    if len(places) == 1:
        _emptied(rows, start)
    return "\n".join(rows)


def _dash(rows: Sequence[str], place: Place) -> int:
    """The index of the row with the dash that a line begins with."""
    index = place.line - 1
    while index >= 0 and not rows[index].lstrip().startswith("-"):
        if rows[index].startswith("lines:"):
            break
        index -= 1
    if index < 0 or not rows[index].lstrip().startswith("-"):
        raise Refused(
            Message("the offer's lines stand in one row, so none can be taken out of it"),
            Message("open the file and write each line on its own: - name: …"),
            code="one-row",
        )
    return index


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _end(rows: Sequence[str], start: int) -> int:
    """The index after the last line's rows: where something stands no deeper than its dash."""
    indent = _indent(rows[start])
    for index in range(start + 1, len(rows)):
        row = rows[index]
        if row.strip() and not row.lstrip().startswith("#") and _indent(row) <= indent:
            return index
    return len(rows)


def _without_comments(rows: Sequence[str], start: int, end: int) -> int:
    """The end without the blank rows and comments before it, which belong to what follows."""
    indent = _indent(rows[start])
    while end > start + 1:
        row = rows[end - 1]
        if row.strip() and not (row.lstrip().startswith("#") and _indent(row) <= indent):
            break
        end -= 1
    return end


def _emptied(rows: list[str], start: int) -> None:
    """Says that the list is empty, where its only line stood."""
    index = next(n for n in range(min(start, len(rows)) - 1, -1, -1) if rows[n].startswith("lines:"))
    rows[index] = "lines: []" + rows[index].removeprefix("lines:")


def set_line(text: str, places: Mapping[str, Place], key: str, value: str) -> str:
    """The text of an offer's file with another value of one of its lines; comments stay.

    A line is rows of ``key: value`` or one row of ``{key: value, …}``; a key that it lacks is put behind its name.

    Args:
        places: where each value of the line stands.
        value: as it is to be written.

    Raises:
        Refused: the value is written in a way that cannot be changed safely.
    """
    place = places.get(key) or places["name"]
    rows = text.split("\n")
    row = rows[place.line - 1]
    begin = place.column - 1
    in_braces = "{" in row[:begin]
    end = _scalar_end(row, begin, in_braces)
    if end is None:
        raise Refused(
            Message("“{key}” in row {row} of the offer's file cannot be changed safely", key=key, row=place.line),
            Message("open the file and write {key}: {value}", key=key, value=value),
            code="no-row",
        )
    if key in places:
        rows[place.line - 1] = row[:begin] + value + row[end:]
    elif in_braces:
        rows[place.line - 1] = f"{row[:end]}, {key}: {value}{row[end:]}"
    else:
        indent = " " * (len(row) - len(row.lstrip(" -")))
        rows.insert(place.line, f"{indent}{key}: {value}" + ("\r" if row.endswith("\r") else ""))
    return "\n".join(rows)


_QUOTED = re.compile(r"""\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'""")
_PLAIN = {
    True: re.compile(r"[^\s,{}\[\]#\"'|>&*!][^,{}\[\]#]*"),
    False: re.compile(r"[^\s#\"'|>&*!{\[](?:[^#\r]|(?<!\s)#)*"),
}


def _scalar_end(row: str, begin: int, in_braces: bool) -> int | None:
    """Where a value on one row ends; None where it is none, or goes on below."""
    quoted = _QUOTED.match(row, begin)
    if quoted:
        return quoted.end()
    plain = _PLAIN[in_braces].match(row, begin)
    return begin + len(plain.group().rstrip()) if plain else None


def set_values(text: str, values: Mapping[str, str], instead: Mapping[str, str] | None = None) -> str:
    """The text of an offer's file with other values of its head; comments behind them stay.

    Args:
        values: keys with their new values, as they are to be written.
        instead: for a key, the other one whose row it replaces where it has none of its own.

    Raises:
        Refused: a key has no row of its own, and nothing stands for it.
    """
    rows = text.split("\n")
    for key, value in values.items():
        index = _row_of(rows, key)
        if index is None and instead and key in instead:
            index = _row_of(rows, instead[key])
        if index is None:
            raise Refused(
                Message("“{key}” has no row of its own in the offer's file", key=key),
                Message("open the file and write {key}: {value} on a row", key=key, value=value),
                code="no-row",
            )
        rows[index] = f"{key}: {value}{_comment(rows[index])}"
    return "\n".join(rows)


def plain_values(text: str, keys: Sequence[str]) -> dict[str, str] | None:
    """Values of an offer's head without reading it as YAML; None where that needs more than a look.

    Args:
        keys: the first of them must be there.
    """
    found = {}
    for row in text.split("\n"):
        key, colon, _ = row.partition(":")
        if not colon or key not in keys:
            continue
        matched = _VALUE.fullmatch(row)
        value = (matched.group(1) or "").strip() if matched else "|"
        bare = value[1:-1] if value[:1] == value[-1:] == '"' and len(value) > 1 else value
        if key in found or not all(character.isalnum() or character in "- " for character in bare):
            return None
        found[key] = bare
    return found if keys[0] in found else None


_VALUE = re.compile(r"""[\w.]+:[ \t]*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^#"'][^#]*?)?([ \t]+\#.*|[ \t]*\r?)$""")


def _row_of(rows: Sequence[str], key: str) -> int | None:
    return next((n for n, row in enumerate(rows) if row.startswith(f"{key}:") and _VALUE.fullmatch(row)), None)


def _comment(row: str) -> str:
    found = _VALUE.fullmatch(row)
    return found.group(2) if found else ""
