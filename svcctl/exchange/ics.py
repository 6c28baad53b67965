"""A calendar feed (iCalendar, RFC 5545) of what is due: promises, deadlines, hand-offs to accept, waits to look at.

Each is an event at its moment that takes no time and leaves its day free. Its UID follows from the request and the
clock, so that a program which reads the feed again moves what it has; SEQUENCE and LAST-MODIFIED follow from the
request's own events, so that a feed of which nothing has changed is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from svcctl.model.ids import short
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render.agenda import what
from svcctl.render.visible import visible
from svcctl.rules.agenda import Item

_DOMAIN = "svcctl.invalid"
_LINE = 75
"""Octets of a line before it is folded (RFC 5545, section 3.1)."""
_REFRESH = "PT15M"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def feed(name: str, items: Iterable[Item], version: str, catalog: Catalog = ENGLISH) -> str:
    """The feed; items without a moment are left out.

    Args:
        name: what calendar programs call it.
        version: svcctl's own.
    """
    lines = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", f"-//svcctl//svcctl {version}//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("NAME", _text(name)),
        ("X-WR-CALNAME", _text(name)),
        ("REFRESH-INTERVAL;VALUE=DURATION", _REFRESH),
        ("X-PUBLISHED-TTL", _REFRESH),
    ]
    for item in sorted(items, key=lambda item: (item.at.timestamp() if item.at else 0.0, item.request.id)):
        if item.at is not None:
            lines.extend(_event(item, item.at, catalog))
    lines.append(("END", "VCALENDAR"))
    return "".join(_folded(f"{key}:{value}") for key, value in lines)


def _event(item: Item, at: datetime, catalog: Catalog) -> Iterator[tuple[str, str]]:
    request = item.request
    changed = _utc(max((event.at for event in request.events), default=request.opened))
    yield "BEGIN", "VEVENT"
    yield "UID", f"{request.id}-{item.clock.run.key if item.clock else item.kind}@{_DOMAIN}"
    yield "DTSTAMP", changed
    yield "LAST-MODIFIED", changed
    yield "CREATED", _utc(request.opened)
    yield "SEQUENCE", str(len(request.events))
    yield "DTSTART", _utc(at)
    yield "SUMMARY", _text(f"{what(item).text(catalog)} – {request.title}")
    yield "DESCRIPTION", _text("\n".join(line.text(catalog) for line in _description(item)))
    yield "CATEGORIES", item.kind.upper()
    yield "TRANSP", "TRANSPARENT"
    yield "END", "VEVENT"


def _description(item: Item) -> Iterator[Message]:
    request = item.request
    yield Message("{title}", title=request.title)
    if request.client:
        yield Message("Client: {client}", client=request.client)
    if item.owner or item.department:
        yield Message("With: {who}", who=item.owner or item.department)
    yield Message("svcctl show {id}", id=short(request.id))


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """A value of the type TEXT: no control characters but escaped line ends (section 3.3.11)."""
    return visible(words, keep="\n").translate(_ESCAPES)


def _folded(line: str) -> str:
    """The line cut into pieces of at most 75 octets, none within a character, with its ending."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE:
            pieces.append(piece)
            # The blank that continues a line counts too.
            piece, size = " ", 1
        piece += character
        size += width
    return "\r\n".join([*pieces, piece]) + "\r\n"
