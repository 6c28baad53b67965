"""board: requests as cards in columns."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.cli.listing import Row, select
from svcctl.cli.question import listing, option, question
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.rules.board import BY, stage_names
from svcctl.rules.board import board as columns_of_board
from svcctl.rules.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.rules.board import Column

_WIDTH = 80


@question("board")
@option("--by", choices=BY, default="status", help="What the columns are; status.")
@option("--mine", is_flag=True, help="What is in your hands, or was handed to you.")
@option("--department", default="", metavar="D", help="What is a department's, or was handed to it.")
@option("--type", "kind", default="", metavar="T", help="Of one type.")
@option("--all", "everything", is_flag=True, help="Closed ones too.")
@listing
def board(
    session: Session,
    by: str,
    mine: bool,
    department: str,
    kind: str,
    everything: bool,
    form: str,
    as_json: bool,
    output: str,
) -> int:
    """A board on the terminal: columns of cards, most urgent first.

    A card is a request's id, when it is due (! something is late), its title, and who has it (→ not accepted yet).

    Example: svcctl board --by stage
    """
    team = session.desk.reference.team
    if department and department not in team.departments:
        team.addressee(department)
    whose = session.person.handle if mine else ""
    rows = select(session, Query(in_hands_of=whose, department=department, type=kind, everything=everything))
    _print(
        session, columns_of_board(rows, by, team, _stages(session, rows, by)), by, "json" if as_json else form, output
    )
    return session.report_problems()


def _stages(session: Session, rows: Sequence[Row], by: str) -> list[str]:
    """The stages of the regulations that the requests are bound to, in their order."""
    if by != "stage":
        return []
    bound = {row.request.regulation: session.desk.regulation_of(row.request) for row in rows}
    return list(stage_names([stage.name for stage in found.stages] for found in bound.values() if found))


def _print(session: Session, columns: list[Column], by: str, form: str, output: str) -> None:
    from svcctl.render.board import board_document, board_json, board_table, board_text

    now, catalog = session.now, session.catalog
    if form == "json":
        session.answer_json(board_json(columns, by), output)
    elif form in ("md", "html"):
        from svcctl.render.table import render_document

        document = board_document(columns, by, now, catalog)
        session.answer(render_document(document, form, catalog, session.desk.reference.zone), output)
    elif form != "table":
        session.show(board_table(columns, by, now, catalog), form, False, output)
    elif any(column.cards for column in columns):
        session.answer(board_text(columns, by, now, session.width or _WIDTH, catalog), output)
    else:
        session.say(Message("no requests"))
