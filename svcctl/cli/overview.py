"""status: the desk in a few lines, and your own day in it."""

from __future__ import annotations

from collections.abc import Iterable

from svcctl.cli.question import json_flag, question
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.rules.overview import overview, own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.request import Request
    from svcctl.rules.clocks import Clock
    from svcctl.rules.overview import Overview, Own


@question("status")
@json_flag
def status(session: Session, as_json: bool) -> int:
    """The desk in a few lines, and your own day in it: what you have, what you were handed, what is due next.

    Example: svcctl status
    """
    from svcctl.render.overview import desk_text, overview_json, own_text
    from svcctl.render.visible import visible

    handle, stranger = _acting(session)
    found, you, conflicts = _seen(session, handle)
    now, name = session.now, session.desk.reference.settings.name
    if as_json:
        session.answer_json({**overview_json(name, found, you, now), "conflicts": conflicts})
        return session.report_problems()
    session.answer(desk_text(name, found, now, session.catalog))
    if conflicts:
        text = Message.plural(
            "{n} conflict between clones: svcctl conflicts", "{n} conflicts between clones: svcctl conflicts", conflicts
        )
        session.answer(session.text(text))
    own_part = own_text(you, now, session.catalog, session.width) if you else stranger.text(session.catalog, visible)
    session.answer(own_part)
    return session.report_problems()


def _seen(session: Session, handle: str) -> tuple[Overview, Own | None, int]:
    """The desk in a few numbers, somebody's own day in it, and how many conflicts there are."""
    index, team, now = session.desk.index(), session.desk.reference.team, session.now
    if index is None:
        requests = list(session.desk.requests())
        rows = _measured(session, requests)
        you = own(rows, handle, team, now) if handle else None
        return overview(rows, now), you, sum(len(request.conflicts) for request in requests)
    from svcctl.store import answers
    from svcctl.store.sketches import concerning

    known = answers.counted(index, now)
    read = overview(_measured(session, session.desk.read_all(answers.unsettled(index, now))), now)
    you = None
    if handle:
        you = own(_measured(session, session.desk.read_all(index.places(concerning(handle, team)))), handle, team, now)
    return known.together(read), you, answers.conflicts(index)


def _measured(session: Session, requests: Iterable[Request]) -> list[tuple[Request, list[Clock]]]:
    """Open requests, and closed ones that owe a promise, with their clocks."""
    desk = session.desk
    live = (one for one in requests if not one.closed or any(promise.open for promise in one.promises))
    return [(request, desk.clocks(request, session.now)) for request in live]


def _acting(session: Session) -> tuple[str, Message]:
    """Who acts, or else one line on how to say it: the desk's part is for everybody."""
    try:
        return session.person.handle, Message("")
    except Refused as error:
        how = error.hint or Message("svcctl --as HANDLE …")
        return "", Message("{why} ({how})", why=error.message, how=how)
