"""Who has a request: take, release, assign, hand off, accept, return, recall."""

from __future__ import annotations

import click

from svcctl.cli.command import changing, command, ids, stage_option
from svcctl.cli.session import Session
from svcctl.model.events import Accepted, Assigned, HandedOff, Recalled, Released, Returned, Taken

_note = click.option("-m", "--message", "note", default="", metavar="NOTE", help="What the other side should know.")
_anyway = click.option("--anyway", is_flag=True, help="Even to somebody who is away.")
_why = click.option("-m", "--message", "why", required=True, metavar="WHY", help="Why.")


@command("take")
@ids
@stage_option
@changing
def take(session: Session, ids: tuple[str, ...], stage: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """Take what nobody has.

    Example: svcctl take k7q
    """
    session.change(ids, lambda _: [Taken(stage=stage)], as_json, dry_run, at_text)


@command("release")
@ids
@_note
@stage_option
@changing
def release(
    session: Session, ids: tuple[str, ...], note: str, stage: str, as_json: bool, dry_run: bool, at_text: str
) -> None:
    """Give it back to the department.

    Example: svcctl release k7q -m "on holiday from tomorrow"
    """
    session.change(ids, lambda _: [Released(note=note, stage=stage)], as_json, dry_run, at_text)


@command("assign")
@ids
@click.option("--to", required=True, metavar="PERSON", help="Who shall work on it.")
@_anyway
@_note
@stage_option
@changing
def assign(
    session: Session,
    ids: tuple[str, ...],
    to: str,
    anyway: bool,
    note: str,
    stage: str,
    as_json: bool,
    dry_run: bool,
    at_text: str,
) -> None:
    """Tell a colleague to work on it; whoever is away is stood in for, as team.yaml says.

    Example: svcctl assign k7q --to petrov
    """
    to = reachable(session, to, anyway)
    session.change(ids, lambda _: [Assigned(to=to, note=note, stage=stage)], as_json, dry_run, at_text)


def reachable(session: Session, to: str, anyway: bool = False) -> str:
    """Who gets what is meant for a person or department; says so where somebody stands in.

    Raises:
        Refused: the person is away and nobody stands in.
    """
    from svcctl.rules.presence import present

    addressee = present(to, session.desk.reference.team, session.now.date(), anyway)
    if addressee.said is not None:
        session.say(addressee.said)
    return addressee.to


@command("handoff")
@ids
@click.option("--to", required=True, metavar="WHO", help="A person or a department.")
@_note
@click.option("--within", default="", metavar="DURATION", help="Accept it within, for example 4h.")
@_anyway
@stage_option
@changing
def handoff(
    session: Session,
    ids: tuple[str, ...],
    to: str,
    anyway: bool,
    note: str,
    within: str,
    stage: str,
    as_json: bool,
    dry_run: bool,
    at_text: str,
) -> None:
    """Pass it to a person or department, who accept or return it; whoever is away is stood in for.

    Example: svcctl handoff k7q --to logistics -m "please price the delivery to Kazan"
    """
    if within:
        from svcctl.model.duration import parse_duration

        within = str(parse_duration(within))
    event = HandedOff(to=reachable(session, to, anyway), note=note, within=within, stage=stage)
    session.change(ids, lambda _: [event], as_json, dry_run, at_text)


@command("accept")
@ids
@stage_option
@changing
def accept(session: Session, ids: tuple[str, ...], stage: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """Accept a hand-off: it is yours now.

    Example: svcctl accept k7q
    """
    session.change(ids, lambda _: [Accepted(stage=stage)], as_json, dry_run, at_text)


@command("return")
@ids
@_why
@click.option("--reason", default="", metavar="WORD", help="One of the regulation's reasons.")
@stage_option
@changing
def return_(
    session: Session,
    ids: tuple[str, ...],
    why: str,
    reason: str,
    stage: str,
    as_json: bool,
    dry_run: bool,
    at_text: str,
) -> None:
    """Return a hand-off, or a stage's subject to the stage it came from, and why.

    Example: svcctl return k7q -m "the weight is missing"
    """

    def events(request_id: str) -> list[Returned]:
        to_stage = session.desk.return_stage(request_id, session.person, stage)
        return [Returned(why=why, reason=reason, stage=stage, to_stage=to_stage)]

    session.change(ids, events, as_json, dry_run, at_text)


@command("recall")
@ids
@click.option("-m", "--message", "why", default="", metavar="WHY", help="Why.")
@stage_option
@changing
def recall(
    session: Session, ids: tuple[str, ...], why: str, stage: str, as_json: bool, dry_run: bool, at_text: str
) -> None:
    """Take back a hand-off that is not accepted yet.

    Example: svcctl recall k7q -m "found the price myself"
    """
    session.change(ids, lambda _: [Recalled(why=why, stage=stage)], as_json, dry_run, at_text)
