"""check: what is late, due soon, or dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from svcctl.cli.question import json_flag, option, question
from svcctl.cli.session import Session
from svcctl.model.duration import parse_duration
from svcctl.model.instants import iso
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.rules.findings import (
    KINDS,
    Finding,
    Limits,
    calendar_warning,
    expired_offer,
    findings,
    missing_years,
    watched_offer,
)
from svcctl.store.index import LIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.cli.telling import Told
    from svcctl.model.request import Request
    from svcctl.rules.clocks import Clock
    from svcctl.rules.escalation import Notice
    from svcctl.store.index import Index

FAILED_EXIT, FINDINGS_EXIT = 1, 5


class Seen(NamedTuple):
    """Every finding of the desk, most late first within its kind, years without holidays, and who must be told."""

    findings: list[Finding]
    years: set[tuple[str, int]]
    notices: list[Notice]

    @property
    def warnings(self) -> list[Message]:
        """What the calendars lack."""
        return [calendar_warning(*one) for one in sorted(self.years)]


@question("check")
@option("--by", choices=("person", "department"), default="person", help="How to group.")
@option("--exit-code", is_flag=True, help="Exit with 5 when something was found.")
@option("--remind", is_flag=True, help="Remind people of deadlines that come, as regulations say.")
@option("--escalate", is_flag=True, help="Tell people of deadlines that passed, as regulations say.")
@option("--exec", "program", default="", metavar="COMMAND", help="Run it for each message, JSON on its stdin.")
@option("--dry-run", is_flag=True, help="Only say whom --remind and --escalate would tell.")
@json_flag
def check(
    session: Session,
    by: str,
    exit_code: bool,
    remind: bool,
    escalate: bool,
    program: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """What is late, due soon, not accepted, promised, untouched. Silent when all is well: made for cron.

    With --remind and --escalate it tells people instead, each level of a clock once, in their working hours: it
    records the event, writes a message into outbox/ and prints a line for each; nothing where nobody is to be told.

    Example: svcctl check --remind --escalate
    """
    seen, told = _tell(session, remind, escalate, program, dry_run)
    if as_json:
        _print_json(session, seen, told)
    elif told is not None:
        _print_told(session, told, dry_run)
    else:
        _print_findings(session, seen, by)
    for failure in told.failures if told else ():
        session.say(failure)
    broken = session.report_problems()
    failed = FAILED_EXIT if told and told.failures else 0
    return broken or failed or (FINDINGS_EXIT if exit_code and seen.findings else 0)


def _tell(session: Session, remind: bool, escalate: bool, program: str, dry_run: bool) -> tuple[Seen, Told | None]:
    """What was seen, and what was told of it where somebody is to be told."""
    if not (remind or escalate or program or dry_run):
        return collect(session), None
    from svcctl.cli.telling import Wanted, refuse_nonsense, tell

    wanted = Wanted(remind, escalate, program, dry_run)
    refuse_nonsense(session, wanted)
    seen = collect(session, wanted.kinds)
    return seen, tell(session, seen.notices, wanted)


def collect(session: Session, kinds: Collection[str] = ()) -> Seen:
    """Looks at every request that is open or owes a promise.

    Args:
        kinds: of notices to look for; none are, where it is empty.
    """
    index = None if kinds else session.desk.index()
    seen = _read(session, session.desk.requests(LIVE), kinds) if index is None else _asked(session, index)
    order = {kind: place for place, kind in enumerate(KINDS)}
    seen.findings.sort(key=lambda finding: (order[finding.kind], -finding.late, finding.id))
    return seen


def _asked(session: Session, index: Index) -> Seen:
    """What the index knows, and what reading the others tells."""
    from svcctl.store import answers

    reference = session.desk.reference
    calendar = reference.calendar(reference.settings.calendar)
    soon = parse_duration(reference.settings.due_soon).due(session.now, calendar)
    known = answers.found(index, session.now, soon, reference.calendar)
    years = answers.missing_years(index, session.now)
    unsettled = answers.unsettled(index, session.now)
    if not unsettled:
        return Seen(known, set(years), [])
    read = _read(session, session.desk.read_all(unsettled), ())
    return Seen([*known, *read.findings], {*years, *read.years}, [])


def _read(session: Session, requests: Iterable[Request], kinds: Collection[str]) -> Seen:
    from svcctl.rules.clocks import measure

    desk, now = session.desk, session.now
    settings = desk.reference.settings
    limits = Limits(parse_duration(settings.due_soon), parse_duration(settings.silent_after))
    calendar = desk.reference.calendar(settings.calendar)
    watched, ended = _watched(session, kinds), _ended_offers(session)
    seen = Seen([], set(), [])
    for request in requests:
        if request.closed and not any(promise.open for promise in request.promises):
            continue
        own = measure(request, desk.regulation_of(request), desk.reference.calendar_of, now, running=True)
        seen.years.update(missing_years(own))
        seen.findings.extend(findings(request, own, calendar, limits, desk.reference.team, now))
        seen.findings.extend(ended(request))
        seen.notices.extend(watched(request, own))
    return seen


def _ended_offers(session: Session) -> Callable[[Request], list[Finding]]:
    """Finds the offer of a request whose last day is over; its file is looked into only where there is one."""

    def ended(request: Request) -> list[Finding]:
        revision = watched_offer(request)
        if not revision:
            return []
        from svcctl.store.offerfiles import OfferFiles

        until = OfferFiles(session.desk.root, session.desk.reference).last_day(request.id, revision)
        return expired_offer(request, revision, until, session.now) if until else []

    return ended


def _watched(session: Session, kinds: Collection[str]) -> Callable[[Request, Sequence[Clock]], list[Notice]]:
    """Finds who must be told of a request; nobody, where no kind of notices is asked for."""
    if not kinds:
        return lambda request, clocks: []
    from svcctl.cli.telling import of_request, world

    of = world(session)
    return lambda request, clocks: of_request(session, request, clocks, of, kinds)


def _print_findings(session: Session, seen: Seen, by: str) -> None:
    from svcctl.render.findings import findings_text

    text = findings_text(seen.findings, by, session.now, session.catalog)
    if text:
        session.answer(text)
    for warning in seen.warnings:
        session.say(warning)


def _print_told(session: Session, told: Told, dry_run: bool) -> None:
    from svcctl.render.notices import notice_line

    for notice in (*told.notices, *(told.held if dry_run else ())):
        session.answer(notice_line(notice, session.now, session.catalog))
    for warning in told.warnings:
        session.say(warning)
    if dry_run and (told.notices or told.held):
        session.say(Message("(dry run: nobody was told)"))


def _print_json(session: Session, seen: Seen, told: Told | None) -> None:
    value: dict[str, object] = {"now": iso(session.now)}
    for kind in KINDS:
        value[kind] = [finding.as_json() for finding in seen.findings if finding.kind == kind]
    problems = [f"{problem.place}: {problem.message}" for problem in session.desk.problems]
    warnings = [*seen.warnings, *(told.warnings if told else ())]
    value["warnings"] = [session.text(warning) for warning in warnings] + problems
    value.update(told.as_json() if told else {})
    session.answer_json(value)
