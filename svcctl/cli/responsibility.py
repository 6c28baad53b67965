"""regulation map: who answers for which stage and clock of which type of request."""

from __future__ import annotations

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.problems import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.regulation import Regulation
    from svcctl.reports.table import Table
    from svcctl.rules.responsibility import Duty

FORMATS = ("table", "plain", "csv", "md", "html", "svg", "json")


@command("map")
@click.argument("kind", default="", metavar="[TYPE]")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="svg draws the process.")
@json_flag
@click.option("-o", "output", metavar="FILE", default="", help="Write it to a file.")
def map_(session: Session, kind: str, form: str, as_json: bool, output: str) -> int:
    """Who answers for which stage and clock, by type of request.

    Example: svcctl regulation map offer --format svg -o offer.svg
    """
    from svcctl.rules.responsibility import duties

    team = session.desk.reference.team
    found = [(one, duties(one, team)) for one in _governing(session, kind)]
    if as_json or form == "json":
        session.answer_json([_json(*pair) for pair in found], output)
    elif form == "svg":
        from svcctl.render.process import processes_svg

        session.answer(processes_svg(found, session.catalog), output)
    else:
        session.show(_table(found), form, False, output)
    return session.report_problems()


def _governing(session: Session, kind: str) -> list[Regulation]:
    """The regulations in force, of one type where one is named.

    Raises:
        Refused: none is for that type.
    """
    from svcctl.model.schema import did_you_mean

    regulations = session.desk.reference.regulations(session.now.date())
    found = [one for one in regulations if not kind or kind in one.applies.get("type", ())]
    if kind and not found:
        types = {name for one in regulations for name in one.applies.get("type", ())}
        raise Refused(
            Message("no regulation is for the type “{type}”", type=kind),
            did_you_mean(kind, types),
            code="unknown-type",
        )
    return found


def _json(regulation: Regulation, duties: list[Duty]) -> dict[str, object]:
    return {
        "types": list(regulation.applies.get("type", ())),
        "regulation": regulation.ref,
        "owner": regulation.owner,
        "duties": [
            {
                "kind": duty.kind,
                "name": duty.name,
                "title": duty.title or None,
                "department": duty.department or None,
                "role": duty.role or None,
                "person": duty.person or None,
                "holder": str(duty.holder) if duty.holder else None,
                "within": duty.within or None,
            }
            for duty in duties
        ],
    }


def _table(found: list[tuple[Regulation, list[Duty]]]) -> Table:
    from svcctl.reports.table import Column, Table

    columns = (
        Column("type", Message("type")),
        Column("regulation", Message("regulation")),
        Column("answers", Message("answers for the type")),
        Column("what", Message("stage or clock")),
        Column("department", Message("department")),
        Column("role", Message("role")),
        Column("who", Message("who")),
        Column("within", Message("within")),
    )
    rows = [
        (
            ", ".join(one.applies.get("type", ())),
            one.ref,
            one.owner,
            Message("{kind} {name}", kind=Message(duty.kind), name=duty.name),
            duty.department or None,
            duty.role or None,
            duty.person or duty.holder,
            duty.within or None,
        )
        for one, duties in found
        for duty in duties
    ]
    return Table(Message("Who answers for what"), columns, rows, empty=Message("no regulations"))
