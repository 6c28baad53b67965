"""Recording: what deeds come to on a desk as it stands, checked and stamped, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from svcctl.model.ids import day_folder, file_path, new_event_id, new_request_id, record_path, short
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Busy, Refused
from svcctl.model.request import Request, fold, step
from svcctl.store.fastimport import FileChange
from svcctl.store.git import Author

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.desk import Desk
    from svcctl.model.event import Event
    from svcctl.model.regulation import Regulation
    from svcctl.model.request import Header
    from svcctl.model.team import Person
    from svcctl.rules.clocks import Run


class Deed(NamedTuple):
    """Events for one request, and files that are committed with them.

    A file is named by the bare name that one of the events has in its ``file``, or by its whole path; without content
    it is deleted. ``based_on`` has what the new files were made from (None: there was none), so that nobody's work is
    written over.
    """

    id: str
    events: Sequence[Event]
    files: Sequence[tuple[str, bytes | None]] = ()
    based_on: Sequence[tuple[str, bytes | None]] = ()


class Written(NamedTuple):
    """What one deed comes to: the request after it, the commit's words and the files."""

    request: Request | None
    message: str
    changes: Sequence[FileChange]
    events: Sequence[Event] = ()
    body: str = ""


class Recorder:
    """Turns deeds of a person at a moment into events and files, inside the lock; writes nothing.

    ``now`` is when it is written down, ``at`` when it happened, if earlier.
    """

    def __init__(self, desk: Desk, person: Person, now: datetime, at: datetime | None = None) -> None:
        self.desk, self.person, self.now, self.at = desk, person, now, at

    def judged(self, deed: Deed) -> Written:
        """What a deed comes to.

        Raises:
            Refused: it may not happen now.
            Busy: the files it was made from were changed meanwhile.
        """
        request = self.desk.read(deed.id)
        if self.at is not None and self.at.timestamp() < request.opened.timestamp():
            raise Refused(
                Message("{id} was opened later, {at}", id=short(deed.id), at=f"{request.opened:%Y-%m-%d %H:%M}"),
                Message("give --at a moment after that"),
                code="before-opening",
            )
        for path, content in deed.based_on:
            if self.desk.tree.content(path) != content:
                raise Busy(Message("{path} was changed meanwhile", path=path), Message("type the command again"))
        recorded = self._applied(request, deed.events)
        path = record_path(deed.id)
        from svcctl.store.records import append_events

        text = append_events(self.desk.tree.text(path) or "", recorded)
        named = {name_in(event): event.__dict__["file"] for event in recorded if event.__dict__.get("file")}
        files = [FileChange(named.get(name, name), content) for name, content in deed.files]
        return Written(request, "", [FileChange(path, text.encode()), *files], recorded)

    def opened(self, header: Header, events: Sequence[Event], files: Sequence[FileChange]) -> Written:
        """What a new request comes to, inside the lock; nothing is written yet.

        Args:
            header: without an id it is given one that is free.
        """
        from svcctl.rules.process import opening

        header = header._replace(id=header.id or self._free_id())
        request = fold(header, ())
        regulation = self.desk.reference.regulation(header.regulation)
        first = opening(request, regulation, self.desk.reference.team) if regulation else []
        recorded = self._applied(request, [*first, *events])
        from svcctl.store.records import dump_record

        text = dump_record(header, recorded)
        message = f"R-…{short(header.id)} opened {self.person.handle}: {header.title}"
        moved = [
            change._replace(path=change.path.replace("{id}", f"{day_folder(header.id)}/{header.id}"))
            for change in files
        ]
        return Written(request, message, [FileChange(record_path(header.id), text.encode()), *moved], recorded)

    def _free_id(self) -> str:
        while True:
            candidate = new_request_id(self.now.date(), self.desk.entropy)
            if self.desk.tree.content(record_path(candidate)) is None:
                return candidate

    def _applied(self, request: Request, events: Sequence[Event]) -> list[Event]:
        """Stamps, checks and applies events, and those that the regulation lets follow."""
        from svcctl.rules.process import following
        from svcctl.rules.transitions import check, filled_in

        team = self.desk.reference.team
        regulation = self.desk.reference.regulation(request.regulation)
        recorded: list[Event] = []
        queue = list(events)
        while queue:
            event = filled_in(self._stamped(queue.pop(0), request), request, team)
            check(event, request, regulation, team)
            before = self._runs(request, regulation)
            step(request, event)
            event = self._frozen(event, before, request, regulation)
            request.events.append(event)
            recorded.append(event)
            queue[:0] = following(request, event, regulation, team)
        return recorded

    def _stamped(self, event: Event, request: Request) -> Event:
        from svcctl.model.instants import iso

        n, prev = request.next_stamp()
        written_down = iso(self.now) if self.at is not None and self.at != self.now else ""
        stamped = event.stamped(
            id=event.id or new_event_id(self.desk.entropy),
            n=n,
            prev=prev,
            at=self.at or self.now,
            by=self.person.handle,
            rec=written_down,
            also=request.other_heads(),
        )
        name = stamped.__dict__.get("file")
        if name and "/" not in name:
            # An event names its file by a bare name until its own id, part of the path, is known.
            stamped.__dict__["file"] = file_path(request.id, stamped.id, name)
        return stamped

    def _runs(self, request: Request, regulation: Regulation | None) -> list[Run]:
        from svcctl.rules.clocks import runs

        return runs(request, regulation)

    def _frozen(self, event: Event, before: Sequence[Run], request: Request, regulation: Regulation | None) -> Event:
        from svcctl.rules.clocks import freeze

        verdicts = freeze(before, request, event, regulation, self.desk.reference.calendar_of)
        if not verdicts:
            return event
        for key, verdict in verdicts.items():
            request.frozen[key] = {**verdict, "stopped": event.at}
        return event.with_clocks(verdicts)


def name_in(event: Event) -> str:
    """The bare name of the file that an event names."""
    _, _, name = str(event.__dict__["file"]).rpartition("/")
    return name.removeprefix(f"{event.id}-")


def message(written: Sequence[Written]) -> str:
    """The words of the commit that has all of these."""
    from svcctl.store.subject import commit_message, one_line

    if len(written) == 1 and written[0].message:
        body = f"\n\n{written[0].request.id}\n" if written[0].request else f"\n{written[0].body}"
        return one_line(written[0].message) + body
    return commit_message([(one.request.id, one.events) for one in written if one.request is not None])


def author(person: Person, now: datetime) -> Author:
    """The commit's author: the acting person, at the moment of the deed."""
    address = person.email or f"{person.handle}@localhost"
    return Author(person.name or person.handle, address, f"{int(now.timestamp())} {now:%z}")
