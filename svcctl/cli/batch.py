"""Opening many requests that another program asks for: ``new --batch``."""

from __future__ import annotations

import sys

from svcctl.cli.progress import progress
from svcctl.cli.session import Session, problem_line, read_file
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.batch import Opened

_MOST_SHOWN = 20


def open_batch(session: Session, path: str, strict: bool, dry_run: bool, as_json: bool) -> int:
    """Opens what the lines of a file ask for, prints what came of it; returns 3 where a line has a problem.

    Args:
        path: ``-`` is standard input.
    """
    from svcctl.batch import Batch
    from svcctl.exchange.batchfile import read_lines

    person, now = session.person, session.now
    lines = read_lines(_text(path), "stdin" if path == "-" else path)
    with progress(session, Message("opening"), 2 * len(lines.good)) as step:
        opened = Batch(session.desk, lines, person, now, step, strict).open(dry_run)
    _say(session, opened)
    _print(session, opened, as_json, dry_run)
    return 3 if opened.problems else 0


def _text(path: str) -> str:
    if path == "-":
        return sys.stdin.read()
    return read_file(path).decode("utf-8", "surrogateescape")


def _say(session: Session, opened: Opened) -> None:
    for problem in opened.problems:
        session.say(problem_line(problem))
    for message in (*opened.remarks, *session.desk.warnings):
        session.say(message)


def _print(session: Session, opened: Opened, as_json: bool, dry_run: bool) -> None:
    from svcctl.render.request import change_line, request_json

    desk = session.desk
    if as_json:
        rows = [request_json(one, desk.clocks(one, session.now), session.now) for one in opened.requests]
        session.answer_json(rows)
        return
    for one in opened.requests[:_MOST_SHOWN]:
        session.answer(change_line(one, (), desk.clocks(one, session.now), session.now, session.catalog))
    more = len(opened.requests) - _MOST_SHOWN
    if more > 0:
        session.answer(session.text(Message("… and {n:,} more; --json prints them all", n=more)))
    session.answer(session.text(_summary(opened, dry_run)))


def _summary(opened: Opened, dry_run: bool) -> Message:
    count = len(opened.requests)
    what = Message.plural("{n} request opened", "{n} requests opened", count)
    parts = [what, Message.plural("{n} was here already", "{n} were here already", opened.known)]
    lines = len({problem.line for problem in opened.problems})
    if lines:
        parts.append(Message.plural("{n} line left out", "{n} lines left out", lines))
    words = _joined(parts)
    return Message("{what} (dry run: nothing was written)", what=words) if dry_run else words


def _joined(parts: list[Message]) -> Message:
    names = [f"part{number}" for number in range(len(parts))]
    pattern = "; ".join(f"{{{name}}}" for name in names)
    return Message(pattern, **dict(zip(names, parts, strict=True)))
