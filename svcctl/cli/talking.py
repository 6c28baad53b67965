"""What was said: notes, messages, promises, ratings."""

from __future__ import annotations

import sys

import click

from svcctl.cli.command import changing, command, ids, one_id
from svcctl.cli.session import Session
from svcctl.model.events import MessageIn, MessageOut, Noted, PromiseBroken, Promised, PromiseKept, Rated
from svcctl.model.instants import iso
from svcctl.model.messages import Message
from svcctl.model.problems import Usage

_text = click.option("-m", "--message", "text", required=True, metavar="TEXT", help="The words; - reads them.")


def read_text(text: str) -> str:
    """The text, or standard input for ``-``.

    Raises:
        Usage: standard input is not UTF-8.
    """
    if text != "-":
        return text
    words = sys.stdin.read().strip("\n")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise Usage(
            Message("what came from standard input is not UTF-8 text"),
            Message("convert it first: iconv -f WINDOWS-1251 -t UTF-8"),
            code="encoding",
        ) from None
    return words


@command("note")
@ids
@_text
@changing
def note(session: Session, ids: tuple[str, ...], text: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """Write something down for colleagues.

    Example: svcctl note k7q -m "she prefers to be called before noon"
    """
    words = read_text(text)
    session.change(ids, lambda _: [Noted(text=words)], as_json, dry_run, at_text)


@command("message")
@one_id
@click.argument("direction", type=click.Choice(["in", "out"]))
@click.option("--channel", default="", metavar="CH", help="One of channels.yaml.")
@_text
@click.option("--file", "file", default="", metavar="FILE", help="A file that came or went with it.")
@changing
def message(
    session: Session,
    part: str,
    direction: str,
    channel: str,
    text: str,
    file: str,
    as_json: bool,
    dry_run: bool,
    at_text: str,
) -> None:
    """Keep a message from (in) or to (out) the client.

    Example: svcctl message k7q out --channel email -m "the offer follows tomorrow"
    """
    if channel:
        session.desk.reference.channel(channel)
    kind = MessageIn if direction == "in" else MessageOut
    session.speak(part, kind, channel, read_text(text), file, as_json, dry_run, at_text)


@command("promise")
@ids
@click.option("--at", "due", required=True, metavar="WHEN", help="For when: tomorrow 15:00, завтра 15:00, +4h …")
@_text
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
def promise(session: Session, ids: tuple[str, ...], due: str, text: str, as_json: bool, dry_run: bool) -> None:
    """Promise the client something for a moment.

    Example: svcctl promise k7q --at "tomorrow 15:00" -m "the engineer calls"
    """
    from svcctl.model.when import require_future

    moment = session.when(due)
    require_future(moment, session.now)
    session.change(ids, lambda _: [Promised(due=iso(moment), text=read_text(text))], as_json, dry_run)


_which = click.option("--promise", "which", default="", metavar="ID", help="Which of several (show lists them).")


@command("kept")
@ids
@_which
@click.option("-m", "--message", "text", default="", metavar="TEXT", help="A word about it.")
@changing
def kept(
    session: Session, ids: tuple[str, ...], which: str, text: str, as_json: bool, dry_run: bool, at_text: str
) -> None:
    """A promise was kept; without --promise the one that is due first.

    Example: svcctl kept k7q
    """
    session.change(ids, lambda _: [PromiseKept(promise=which, note=text)], as_json, dry_run, at_text)


@command("broken")
@ids
@_which
@click.option("-m", "--message", "why", required=True, metavar="WHY", help="Why.")
@changing
def broken(
    session: Session, ids: tuple[str, ...], which: str, why: str, as_json: bool, dry_run: bool, at_text: str
) -> None:
    """A promise was not kept, and why.

    Example: svcctl broken k7q -m "the engineer was ill"
    """
    session.change(ids, lambda _: [PromiseBroken(promise=which, why=why)], as_json, dry_run, at_text)


@command("rate")
@one_id
@click.argument("score", type=int)
@click.option("-m", "--message", "comment", default="", metavar="COMMENT", help="The client's words.")
@changing
def rate(session: Session, part: str, score: int, comment: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """Keep the client's answer to "would you recommend us", 0 to 10.

    Example: svcctl rate k7q 9 -m "quick and polite"
    """
    session.change([part], lambda _: [Rated(score=score, comment=comment)], as_json, dry_run, at_text)
