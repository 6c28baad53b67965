"""agenda: what is due today and on the next working days."""

from __future__ import annotations

from svcctl.cli.question import listing, option, question
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.rules.agenda import Item, Whose, by_day, items
from svcctl.store.index import LIVE
from svcctl.store.sketches import concerning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar

_MOST_DAYS = 260


@question("agenda")
@option("--days", between=(1, _MOST_DAYS), default=5, help="Working days, today counted; 5.")
@option("--for", "other", default="", metavar="PERSON", help="Somebody else's.")
@option("--department", default="", metavar="D", help="A department's.")
@option("--all", "everybody", is_flag=True, help="Everybody's.")
@listing
def agenda(
    session: Session,
    days: int,
    other: str,
    department: str,
    everybody: bool,
    form: str,
    as_json: bool,
    output: str,
) -> int:
    """What is due today and on the next working days: promises, deadlines, hand-offs to accept, waits to look at.

    Example: svcctl agenda --days 2
    """
    from svcctl.render.agenda import agenda_json, agenda_table, agenda_text

    of = whose(session, other, department, everybody)
    found = by_day(collect(session, of), session.now, _calendar(session, of), days)
    if as_json or form == "json":
        session.answer_json(agenda_json(found), output)
    elif form != "table":
        session.show(agenda_table(found), form, False, output)
    elif any(day.items for day in found):
        with_owner = not of.person
        session.answer(agenda_text(found, session.now, session.catalog, with_owner, session.width), output)
    else:
        session.say(Message("nothing is due until {day}", day=found[-1].day))
    return session.report_problems()


def whose(session: Session, person: str, department: str, everybody: bool) -> Whose:
    """Whose matters are asked for: one of a person's, a department's and everybody's; else one's own."""
    if sum((bool(person), bool(department), everybody)) > 1:
        import click

        raise click.UsageError("Choose one of a person, --department and --all.")
    team = session.desk.reference.team
    if everybody:
        return Whose()
    if department:
        if department not in team.departments:
            team.addressee(department)
        return Whose(department=department)
    return Whose(person=team.person(person).handle if person else session.person.handle)


def collect(session: Session, whose: Whose) -> list[Item]:
    """Everything that is due for somebody; closed requests count only for promises still owed."""
    desk = session.desk
    team = desk.reference.team
    found: list[Item] = []
    selection = concerning(whose.person, team) if whose.person else LIVE
    for request in desk.requests(selection):
        if not request.closed or any(promise.open for promise in request.promises):
            found.extend(items(request, desk.clocks(request, session.now), whose, team, session.now))
    return found


def _calendar(session: Session, whose: Whose) -> Calendar:
    """Whose working days count: the person's, the department's, or the desk's."""
    reference = session.desk.reference
    person = reference.team.people.get(whose.person)
    if person is not None and person.calendar:
        return reference.calendar(person.calendar)
    return reference.calendar_of(whose.person or whose.department, None)
