"""status: the desk in a few lines, and your own day in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.rules.overview import overview, own
from svcctl.store.index import IN_CONFLICT, LIVE

if TYPE_CHECKING:
    from svcctl.model.request import Request
    from svcctl.rules.clocks import Clock


@command("status")
@json_flag
def status(session: Session, as_json: bool) -> int:
    """The desk in a few lines, and your own day in it: what you have, what you were handed, what is due next.

    Example: svcctl status
    """
    from svcctl.render.overview import desk_text, overview_json, own_text

    desk, now = session.desk, session.now
    name, team = desk.reference.settings.name, desk.reference.team
    rows, conflicts = _rows(session)
    found = overview(rows, now)
    handle, stranger = _acting(session)
    you = own(rows, handle, team, now) if handle else None
    if as_json:
        session.answer_json({**overview_json(name, found, you, now), "conflicts": conflicts})
        return session.report_problems()
    session.answer(desk_text(name, found, now, session.catalog))
    if conflicts:
        text = Message.plural(
            "{n} conflict between clones: svcctl conflicts", "{n} conflicts between clones: svcctl conflicts", conflicts
        )
        session.answer(session.text(text))
    session.answer(own_text(you, now, session.catalog, session.width) if you else session.text(stranger))
    return session.report_problems()


def _rows(session: Session) -> tuple[list[tuple[Request, list[Clock]]], int]:
    """Open requests, and closed ones that owe a promise, with their clocks; and how many conflicts all have."""
    desk = session.desk
    rows, conflicts = [], 0
    for request in desk.requests(LIVE | IN_CONFLICT):
        conflicts += len(request.conflicts)
        if not request.closed or any(promise.open for promise in request.promises):
            rows.append((request, desk.clocks(request, session.now)))
    return rows, conflicts


def _acting(session: Session) -> tuple[str, Message]:
    """Who acts, or else one line on how to say it: the desk's part is for everybody."""
    try:
        return session.person.handle, Message("")
    except Refused as error:
        how = error.hint or Message("svcctl --as HANDLE …")
        return "", Message("{why} ({how})", why=error.message, how=how)
