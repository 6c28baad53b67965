"""decide: a request, by the criteria of its regulation."""

from __future__ import annotations

import click

from svcctl.cli.command import command, dry_run, field_option, json_flag, one_id, stage_option
from svcctl.cli.question import fields
from svcctl.cli.session import Session
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event
    from svcctl.model.request import Request
    from svcctl.rules.deciding import Decision, Review


@command("decide")
@one_id
@field_option
@click.option("--explain", is_flag=True, help="Show what became of each rule.")
@stage_option
@dry_run
@json_flag
def decide(
    session: Session, part: str, field: tuple[str, ...], explain: bool, stage: str, dry_run: bool, as_json: bool
) -> None:
    """Decide by the regulation's criteria, on what the record has and what --field adds.

    The record keeps the rule, its reason, the data it used and the regulation's version. Where data is missing,
    nothing is decided: the command says what to add. With --dry-run nothing is recorded. Where departments have
    tables of their own, yours counts; when all that matter have decided, the outcomes are combined.

    Example: svcctl decide k7q --field debt_ratio=35% --field overdue_days=0 --explain
    """
    from svcctl.rules.deciding import refuse_undecided, review

    request_id, given = session.desk.find(part), fields(field)
    request, made = _decided(session, request_id, given, stage)
    if explain:
        _explain(session, made, as_json)
    refuse_undecided(request, made)
    after, made = _record(session, request_id, given, stage, dry_run)
    reviewed = review(made, after, session.desk.reference.team)
    _print(session, after, made, reviewed, explain, as_json, dry_run)


def _decided(session: Session, request_id: str, given: dict[str, str], stage: str) -> tuple[Request, Decision]:
    """A request as it stands, and what the criteria come to for it."""
    from svcctl.rules.deciding import deciding_departments, decision

    desk = session.desk
    request = desk.read(request_id)
    regulation, currency = desk.regulation_of(request), desk.reference.settings.currency
    departments = deciding_departments(request, regulation, session.person.handle, desk.reference.team, stage)
    return request, decision(request, regulation, given, currency, departments)


def _explain(session: Session, made: Decision, as_json: bool) -> None:
    """Shows what became of each rule; in JSON only where nothing was decided, because it is in the answer else."""
    from svcctl.render.decision import decision_json, explanation

    if not as_json:
        session.show(explanation(made), "table", False, "")
    elif made.outcome.rule is None:
        session.answer_json({"decision": decision_json(made, None, True)})


def _record(
    session: Session, request_id: str, given: dict[str, str], stage: str, dry_run: bool
) -> tuple[Request, Decision]:
    """Decides once more inside the lock, on the record as it stands then, and records that."""
    from svcctl.recording import Deed
    from svcctl.rules.deciding import refuse_undecided
    from svcctl.rules.transitions import choose_item

    desk = session.desk
    recorded: list[Decision] = []

    def deeds() -> list[Deed]:
        request, made = _decided(session, request_id, given, stage)
        refuse_undecided(request, made)
        recorded[:] = [made]
        item = choose_item(request, session.person.handle, desk.reference.team, stage)
        events: list[Event] = [desk.setting(request_id, made.new)] if made.new else []
        return [Deed(request_id, [*events, *made.events(request, item.stage)])]

    return desk.record(session.person, session.now, deeds, dry_run)[0], recorded[0]


def _print(
    session: Session,
    request: Request,
    made: Decision,
    reviewed: Review | None,
    explained: bool,
    as_json: bool,
    dry_run: bool,
) -> None:
    from svcctl.render.decision import decision_json, decision_line
    from svcctl.render.request import request_json

    clocks = session.desk.clocks(request, session.now)
    if as_json:
        value = request_json(request, clocks, session.now)
        session.answer_json({**value, "decision": decision_json(made, reviewed, explained)})
    else:
        line = decision_line(request, made, reviewed, clocks, session.now, session.catalog)
        session.answer(line + (session.text(Message(" (dry run: nothing was written)")) if dry_run else ""))
    for warning in session.desk.warnings:
        session.say(warning)
