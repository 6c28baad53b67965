"""What ``check --remind --escalate`` does: records who is told of which deadline, and delivers the messages."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence

from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, SvcctlError, Usage
from svcctl.rules.escalation import ESCALATED, REMINDED, Notice, World, nobody, notices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.exchange.outbox import Outbox
    from svcctl.model.calendar import Calendar
    from svcctl.model.request import Request
    from svcctl.recording import Deed
    from svcctl.rules.clocks import Clock


class Wanted(NamedTuple):
    """What a run shall tell: which kinds of notices, through which command besides the outbox, or only on paper."""

    remind: bool = False
    escalate: bool = False
    command: str = ""
    dry_run: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """``reminded``, ``escalated``, both or neither."""
        return (REMINDED,) * self.remind + (ESCALATED,) * self.escalate


class Told(NamedTuple):
    """What was told (or would be), what waits for working hours, and what went wrong."""

    notices: list[Notice]
    held: list[Notice]
    failures: list[Message]
    warnings: list[Message]

    def as_json(self) -> dict[str, object]:
        """The keys that telling adds to the JSON of ``check``; failures are sentences."""
        return {
            "told": [notice.as_json() for notice in self.notices],
            "held": [notice.as_json() for notice in self.held],
            "failed": [str(failure) for failure in self.failures],
        }


def world(session: Session) -> World:
    """The desk's people and their working time."""
    reference = session.desk.reference

    def hours(handle: str) -> Calendar:
        person = reference.team.people.get(handle)
        if person is not None and person.calendar:
            return reference.calendar(person.calendar)
        return reference.calendar_of(handle, None)

    return World(reference.team, reference.calendar_of, hours)


def refuse_nonsense(session: Session, wanted: Wanted) -> None:
    """Refuses options that say nothing together.

    Raises:
        Usage: a command or a dry run without anything to tell, or telling in the past.
    """
    if not wanted.kinds and (wanted.command or wanted.dry_run):
        raise Usage(
            Message("--exec and --dry-run are for telling people"),
            Message("svcctl check --remind --escalate --dry-run"),
            code="nothing-to-tell",
        )
    if wanted.kinds and session.options.get("as_of"):
        raise Usage(
            Message("people cannot be told in the past"), Message("leave out --as-of, or ask with --now --dry-run")
        )


def of_request(
    session: Session, request: Request, clocks: Sequence[Clock], of: World, kinds: Collection[str]
) -> list[Notice]:
    """What must be told of one request now."""
    return notices(request, clocks, session.desk.regulation_of(request), of, session.now, kinds)


def tell(session: Session, found: Sequence[Notice], wanted: Wanted) -> Told:
    """Records what is to be told in one commit, and delivers it; a dry run only says it.

    Raises:
        Busy: another run is telling people.
        Refused, BrokenFiles: nothing could be recorded.
    """
    now = [notice for notice in found if notice.to and notice.held is None]
    told = Told(now, [notice for notice in found if notice.held is not None], [], _warnings(found))
    if wanted.dry_run:
        return told
    from svcctl.exchange.outbox import Outbox
    from svcctl.exchange.program import run, words

    command = words(wanted.command) if wanted.command else []
    outbox = Outbox(session.desk.root, os.path.join(session.desk.folder, "svcctl"))
    if not now and outbox.is_empty():
        return told
    with outbox.held():
        recorded, failures = _recorded(session, list(dict.fromkeys(one.request.id for one in now)), wanted, outbox)
        take = (lambda document: run(command, document)) if command else None
        failures += outbox.deliver(_is_recorded(session), take)
    return told._replace(notices=recorded, failures=failures)


def _warnings(found: Sequence[Notice]) -> list[Message]:
    return list(dict.fromkeys(nobody(notice) for notice in found if not notice.to))


def _recorded(
    session: Session, ids: Sequence[str], wanted: Wanted, outbox: Outbox
) -> tuple[list[Notice], list[Message]]:
    """What was recorded: all in one commit, or, where one request stands in the way, each in its own."""
    if not ids:
        return [], []
    try:
        return _record(session, ids, wanted, outbox), []
    except SvcctlError:
        if len(ids) == 1:
            raise
    recorded: list[Notice] = []
    failures: list[Message] = []
    for request_id in ids:
        try:
            recorded.extend(_record(session, [request_id], wanted, outbox))
        except SvcctlError as error:
            failures.append(Message("{id} was not told: {why}", id=request_id, why=error.message))
    return recorded, failures


def _record(session: Session, ids: Sequence[str], wanted: Wanted, outbox: Outbox) -> list[Notice]:
    recorded: list[Notice] = []
    session.desk.record(session.person, session.now, _deeds(session, ids, wanted, outbox, recorded))
    return recorded


def _deeds(
    session: Session, ids: Sequence[str], wanted: Wanted, outbox: Outbox, recorded: list[Notice]
) -> Callable[[], list[Deed]]:
    """Judges by how the requests stand inside the desk's lock: somebody may have told the same meanwhile."""
    from svcctl.recording import Deed

    def judged() -> list[Deed]:
        recorded.clear()
        deeds, of = [], world(session)
        for request_id in ids:
            request = session.desk.read(request_id)
            found = of_request(session, request, session.desk.clocks(request, session.now), of, wanted.kinds)
            due = [notice for notice in found if notice.to and notice.held is None]
            recorded.extend(due)
            if due:
                deeds.append(Deed(request_id, [notice.as_event() for notice in due]))
        outbox.prepare(list(_deliveries(session, recorded)), bool(wanted.command))
        return deeds

    return judged


def _deliveries(session: Session, recorded: Sequence[Notice]) -> Iterator[dict[str, object]]:
    from svcctl.render.notices import delivery
    from svcctl.store.catalogs import catalog

    reference = session.desk.reference
    sender = (reference.settings.name, session.person.email)
    language = catalog(reference.settings.lang)
    for notice in recorded:
        for handle in notice.to:
            yield delivery(notice, reference.team.person(handle), sender, session.now, language)


def _is_recorded(session: Session) -> Callable[[str, str], bool | None]:
    known: dict[str, set[str] | None] = {}

    def recorded(request_id: str, event_id: str) -> bool | None:
        if request_id not in known:
            known[request_id] = _events(session, request_id)
        events = known[request_id]
        return None if events is None else event_id in events

    return recorded


def _events(session: Session, request_id: str) -> set[str] | None:
    """The ids of a request's events; None where its record cannot be read."""
    try:
        return {event.id for event in session.desk.read(request_id).events}
    except BrokenFiles as error:
        session.desk.problems.extend(error.problems)
        return None
    except SvcctlError:
        return set()
