"""explain: the whole ledger of a deadline."""

from __future__ import annotations

from svcctl.cli.question import argument, listing, one_id, question
from svcctl.cli.session import Session
from svcctl.model.problems import SvcctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.desk import Desk
    from svcctl.model.regulation import Regulation
    from svcctl.model.request import Request
    from svcctl.rules.clocks import Clock
    from svcctl.rules.ledger import Ledger
    from svcctl.store.reference import Reference


@question("explain")
@one_id
@argument("key", default="", metavar="[CLOCK]")
@listing
def explain(session: Session, part: str, key: str, form: str, as_json: bool, output: str) -> int:
    """A deadline, segment by segment: what counted, what paused it and why, what moved it, who is told when.

    CLOCK is resolve, pickup, stage:draft, accept, promise …; without it, the clock that is due next.

    Example: svcctl explain k7q resolve
    """
    from svcctl.model.ids import short
    from svcctl.rules.ledger import chosen

    desk = session.desk
    request = desk.read(desk.find(part))
    clock = chosen(desk.clocks(request, session.now), key, short(request.id))
    print_ledger(session, made_ledger(session, request, clock), form, as_json, output)
    return session.report_problems()


def made_ledger(session: Session, request: Request, clock: Clock) -> Ledger:
    """The ledger in the calendar that the clock's verdict was given by, where the history still has it."""
    from svcctl.rules.ledger import ledger

    desk = session.desk
    regulation, reference = desk.regulation_of(request), desk.reference
    if not clock.running and not _is_of(clock, reference, regulation):
        then = _then(desk, request, clock)
        if then is not None and _is_of(clock, then, regulation):
            reference = then
    return ledger(request, clock, desk.regulation_of, reference.calendar_of, session.now)


def _is_of(clock: Clock, reference: Reference, regulation: Regulation | None) -> bool:
    """Whether this is the very calendar that a clock was measured by."""
    try:
        calendar = reference.calendar_of(clock.run.department, regulation)
    except SvcctlError:
        return False
    return clock.calendar == f"{calendar.name}@{calendar.version}"


def _then(desk: Desk, request: Request, clock: Clock) -> Reference | None:
    """The reference data as of the commit that froze the clock's verdict; None where the history lacks it."""
    from svcctl.model.ids import record_path
    from svcctl.store.history import event_commits
    from svcctl.store.reference import Reference
    from svcctl.store.tree import Tree

    event = next((event for event in reversed(request.events) if clock.run.key in event.clocks), None)
    commits = event_commits(desk.root, desk.tree.commit, record_path(request.id))
    commit = commits.get(event.id) if event is not None else None
    return Reference(Tree(desk.git, desk.objects, commit)) if commit else None


def print_ledger(session: Session, ledger: Ledger, form: str, as_json: bool, output: str) -> None:
    """Prints a ledger in the asked format; as CSV and XLSX its segments alone."""
    from svcctl.render.ledger import ledger_document, ledger_json, segments_table
    from svcctl.render.table import render_document

    zone = session.desk.reference.zone
    if as_json or form == "json":
        session.answer_json(ledger_json(ledger, session.catalog), output)
    elif form in ("csv", "xlsx"):
        session.show(segments_table(ledger, zone, session.catalog), form, False, output)
    else:
        document = ledger_document(ledger, zone, session.catalog)
        session.answer(render_document(document, form, session.catalog, zone), output)
