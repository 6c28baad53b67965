"""Which requests a listing is about: filters, and the order that follows the requests' own deadlines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import CLOSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.request import Request, WorkItem
    from svcctl.model.team import Team
    from svcctl.rules.clocks import Clock
    from svcctl.rules.sketch import Held, Sketch

_ALIKE = str.maketrans("ёąćęłńóśźż", "еacelnoszz")


class Query(NamedTuple):
    """What a request must be to be listed; empty values ask for nothing.

    Without ``status`` and ``everything`` only open requests are listed. ``due_before`` compares the first deadline
    that runs; ``in_hands_of`` is somebody who owns a work item or was handed one.
    """

    owner: str = ""
    in_hands_of: str = ""
    department: str = ""
    queue: str = ""
    status: tuple[str, ...] = ()
    stage: str = ""
    client: str = ""
    type: str = ""
    channel: str = ""
    priority: str = ""
    controller: str = ""
    opened_by: str = ""
    handed_by: str = ""
    text: str = ""
    overdue: bool = False
    due_before: datetime | None = None
    fields: dict[str, str] = {}
    everything: bool = False

    @property
    def needs_clocks(self) -> bool:
        """Whether deadlines decide; measuring them is what costs."""
        return self.overdue or self.due_before is not None

    @property
    def open_only(self) -> bool:
        return not self.status and not self.everything


def matches(query: Query, request: Request | Sketch, team: Team) -> bool:
    """Whether a request is asked for, as far as that can be told without its clocks and its words."""
    status = request.status
    if query.open_only and status in CLOSED:
        return False
    if query.status and status not in query.status:
        return False
    return _plain_values(query, request) and _people(query, request, team)


def _plain_values(query: Query, request: Request | Sketch) -> bool:
    for name in ("client", "type", "channel", "priority", "controller"):
        wanted = getattr(query, name)
        if wanted and getattr(request, name) != wanted:
            return False
    if query.stage and query.stage not in request.items:
        return False
    return all(request.fields.get(name) == value for name, value in query.fields.items())


def _people(query: Query, request: Request | Sketch, team: Team) -> bool:
    items: Collection[Held | WorkItem] = request.items.values()
    if query.owner and not any(item.owner == query.owner for item in items):
        return False
    if query.in_hands_of and not _in_hands(query.in_hands_of, request):
        return False
    if query.opened_by and request.opened_by != query.opened_by:
        return False
    if query.department and not _at(query.department, request, team, pending=False):
        return False
    if query.queue and not _at(query.queue, request, team, pending=True):
        return False
    return not query.handed_by or any(
        item.handoff is not None and item.handoff.from_ == query.handed_by for item in items
    )


def _in_hands(person: str, request: Request | Sketch) -> bool:
    for item in request.items.values():
        if item.handoff is not None:
            if item.handoff.to == person:
                return True
        elif item.owner == person:
            return True
    return False


def _at(department: str, request: Request | Sketch, team: Team, pending: bool) -> bool:
    """Whether it is the department's, or handed to it; ``pending`` leaves out what its people have taken."""
    for item in request.items.values():
        to = item.handoff.to if item.handoff is not None else ""
        if to and team.department_of(to) == department:
            return True
        if not to and item.department == department and not (pending and item.owner):
            return True
    return False


def has_words(query: Query, request: Request) -> bool:
    """Whether a line of the request has all the words that are asked for."""
    return not query.text or found_in(request, query.text) is not None


def found_in(request: Request, words: str) -> str | None:
    """Where all words of a search stand: the line of the request that has them, or None.

    Case, the Russian ё and the marks of Polish letters do not matter.
    """
    wanted = fold_text(words).split()
    for line in _lines(request):
        folded = fold_text(line)
        if all(word in folded for word in wanted):
            return line
    return None


def words_of(request: Request) -> str:
    """Every word of a request that a search may ask for, folded."""
    return fold_text("\n".join(_lines(request)))


def _lines(request: Request) -> Iterator[str]:
    yield request.title
    yield f"{request.id} {request.client}"
    yield from request.text.splitlines()
    for event in request.events:
        if event.id in request.redacted:
            continue
        for name in ("text", "note", "why", "outcome", "comment", "because"):
            value = event.__dict__.get(name)
            if isinstance(value, str) and value:
                yield from value.splitlines()
    for name, value in request.fields.items():
        yield f"{name}={value}"


def fold_text(text: str) -> str:
    """The text as search compares it.

    Case, the Russian ё, the strokes and tails of Polish letters and how a letter is composed do not matter.
    """
    if text.isascii():
        return text.casefold()
    from unicodedata import normalize

    return normalize("NFC", text.casefold()).translate(_ALIKE)


def wanted_words(query: Query) -> list[str]:
    """The words that are asked for, as search compares them."""
    return fold_text(query.text).split()


def in_time(query: Query, clocks: Sequence[Clock]) -> bool:
    """Whether the request's clocks are as asked."""
    from svcctl.rules.clocks import is_overdue, next_clock

    if query.overdue and not is_overdue(clocks):
        return False
    if query.due_before is None:
        return True
    following = next_clock(clocks)
    return following is not None and following.due is not None and following.due <= query.due_before
