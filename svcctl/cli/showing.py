"""One request: show and log."""

from __future__ import annotations

from svcctl.cli.question import ids, json_flag, listing, one_id, question
from svcctl.cli.session import Session
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event
    from svcctl.model.request import Request


@question("show")
@ids
@json_flag
def show(session: Session, ids: tuple[str, ...], as_json: bool) -> int:
    """A request as it stands: who has it, its deadlines, promises, and what happened.

    Example: svcctl show k7q
    """
    from svcctl.render.request import request_json

    values: list[dict[str, object]] = []
    desk = session.desk
    for number, request_id in enumerate(session.read_ids(ids)):
        request = desk.read(request_id)
        clocks = desk.clocks(request, session.now)
        if as_json:
            events = [_event_json(request, event) for event in request.events]
            values.append({**request_json(request, clocks, session.now), "events": events})
            continue
        from svcctl.render.dossier import dossier

        session.answer(("\n" if number else "") + dossier(request, clocks, session.now, session.catalog))
    if as_json:
        session.answer_json(values[0] if len(values) == 1 else values)
    return session.report_problems()


@question("log")
@one_id
@listing
def log(session: Session, part: str, form: str, as_json: bool, output: str) -> int:
    """What happened to a request, each event with the commit that recorded it.

    Example: svcctl log k7q
    """
    from svcctl.model.ids import record_path
    from svcctl.render.dossier import event_line
    from svcctl.reports.table import Column, Table
    from svcctl.store.history import event_commits

    request = session.desk.read(session.desk.find(part))
    commits = event_commits(session.desk.root, session.desk.tree.commit, record_path(request.id))
    if as_json or form == "json":
        value = [{**_event_json(request, event), "commit": commits.get(event.id)} for event in request.events]
        session.answer_json(value, output)
    elif form in ("table", "plain"):
        lines = [
            f"{(commits.get(event.id) or '-')[:10]:<11}{event_line(event, request, session.now, session.catalog)}"
            for event in request.events
        ]
        session.answer("\n".join(lines) if lines else session.text(Message("nothing yet")), output)
    else:
        names = ("commit", "at", "by", "do", "event")
        rows = [
            (commits.get(event.id) or "", event.at, event.by, event.do, _as_text(request, event))
            for event in request.events
        ]
        columns = tuple(Column(name, Message(name), "instant" if name == "at" else "text") for name in names)
        session.show(Table(request.title, columns, rows), form, False, output)
    return session.report_problems()


def _event_json(request: Request, event: Event) -> dict[str, object]:
    """The event as it stands in the record, and which one counts in its place, if one does."""
    from svcctl.render.request import event_json

    value = event_json(event, event.id in request.redacted)
    lost = request.overtaken.get(event.id)
    return {**value, "superseded_by": lost.by} if lost else value


def _as_text(request: Request, event: Event) -> str:
    import json

    return json.dumps(_event_json(request, event), ensure_ascii=False)
