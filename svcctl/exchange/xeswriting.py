"""Requests as XES (IEEE 1849-2016, https://www.xes-standard.org): the format of process-mining tools.

With the standard extensions concept (names), time, organizational (resource and group) and lifecycle. Written as a
stream, a trace at a time. A character that XML 1.0 cannot hold is written as ``\\x1b`` or the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from svcctl.exchange.caselog import DepartmentOf, LoggedEvent, case_values, logged
from svcctl.model.request import Request
from svcctl.render.visible import is_seen

_EXTENSIONS = (
    ("Concept", "concept", "concept"),
    ("Time", "time", "time"),
    ("Organizational", "org", "org"),
    ("Lifecycle", "lifecycle", "lifecycle"),
)
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xes(requests: Iterable[Request], name: str, creator: str, department_of: DepartmentOf) -> Iterator[str]:
    """The document in parts: its head, each request as a trace, its end.

    Args:
        name: the log's name, the desk's.
        creator: the program and its version.
    """
    yield _head(name, creator)
    for request in requests:
        yield "".join(_trace(request, department_of))
    yield "</log>\n"


def _head(name: str, creator: str) -> str:
    extensions = "".join(
        f'  <extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{file}.xesext"/>\n'
        for name, prefix, file in _EXTENSIONS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- written by {creator} -->\n"
        '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
        f"{extensions}"
        '  <global scope="trace">\n    <string key="concept:name" value=""/>\n  </global>\n'
        '  <global scope="event">\n'
        '    <string key="concept:name" value=""/>\n'
        '    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>\n'
        '    <string key="org:resource" value=""/>\n'
        '    <string key="lifecycle:transition" value="complete"/>\n'
        "  </global>\n"
        '  <classifier name="Activity" keys="concept:name"/>\n'
        '  <classifier name="Resource" keys="org:resource"/>\n'
        f"{_value('concept:name', name, 2)}"
        '  <string key="lifecycle:model" value="standard"/>\n'
    )


def _trace(request: Request, department_of: DepartmentOf) -> Iterator[str]:
    yield "  <trace>\n" + _value("concept:name", request.id, 4)
    for key, value in case_values(request).items():
        yield _value(key, value, 4)
    for event in logged(request, department_of):
        yield _event(event)
    yield "  </trace>\n"


def _event(event: LoggedEvent) -> str:
    return (
        "    <event>\n"
        f"{_value('concept:name', event.activity, 6)}"
        f'      <date key="time:timestamp" value="{event.timestamp}"/>\n'
        f"{_value('org:resource', event.resource, 6)}"
        f"{_value('org:group', event.group, 6)}"
        f"{_value('lifecycle:transition', event.transition, 6)}"
        f"{_value('stage', event.stage, 6)}"
        "    </event>\n"
    )


def _value(key: str, value: str, indent: int) -> str:
    """An attribute of text; none where it is empty."""
    return f"{' ' * indent}<string key={_quoted(key)} value={_quoted(value)}/>\n" if value else ""


def _quoted(text: str) -> str:
    quoted = quoteattr(_NO_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", text), {"\t": "&#9;"})
    if quoted.isprintable():
        return quoted
    # What hides or turns characters is written as XML's own reference: programs read the same, terminals obey nothing.
    return "".join(one if is_seen(quoted, place) else f"&#{ord(one)};" for place, one in enumerate(quoted))
