"""Whether a record agrees with itself and with the rest of its desk.

Each check yields problems; what a single file can tell of itself is its parser's question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from svcctl.model.event import Event
from svcctl.model.events import Assigned, HandedOff, Set
from svcctl.model.ids import day_folder, record_path
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem
from svcctl.model.request import Header, Request, fold
from svcctl.model.schema import did_you_mean

ATTACHMENTS = "files/"

Where = Callable[[str], Place]
"""Where a key of the header, or the event of an id, stands in a record."""


class Index(NamedTuple):
    """What the records of a desk may name; None where the file that says so could not be read."""

    requests: Collection[str]
    files: Collection[str]
    clients: Collection[str]
    channels: Collection[str] | None
    people: Collection[str] | None
    departments: Collection[str] | None
    has_regulation: Callable[[str], bool]


class Seen:
    """What the records read so far have: their events, and the files these name."""

    def __init__(self) -> None:
        self.events: dict[str, tuple[str, Event]] = {}
        self.named: set[str] = set()


def check_record(
    header: Header, events: Sequence[Event], path: str, where: Where, index: Index, seen: Seen
) -> list[Problem]:
    """Everything wrong with a record that could be read.

    Args:
        header, events: the record, events in the order of the file.
        path: where it stands in the desk.
        where: places within it; asked only where there is a problem.
        seen: takes what the record has, for the records after it.
    """
    request = fold(header, events)
    return [
        *_path(header, path),
        *_repeated(events, path, where),
        *_elsewhere(events, path, where, seen),
        *_order(events, where),
        *_faults(events, where),
        *_people(request, where, index),
        *_references(request, where, index),
        *_links(request, where, index),
        *_attachments(request, where, index, seen),
    ]


def _path(header: Header, path: str) -> Iterator[Problem]:
    right = record_path(header.id)
    if header.id and path != right and path.endswith(f"/{header.id}.yaml"):
        message = Message("the record does not lie in the folder of its day")
        yield Problem(Place(path), "path", message, Message("git mv {path} {right}", path=path, right=right))


# Events


def _repeated(events: Sequence[Event], path: str, where: Where) -> Iterator[Problem]:
    counted = Counter(event.id for event in events)
    for event_id, count in counted.items():
        if count > 1:
            lines = [event for event in events if event.id == event_id]
            if all(event.automatic for event in lines) and len({_told(event) for event in lines}) == 1:
                # Two clones told people of the same thing: by its id it is one event, whatever stood before it.
                continue
            alike = len({event.line() for event in lines}) == 1
            message = (
                Message("the event {id} stands here {n} times", id=event_id, n=count)
                if alike
                else Message("different events have the id {id}; only the first one counts", id=event_id)
            )
            remedy = (
                Message("delete the lines that repeat it, and commit")
                if alike
                else Message("see who wrote them: git log -S{id} -- {path}", id=event_id, path=path)
            )
            yield Problem(where(event_id), "duplicate-event", message, remedy)


def _told(event: Event) -> tuple[str, str, str]:
    values = event.__dict__
    return event.do, values["clock"], values["level"]


def _elsewhere(events: Sequence[Event], path: str, where: Where, seen: Seen) -> Iterator[Problem]:
    """Events that another record has too: a record was copied.

    The same id alone may be chance among very many events (40 bits); the same moment and deed beside it is none.
    """
    first: tuple[str, Event] | None = None
    for event in events:
        other = seen.events.setdefault(event.id, (path, event))
        same = other[0] != path and (other[1].at, other[1].by, other[1].do) == (event.at, event.by, event.do)
        first = (other[0], event) if same and first is None else first
    if first is not None:
        message = Message("the event {id} stands in {other} too", id=first[1].id, other=first[0])
        remedy = Message("a copied record is no new request: svcctl new makes one; delete the copy")
        yield Problem(where(first[1].id), "duplicate-event", message, remedy)


def _order(events: Sequence[Event], where: Where) -> Iterator[Problem]:
    """``n`` is one more than the largest its writer saw, ``prev`` the last event it saw."""
    numbers: dict[str, int] = {}
    for event in events:
        numbers[event.id] = min(event.n, numbers.get(event.id, event.n))
    for event in events:
        if event.n < 1 or (not event.prev and event.n > 1):
            message = Message("the event {id} has n {n}, but names no event before it", id=event.id, n=event.n)
            yield Problem(where(event.id), "order", message, _HISTORY)
        elif event.prev and event.prev not in numbers:
            message = Message("the event {prev}, which {id} followed, is missing", prev=event.prev, id=event.id)
            remedy = Message("find who took the line out, and put it back: git log -S{prev}", prev=event.prev)
            yield Problem(where(event.id), "lost-event", message, remedy)
        elif event.prev and event.n <= numbers[event.prev]:
            message = Message("the event {id} has n {n}, no more than the one before it", id=event.id, n=event.n)
            yield Problem(where(event.id), "order", message, _HISTORY)


_HISTORY = Message("events are never changed: put back what the history has (git log -p -- the file)")


def _faults(events: Sequence[Event], where: Where) -> Iterator[Problem]:
    for event in events:
        for fault in event.faults():
            message = Message("{do}: {why}", do=event.do, why=fault)
            yield Problem(where(event.id), "event-value", message, _HISTORY)


# What a record refers to


def _people(request: Request, where: Where, index: Index) -> Iterator[Problem]:
    if index.people is None or index.departments is None:
        return
    named: dict[str, str] = {}
    named.setdefault(request.header.by, "by")
    named.setdefault(request.controller, _place_of_value(request, "controller", request.controller))
    for event in request.events:
        named.setdefault(event.by, event.id)
    for handle, key in named.items():
        if handle and handle not in index.people:
            message = Message("team.yaml has nobody called “{name}”", name=handle)
            yield _nobody(handle, where(key), index.people, message)
    places = {*index.people, *index.departments}
    for event in request.events:
        if isinstance(event, HandedOff | Assigned) and event.to not in places:
            message = Message("“{name}” is neither a person nor a department", name=event.to)
            yield _nobody(event.to, where(event.id), places, message)


def _nobody(name: str, place: Place, known: Collection[str], message: Message) -> Problem:
    near = did_you_mean(name, known)
    add = Message("svcctl team add {name}; people who are gone stay there with left: yes", name=name)
    remedy = Message("{near} Or: {add}", near=near, add=add) if near else add
    return Problem(place, "unknown-person", message, remedy)


def _references(request: Request, where: Where, index: Index) -> Iterator[Problem]:
    known: dict[str, Collection[str] | None] = {
        "client": index.clients,
        "channel": index.channels,
        "department": index.departments,
    }
    for name, words in known.items():
        value = request.department if name == "department" else getattr(request, name)
        if value and words is not None and value not in words:
            message = Message("the desk has no {name} “{value}”", name=name, value=value)
            place = where(_place_of_value(request, name, value))
            yield Problem(place, f"unknown-{name}", message, did_you_mean(value, words))
    if request.regulation and not index.has_regulation(request.regulation):
        message = Message("there is no regulation {ref}, now or in the history", ref=request.regulation)
        remedy = Message("a shallow clone lacks old versions: git fetch --unshallow")
        place = where(_place_of_value(request, "regulation", request.regulation))
        yield Problem(place, "no-version", message, remedy)


def _place_of_value(request: Request, name: str, value: str) -> str:
    """The key of the header, or the last event, that gave the request this value."""
    for event in reversed(request.events):
        if isinstance(event, Set) and event.values.get(name) == value:
            return event.id
    return name


def _links(request: Request, where: Where, index: Index) -> Iterator[Problem]:
    for event in request.events:
        other = {"linked": "to", "merged_into": "into"}.get(event.do, "")
        target = event.__dict__.get(other, "") if other else ""
        if target and target not in index.requests:
            message = Message("there is no request {id}", id=target)
            remedy = Message("it may lie in another clone: git pull")
            yield Problem(where(event.id), "no-such-request", message, remedy)


def _attachments(request: Request, where: Where, index: Index, seen: Seen) -> Iterator[Problem]:
    folder = f"{ATTACHMENTS}{day_folder(request.id)}/{request.id}/"
    for event in request.events:
        path = event.__dict__.get("file", "")
        if not path:
            continue
        seen.named.add(path)
        if not path.startswith(folder):
            message = Message("the event {id} names a file outside {folder}", id=event.id, folder=folder)
            yield Problem(where(event.id), "file-outside", message, _HISTORY)
        elif path not in index.files and event.id not in request.redacted:
            message = Message("the file {path} is missing", path=path)
            remedy = Message("git log -- {path} shows who took it out", path=path)
            yield Problem(where(event.id), "missing-file", message, remedy)


def unnamed(files: Collection[str], seen: Seen, unread: Collection[str]) -> Iterator[Problem]:
    """Attachments that no event names.

    Args:
        unread: ids of requests whose records could not be read whole; their files may be named all the same.
    """
    for path in sorted(files):
        parts = path.split("/")
        owner = parts[4] if len(parts) > 5 else ""
        if path not in seen.named and owner not in unread:
            message = Message("no event names this file")
            remedy = Message("git rm {path}, or keep it with its message: svcctl message ID in --file …", path=path)
            yield Problem(Place(path), "unnamed-file", message, remedy)
