"""The work: stages, waits, time, changes, and the end."""

from __future__ import annotations

import click

from svcctl.cli.command import changing, command, field_option, ids, stage_option
from svcctl.cli.question import fields
from svcctl.cli.session import Session
from svcctl.model.event import Event
from svcctl.model.events import Cancelled, Reopened, Resumed, StageDone, Waiting, Worked
from svcctl.model.instants import iso

_why = click.option("-m", "--message", "why", required=True, metavar="WHY", help="Why.")
_maybe_why = click.option("-m", "--message", "why", default="", metavar="WHY", help="Why.")


@command("done")
@ids
@field_option
@click.option("-m", "--message", "note", default="", metavar="NOTE", help="A word about it.")
@click.option("--skip", "skipped", default="", metavar="WHY", help="Leave the stage out, and why.")
@stage_option
@changing
def done(
    session: Session,
    ids: tuple[str, ...],
    field: tuple[str, ...],
    note: str,
    skipped: str,
    stage: str,
    as_json: bool,
    dry_run: bool,
    at_text: str,
) -> None:
    """Finish the current stage; the next one starts and is handed on. Of an errand: report it done.

    Example: svcctl done k7q --field delivery_cost="42000 RUB"
    """
    from svcctl.rules.errands import ERRAND, settling

    known = fields(field)

    def events(request_id: str) -> list[Event]:
        request = session.desk.read(request_id)
        if request.type == ERRAND and not request.stage:
            changed = [session.desk.setting(request_id, known)] if known else []
            return [*changed, *settling(request, session.person.handle, note or "done")]
        name = session.desk.current_stage(request_id, session.person, stage)
        return [StageDone(stage=name, fields=known, note=note, skipped=skipped)]

    session.change(ids, events, as_json, dry_run, at_text)


@command("wait")
@ids
@click.option("--for", "whom", default="client", metavar="WHOM", help="Who must do something first.")
@click.option("--until", default="", metavar="WHEN", help="When to look again.")
@_why
@changing
def wait(
    session: Session,
    ids: tuple[str, ...],
    whom: str,
    until: str,
    why: str,
    as_json: bool,
    dry_run: bool,
    at_text: str,
) -> None:
    """Wait for somebody outside; clocks that allow it stand still.

    Example: svcctl wait k7q --for client -m "drawings are missing"
    """
    moment = iso(session.when(until)) if until else ""
    session.change(ids, lambda _: [Waiting(for_=whom, why=why, until=moment)], as_json, dry_run, at_text)


@command("resume")
@ids
@_maybe_why
@changing
def resume(session: Session, ids: tuple[str, ...], why: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """The wait is over.

    Example: svcctl resume k7q -m "drawings came"
    """
    session.change(ids, lambda _: [Resumed(why=why)], as_json, dry_run, at_text)


@command("worked")
@ids
@click.argument("time")
@click.option("-m", "--message", "note", default="", metavar="NOTE", help="On what.")
@changing
def worked(
    session: Session, ids: tuple[str, ...], time: str, note: str, as_json: bool, dry_run: bool, at_text: str
) -> None:
    """Write down time spent.

    Example: svcctl worked k7q 25m -m "calls to three carriers"
    """
    from svcctl.rules.amounts import minutes

    spent = minutes(time)
    session.change(ids, lambda _: [Worked(minutes=spent, note=note)], as_json, dry_run, at_text)


@command("set")
@click.argument("words", nargs=-1, required=True, metavar="ID... KEY=VALUE...")
@changing
def set_(session: Session, words: tuple[str, ...], as_json: bool, dry_run: bool, at_text: str) -> None:
    """Change a title, priority, client, or any field.

    Example: svcctl set k7q priority=urgent weight="20 t"
    """
    ids = [word for word in words if "=" not in word]
    values = fields(word for word in words if "=" in word)
    if not ids or not values:
        raise click.UsageError("Give an ID and at least one KEY=VALUE.")
    if values.get("due"):
        values["due"] = iso(session.when(values["due"]))
    session.change(ids, lambda request_id: [session.desk.setting(request_id, values)], as_json, dry_run, at_text)


@command("resolve")
@ids
@click.option("-m", "--message", "outcome", required=True, metavar="OUTCOME", help="What came of it.")
@click.option("--code", default="", metavar="WORD", help="A short word for statistics.")
@field_option
@changing
def resolve(
    session: Session,
    ids: tuple[str, ...],
    outcome: str,
    code: str,
    field: tuple[str, ...],
    as_json: bool,
    dry_run: bool,
    at_text: str,
) -> None:
    """The matter is settled. An errand goes before its controller, who accepts the result or returns it.

    Example: svcctl resolve k7q -m "offer sent and accepted"
    """
    from svcctl.rules.errands import settling

    known = fields(field)

    def events(request_id: str) -> list[Event]:
        now = session.desk.read(request_id).fields if known else {}
        new = {name: value for name, value in known.items() if now.get(name) != value}
        settled = settling(session.desk.read(request_id), session.person.handle, outcome, code)
        return [session.desk.setting(request_id, new), *settled] if new else settled

    session.change(ids, events, as_json, dry_run, at_text)


@command("reopen")
@ids
@_maybe_why
@changing
def reopen(session: Session, ids: tuple[str, ...], why: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """It was not settled after all.

    Example: svcctl reopen k7q -m "the client says it leaks again"
    """
    session.change(ids, lambda _: [Reopened(why=why)], as_json, dry_run, at_text)


@command("cancel")
@ids
@_why
@changing
def cancel(session: Session, ids: tuple[str, ...], why: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """It will not be done, and why.

    Example: svcctl cancel k7q -m "the client has built already"
    """
    session.change(ids, lambda _: [Cancelled(why=why)], as_json, dry_run, at_text)
