"""Changes one value of a YAML file where it stands, so that comments, order and quoting around it survive."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from svcctl.model.event import escape
from svcctl.model.problems import BrokenFiles, Place
from svcctl.model.source import Map
from svcctl.store import yaml
from svcctl.store.records import scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\n]|\'\')*\'')


def with_value(text: str, keys: Sequence[str], value: str) -> str:
    """The text with the value below ``keys`` set; the last key is added where it is not there yet.

    The result may be none that reads as wanted where the file is written in an unusual way (a value over several
    lines, for example): read it again before it is kept.

    Raises:
        BrokenFiles: the text has problems.
        KeyError: a key before the last one is not there.
    """
    mapping, problems = yaml.read(text, "")
    if problems or mapping is None:
        raise BrokenFiles(problems)
    *before, last = keys
    holder: Any = mapping
    place = Place("", 1, 1)
    for key in before:
        place = holder.places[key]
        holder = holder[key]
    if not isinstance(holder, Map):
        return _replaced(text, place, holder, f"{{{last}: {_word(value)}}}")
    if last in holder:
        return _replaced(text, holder.places[last], holder[last], _word(value))
    return _inserted(text, holder, last, value)


def _word(value: str) -> str:
    # Quoted wherever a comma or a bracket would end the value within braces.
    return escape(json.dumps(value, ensure_ascii=False)) if "," in value else scalar(value)


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(row) + 1 for row in lines[: line - 1]) + column - 1


def _replaced(text: str, place: Place, old: Any, new: str) -> str:
    at = _offset(text, place.line, place.column)
    quoted = _QUOTED.match(text, at)
    end = quoted.end() if quoted else at + len(str(old))
    gap = " " if text[at - 1 : at] == ":" else ""
    return text[:at] + gap + new + text[end:]


def _inserted(text: str, holder: Mapping[str, Any], key: str, value: str) -> str:
    assert isinstance(holder, Map)
    at = _offset(text, holder.place.line, holder.place.column)
    if text[at : at + 1] == "{":
        comma = ", " if holder else ""
        return f"{text[: at + 1]}{key}: {_word(value)}{comma}{text[at + 1 :]}"
    first = next(iter(holder.key_places.values()))
    start = _offset(text, first.line, 1)
    return f"{text[:start]}{' ' * (first.column - 1)}{key}: {_word(value)}\n{text[start:]}"
