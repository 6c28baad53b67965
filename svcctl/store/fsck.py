"""Checks every file of a desk's commit: each alone, then against the others; a broken one hides none of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache, partial

from svcctl.model.duration import parse_duration
from svcctl.model.handles import check_handle
from svcctl.model.ids import offer_path
from svcctl.model.instants import parse_instant
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Place, Problem, SvcctlError, Usage
from svcctl.model.schema import did_you_mean
from svcctl.model.settings import Channel, Settings, parse_channels, parse_client, parse_settings
from svcctl.model.source import Map, place_of
from svcctl.model.team import Team, parse_team
from svcctl.rules.consistency import ATTACHMENTS, Index, Seen, check_record, unnamed
from svcctl.store import yaml
from svcctl.store.git import Entry
from svcctl.store.offercheck import counted, offer_events
from svcctl.store.offerfiles import OfferFiles
from svcctl.store.records import parse_record
from svcctl.store.reference import Reference, parsed_regulation, shipped_yaml
from svcctl.store.repair import warnings as untidy
from svcctl.store.tree import Tree, decoded
from svcctl.store.zones import zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    T = TypeVar("T")


_LINK = "120000"
_HEADER_KEY = re.compile(r"(\w+):")
_EVENT_ID = re.compile(r'"id"\s*:\s*"([^"]*)"')


class Findings(NamedTuple):
    """How many files were checked, what is wrong with them, and what else is worth a look."""

    checked: int
    problems: list[Problem]
    warnings: list[Problem]


class Around(NamedTuple):
    """What the desk's own files say, as far as they can be read; None where they cannot."""

    tree: Tree
    paths: frozenset[str]
    settings: Settings | None
    team: Team | None
    channels: Mapping[str, Channel] | None
    offers: OfferFiles

    def names(self, folder: str, ending: str) -> set[str]:
        """The names of the files right in a folder."""
        found = (path for path in self.paths if path.startswith(folder) and path.endswith(ending))
        return {path[len(folder) : -len(ending)] for path in found if path.count("/") == 1}


def fsck(reference: Reference) -> Findings:
    """Checks the files of the commit that ``reference`` reads.

    Problems come in the order of the files; files that svcctl has no use for are warnings.
    """
    entries = list(reference.tree.entries())
    problems: list[Problem] = []
    plain = [entry for entry in entries if not _is_link(entry, problems)]
    rooms = {entry.path: _room(entry.path) for entry in plain}
    own = [entry for entry in plain if rooms[entry.path] in _CHECKS]
    texts = dict(_texts(reference.tree, own, problems))
    around = _around(reference, frozenset(entry.path for entry in entries), texts)
    problems.extend(_absent(around))
    for path, text in texts.items():
        problems.extend(_guarded(path, partial(_CHECKS[rooms[path]], path, text, around)))
    warnings = [_unknown(path) for path, room in rooms.items() if not room]
    warnings.extend(warning for path, text in texts.items() for warning in untidy(path, text))
    records = [entry for entry in plain if rooms[entry.path] == "requests"]
    problems.extend(_records(reference, around, texts, records, warnings))
    problems.sort(key=lambda problem: problem.place)
    return Findings(len(entries), problems, sorted(warnings, key=lambda warning: warning.place))


# The files of a desk

_ROOMS = (
    ("desk", r"desk\.yaml"),
    ("team", r"team\.yaml"),
    ("channels", r"channels\.yaml"),
    ("calendars", r"calendars/[^/]+\.yaml"),
    ("clients", r"clients/[^/]+\.yaml"),
    ("prices", r"prices/[^/]+\.(yaml|csv)"),
    ("vat", r"vat/[^/]+\.yaml"),
    ("regulations", r"regulations/[^/]+\.md"),
    ("errands", r"errands/[^/]+\.yaml"),
    ("readers", r"regulations/read/[^/]+@\d+\.txt"),
    ("requests", r"requests/\d{4}/\d\d/\d\d/[^/]+\.yaml"),
    ("offers", r"offers/\d{4}/\d\d/\d\d/[^/]+/[^/]+\.yaml"),
    ("files", r"files/\d{4}/\d\d/\d\d/[^/]+/[^/]+"),
    # Of git, editors and forges; words for people; overrides of the shipped templates.
    ("ignored", r"\.[^/]+(/.*)?|README[^/]*|LICENSE[^/]*|docs/.*|templates/.*"),
)
_PATTERNS = tuple((room, re.compile(pattern)) for room, pattern in _ROOMS)


def _room(path: str) -> str:
    """Which kind of file the path is; empty for one that svcctl has no use for."""
    return next((room for room, pattern in _PATTERNS if pattern.fullmatch(path)), "")


def _unknown(path: str) -> Problem:
    message = Message("svcctl has no use for this file")
    return Problem(
        Place(path), "unknown-path", message, Message("mend its name; or move it to docs/, if people read it")
    )


def _is_link(entry: Entry, problems: list[Problem]) -> bool:
    if entry.mode != _LINK or _room(entry.path) in ("", "ignored"):
        return False
    message = Message("symbolic links are not followed: they may lead out of the desk")
    problems.append(Problem(Place(entry.path), "link", message, Message("put the file itself here")))
    return True


def _texts(tree: Tree, entries: list[Entry], problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for entry, content in tree.contents(entries):
        try:
            yield entry.path, decoded(content, entry.path)
        except BrokenFiles as error:
            problems.extend(error.problems)


def _around(reference: Reference, paths: frozenset[str], texts: Mapping[str, str]) -> Around:
    def said(path: str, parse: Callable[[Map], T]) -> T | None:
        try:
            return parse(_mapping(path, texts[path]))
        except (BrokenFiles, KeyError):
            return None

    channels = said("channels.yaml", parse_channels) if "channels.yaml" in paths else {}
    settings, team = said("desk.yaml", parse_settings), said("team.yaml", parse_team)
    return Around(reference.tree, paths, settings, team, channels, OfferFiles("", reference))


def _absent(around: Around) -> Iterator[Problem]:
    for path in ("desk.yaml", "team.yaml"):
        if path not in around.paths:
            message = Message("{path} is not in the desk's commits", path=path)
            remedy = Message("git add {path} && git commit -m Desk", path=path)
            yield Problem(Place(path), "absent", message, remedy)


def _guarded(path: str, check: Callable[[], Iterable[Problem]]) -> list[Problem]:
    """The problems that a check yields or raises; a refusal is one of the whole file."""
    found: list[Problem] = []
    try:
        found.extend(check())
    except BrokenFiles as error:
        found.extend(error.problems or [Problem(Place(path), error.code, error.message, error.hint)])
    except SvcctlError as error:
        found.append(Problem(Place(path), error.code, error.message, error.hint))
    return found


def _mapping(path: str, text: str) -> Map:
    mapping, problems = yaml.read(text, path) if "/" in path else _read(path, text)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return mapping


@lru_cache(maxsize=4)
def _read(path: str, text: str) -> tuple[Map | None, list[Problem]]:
    """A mapping of the desk's top folder: looked at for the other files' sake and for its own, and read once."""
    return yaml.read(text, path)


# One check a kind; what a file's parser raises is caught around them


def _desk(path: str, text: str, around: Around) -> Iterator[Problem]:
    mapping = _mapping(path, text)
    settings = parse_settings(mapping)
    yield from _no_calendar(mapping, settings.calendar, around)
    for key in ("due_soon", "silent_after"):
        if key in mapping:
            yield from _guarded(path, partial(_parsed, parse_duration, mapping[key], place_of(mapping, key)))
    zone(settings.timezone, path)


def _parsed(parse: Callable[..., object], *arguments: object) -> Iterable[Problem]:
    """A check that is no more than what a parser raises."""
    parse(*arguments)
    return ()


def _no_calendar(mapping: Mapping[str, Any], name: str, around: Around) -> Iterator[Problem]:
    names = around.names("calendars/", ".yaml")
    if name and name not in names:
        message = Message("there is no calendar “{name}”", name=name)
        yield Problem(place_of(mapping, "calendar"), "unknown-calendar", message, did_you_mean(name, names))


def _team(path: str, text: str, around: Around) -> Iterator[Problem]:
    mapping = _mapping(path, text)
    team = parse_team(mapping)
    for department in team.departments.values():
        yield from _no_calendar(_entry(mapping, "departments", department.name), department.calendar, around)
    for person in team.people.values():
        own = _entry(mapping, "people", person.handle)
        yield from _no_calendar(own, person.calendar, around)
        for number, absence in enumerate(person.away):
            if absence.substitute:
                yield from _nobody(absence.substitute, place_of(own["away"][number], "substitute"), team)


def _entry(mapping: Mapping[str, Any], section: str, name: str) -> Mapping[str, Any]:
    value = mapping[section][name]
    return value if isinstance(value, Mapping) else {}


def _nobody(name: str, place: Place, team: Team | None) -> Iterator[Problem]:
    if team is not None and name not in team.people:
        message = Message("team.yaml has nobody called “{name}”", name=name)
        yield Problem(place, "unknown-person", message, did_you_mean(name, team.people))


def _channels(path: str, text: str, around: Around) -> Iterator[Problem]:
    mapping = _mapping(path, text)
    team = around.team
    for channel in parse_channels(mapping).values():
        if channel.answers and team and channel.answers not in team.departments:
            yield from _nobody(channel.answers, place_of(mapping[channel.name], "answers"), team)


def _calendar(path: str, text: str, around: Around) -> Iterator[Problem]:
    from svcctl.model.calendar import Calendar
    from svcctl.model.holidays import Holidays

    mapping = _mapping(path, text)
    if "week" not in mapping and "calendar" not in mapping:
        problems: list[Problem] = []
        Holidays.parse(mapping, problems)
        yield from problems
        return
    found = _guarded(path, partial(_parsed, Calendar.parse, mapping, _tables(mapping.get("holidays"), around)))
    # What is wrong with the table is reported for its own file.
    yield from (problem for problem in found if problem.path == path)


def _tables(name: object, around: Around) -> dict[str, Any]:
    """The holiday table that a calendar names, by its name; none where there is none of that name."""
    if not isinstance(name, str) or not name or "/" in name:
        return {}
    path = f"calendars/{name}.yaml"
    try:
        table = around.tree.yaml(path) if path in around.paths else shipped_yaml(path)
    except BrokenFiles:
        return {name: {}}
    return {} if table is None else {name: table}


def _client(path: str, text: str, around: Around) -> Iterator[Problem]:
    name = path.removeprefix("clients/").removesuffix(".yaml")
    yield from _guarded(path, partial(_parsed, check_handle, name))
    mapping = _mapping(path, text)
    client = parse_client(name, mapping)
    if client.manager:
        yield from _nobody(client.manager, place_of(mapping, "manager"), around.team)


def _price_list(path: str, text: str, around: Around) -> Iterator[Problem]:
    from svcctl.model.pricelist import parse_price_list
    from svcctl.model.rows import read_rows

    name = path.removeprefix("prices/").rpartition(".")[0]
    if path.endswith(".yaml"):
        parse_price_list(name, _mapping(path, text))
        return
    rows, problems = read_rows(text, path)
    yield from problems
    if not problems:
        # Prices read alike in any currency, so a desk.yaml with problems hides none of theirs.
        settings = around.settings or Settings("")
        parse_price_list(name, {"currency": settings.currency, "items": rows})


def _vat(path: str, text: str, around: Around) -> Iterable[Problem]:
    from svcctl.model.vat import parse_vat

    parse_vat(_mapping(path, text))
    return ()


def _regulation(path: str, text: str, around: Around) -> Iterable[Problem]:
    parsed_regulation(text, path, strict=True)
    return ()


def _errand(path: str, text: str, around: Around) -> Iterator[Problem]:
    from svcctl.model.recurrence import parse_recurrence

    mapping = _mapping(path, text)
    one = parse_recurrence(path.removeprefix("errands/").removesuffix(".yaml"), mapping)
    yield from _nobody(one.by, place_of(mapping, "by"), around.team)
    yield from _nobody(one.controller, place_of(mapping, "controller"), around.team)
    if around.team is None or one.to not in around.team.departments:
        yield from _nobody(one.to, place_of(mapping, "to"), around.team)


def _readers(path: str, text: str, around: Around) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        at, _, handle = line.partition(" ")
        yield from _guarded(path, partial(_parsed, _instant, at, Place(path, number, 1)))
        yield from _nobody(handle, Place(path, number, len(at) + 2), around.team)


def _instant(text: str, place: Place) -> None:
    try:
        parse_instant(text)
    except Usage as error:
        raise BrokenFiles([Problem(place, error.code, error.message, error.hint)]) from None


def _offer(path: str, text: str, around: Around) -> Iterator[Problem]:
    from svcctl.model.offer import Offer

    offer = Offer.parse(_mapping(path, text))
    right = offer_path(offer.offer, offer.revision)
    if path != right:
        message = Message("the offer {number} does not lie where its number says", number=offer.number)
        yield Problem(Place(path), "path", message, Message("git mv {path} {right}", path=path, right=right))
    elif f"requests/{path.removeprefix('offers/').rpartition('/')[0]}.yaml" not in around.paths:
        message = Message("there is no request {id}", id=offer.offer)
        yield Problem(Place(path), "no-such-request", message, Message("it may lie in another clone: git pull"))
    else:
        yield from counted(offer, path, around.paths)
        yield from (one for one in _guarded(path, partial(_parsed, around.offers.priced, offer)) if one.path == path)


_CHECKS: dict[str, Callable[[str, str, Around], Iterable[Problem]]] = {
    "desk": _desk,
    "team": _team,
    "channels": _channels,
    "calendars": _calendar,
    "clients": _client,
    "prices": _price_list,
    "vat": _vat,
    "regulations": _regulation,
    "errands": _errand,
    "readers": _readers,
    "offers": _offer,
}


# Records


def _records(
    reference: Reference, around: Around, texts: Mapping[str, str], entries: list[Entry], warnings: list[Problem]
) -> Iterator[Problem]:
    files = {path for path in around.paths if path.startswith(ATTACHMENTS)}
    index = Index(
        {_id(entry.path) for entry in entries},
        files,
        around.names("clients/", ".yaml"),
        around.channels,
        around.team.people if around.team else None,
        around.team.departments if around.team else None,
        _Versions(reference).has,
    )
    seen, whole, unreadable = Seen(), set[str](), list[Problem]()
    for path, text in _texts(reference.tree, entries, unreadable):
        header, events, problems = parse_record(text, path)
        yield from problems
        warnings.extend(untidy(path, text))
        if not problems:
            whole.add(_id(path))
        if header is not None and header.id == _id(path):
            places = _Places(text, path)
            found = check_record(header, events, path, places.of, index, seen)
            # An event whose line could not be read is not a lost one.
            yield from (problem for problem in found if not problems or problem.code != "lost-event")
            yield from offer_events(header.id, events, places.of, around.paths, texts)
    yield from unreadable
    yield from unnamed(files, seen, set(index.requests) - whole)


def _id(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yaml")


class _Versions:
    """Which versions of regulations there are, each looked up once."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.known: dict[str, bool] = {}

    def has(self, ref: str) -> bool:
        if ref not in self.known:
            try:
                self.known[ref] = self.reference.regulation(ref) is not None
            except BrokenFiles as error:
                # A file with problems is reported for itself.
                self.known[ref] = bool(error.problems)
        return self.known[ref]


class _Places:
    """Where the keys and events of a record stand, looked for when the first is asked for."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path

    def of(self, key: str) -> Place:
        """Where the event of that id stands (the last line, where it stands twice), else the header's key."""
        return self._known.get(key, Place(self.path, 1, 1))

    @cached_property
    def _known(self) -> dict[str, Place]:
        found = {}
        for number, line in enumerate(self.text.split("\n"), 1):
            if line.startswith("- ") and (match := _EVENT_ID.search(line)):
                found[match[1]] = Place(self.path, number, 1)
            elif match := _HEADER_KEY.match(line):
                found[match[1]] = Place(self.path, number, len(match[0]) + 2)
        return found
