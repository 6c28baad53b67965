"""Fills svcctl's own templates without importing Jinja, from what Jinja once understood of them.

A stencil is a template taken apart into plain data: lists of texts and steps (see ``stencilmaking``), kept as JSON.
Nothing of it is ever run as code. It knows the few things that the shipped templates do, and escapes every value that
it writes; whatever is beyond it, a mistake in the data above all, is left to Jinja.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from importlib.machinery import PathFinder

from svcctl import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORM = 1
"""To be raised whenever what a stencil holds, or what is made of it, changes."""


class Beyond(Exception):
    """Only Jinja can fill this."""


def quickly_filled(name: str, context: Mapping[str, Any], directory: str, cache: str) -> str | None:
    """A shipped template, filled by its stencil; None where it takes Jinja.

    Args:
        name, context: as of ``templates.render``.
        directory: svcctl's own templates.
        cache: a folder that nobody else can write into; the stencil is kept there.
    """
    try:
        parts = _stencil(name, directory, cache)
        out: list[str] = []
        _fill(parts, dict(context), out.append)
        return "".join(out)
    except (Beyond, LookupError, TypeError, ValueError, RecursionError):
        return None


def _stencil(name: str, directory: str, cache: str) -> list[Any]:
    path = os.path.join(cache, name.replace("/", "-") + ".json")
    key = _key(name, directory)
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        if kept["key"] == key:
            parts: list[Any] = kept["parts"]
            return parts
    except (OSError, LookupError, TypeError, ValueError, RecursionError):
        pass
    from svcctl.render.stencilmaking import stencil

    parts = stencil(name, directory)
    _keep(path, {"key": key, "parts": parts})
    return parts


def _keep(path: str, value: object) -> None:
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False)
        os.replace(beside, path)
    except OSError:
        return


def _key(name: str, directory: str) -> list[Any]:
    """What a stencil follows from: svcctl, Jinja, and the state of every template beside this one."""
    folder = os.path.join(directory, os.path.dirname(name))
    with os.scandir(folder) as found:
        files = sorted([one.name, *_state(one.path)] for one in found if one.name.endswith(".j2"))
    jinja = PathFinder.find_spec("jinja2")
    if jinja is None or jinja.origin is None:
        raise Beyond
    return [__version__, FORM, folder, jinja.origin, *_state(jinja.origin), files]


def _state(path: str) -> tuple[int, int]:
    try:
        state = os.stat(path)
    except OSError:
        raise Beyond from None
    return state.st_mtime_ns, state.st_size


def _fill(parts: list[Any], names: dict[str, Any], write: Callable[[str], None]) -> None:
    for part in parts:
        if type(part) is str:
            write(part)
            continue
        kind = part[0]
        if kind == "put":
            write(_escaped(_value(part[1], names)))
        elif kind == "if":
            _fill(part[2] if _value(part[1], names) else part[3], names, write)
        elif kind == "for":
            _, targets, values, body = part
            inner = dict(names)
            for number, item in enumerate(_value(values, names)):
                inner.update(zip(targets, (item,) if len(targets) == 1 else item, strict=True))
                inner["loop"] = {"first": not number}
                _fill(body, inner, write)
        else:
            raise Beyond


def _escaped(text: Any) -> str:
    """A text as markupsafe escapes it."""
    if type(text) is not str:
        raise Beyond
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("'", "&#39;").replace('"', "&#34;")


def _value(step: list[Any], names: dict[str, Any]) -> Any:
    kind = step[0]
    if kind == "name":
        return names[step[1]]
    if kind == "of":
        owner = _value(step[1], names)
        if type(owner) is not dict:
            raise Beyond
        return owner[step[2]]
    if kind == "const":
        return step[1]
    return _STEPS[kind](names, *step[1:])


def _joined(names: dict[str, Any], values: list[Any], between: str) -> str:
    return between.join(_value(values, names))


_STEPS: dict[str, Callable[..., Any]] = {
    "or": lambda names, one, other: _value(one, names) or _value(other, names),
    "not": lambda names, one: not _value(one, names),
    "equal": lambda names, one, other: _value(one, names) == _value(other, names),
    "plus": lambda names, one, other: _value(one, names) + _value(other, names),
    "list": lambda names, *items: [_value(item, names) for item in items],
    "choice": lambda names, test, one, other: _value(one if _value(test, names) else other, names),
    "joined": _joined,
}
