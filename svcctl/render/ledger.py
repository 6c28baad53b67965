"""The ledger of a deadline as people read it, and as the stable JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from svcctl.model.ids import short
from svcctl.model.instants import iso, iso_or_none
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render.amounts import moment, working
from svcctl.render.document import Document
from svcctl.render.request import clock_name
from svcctl.reports.table import Column, Table
from svcctl.rules.ledger import Ledger, Move, counted
from svcctl.rules.segments import Segment

_KINDS = {"work": Message("work"), "pause": Message("pause"), "closed": Message("closed")}


def ledger_json(ledger: Ledger, catalog: Catalog = ENGLISH) -> dict[str, object]:
    """The ledger as ``explain --json`` prints it; ``due`` is null for a clock without a deadline."""
    clock = ledger.clock
    return {
        "id": ledger.request.id,
        "clock": clock.run.key,
        "started": iso(clock.run.started),
        "due": iso_or_none(clock.due),
        "stopped": iso_or_none(clock.run.stopped),
        "target": str(clock.run.within) if clock.run.within and clock.run.fixed is None else None,
        "target_s": ledger.target,
        "elapsed_s": clock.elapsed,
        "remaining_s": clock.remaining,
        "verdict": clock.verdict,
        "calendar": clock.calendar or None,
        "regulation": clock.regulation or None,
        "segments": [_segment_json(segment, catalog) for segment in ledger.segments],
        "moves": [_move_json(move, catalog) for move in ledger.moves],
        "levels": [
            {
                "level": level.level,
                "at": iso(level.at),
                "tell": list(level.tell),
                "assign": level.assign or None,
                "told": level.told,
            }
            for level in ledger.levels
        ],
        "notes": [note.text(catalog) for note in ledger.notes],
    }


def _segment_json(segment: Segment, catalog: Catalog) -> dict[str, object]:
    return {
        "from": iso(segment.start),
        "to": iso(segment.end),
        "kind": segment.kind,
        "reason": segment.reason.text(catalog) if segment.reason else None,
        "counted_s": segment.counted,
    }


def _move_json(move: Move, catalog: Catalog) -> dict[str, object]:
    return {
        "at": iso(move.at),
        "event": move.event or None,
        "from": iso_or_none(move.before),
        "to": iso_or_none(move.after),
        "why": move.why.text(catalog),
    }


# For people


def ledger_document(ledger: Ledger, zone: tzinfo, catalog: Catalog = ENGLISH) -> Document:
    """The ledger as ``explain`` prints it: what the deadline is, its segments, what moved it, its escalation."""
    tables = [segments_table(ledger, zone, catalog)]
    if ledger.moves:
        tables.append(_moves_table(ledger, zone, catalog))
    if ledger.levels:
        tables.append(_levels_table(ledger, zone, catalog))
    title = f"{short(ledger.request.id)} {ledger.request.title}"
    return Document(title, tables, list(_lead(ledger, zone, catalog)), ledger.notes)


def exact(seconds: int, catalog: Catalog = ENGLISH) -> str:
    """Working time to the second, so that a column of it can be added up: ``2 h 57 min 49 s``."""
    rest = seconds % 60
    if not rest or seconds < 60:
        return working(seconds, catalog)
    return f"{working(seconds - rest, catalog)} {Message('{n} s', n=rest).text(catalog)}"


def _at(instant: datetime | None, zone: tzinfo, catalog: Catalog) -> str:
    if instant is None:
        return "–"
    text = moment(instant, zone, weekday=True, catalog=catalog)
    return f"{text}:{instant:%S}" if instant.second else text


def _lead(ledger: Ledger, zone: tzinfo, catalog: Catalog) -> Iterator[Message]:
    clock, run = ledger.clock, ledger.clock.run
    started = _at(run.started, zone, catalog)
    if run.within is not None and run.fixed is None:
        what = Message("{name}: {target} from {started}", name=clock_name(clock), target=run.within, started=started)
    else:
        what = Message("{name}: from {started} for a fixed moment", name=clock_name(clock), started=started)
    yield what
    yield Message("due {due}: {standing}", due=_at(clock.due, zone, catalog), standing=_standing(ledger, zone, catalog))
    if clock.calendar or clock.regulation:
        yield Message(
            "calendar {calendar}, regulation {regulation}",
            calendar=clock.calendar or "–",
            regulation=clock.regulation or "–",
        )


_STANDINGS = {
    "running": Message("{left} left"),
    "late": Message("late by {left}"),
    "met": Message("met {stopped} with {left} to spare"),
    "missed": Message("missed by {left}, stopped {stopped}"),
}


def _standing(ledger: Ledger, zone: tzinfo, catalog: Catalog) -> Message:
    clock = ledger.clock
    pattern = _STANDINGS.get(clock.verdict)
    if pattern is None or clock.remaining is None:
        return Message("{verdict}", verdict=clock.verdict)
    left = exact(abs(clock.remaining), catalog)
    return Message(pattern.source, left=left, stopped=_at(clock.run.stopped, zone, catalog))


def segments_table(ledger: Ledger, zone: tzinfo, catalog: Catalog = ENGLISH) -> Table:
    """Every segment, and under them what was counted up to the deadline."""
    columns = (
        Column("from", Message("from")),
        Column("to", Message("to")),
        Column("kind", Message("kind")),
        Column("counted", Message("counted")),
        Column("reason", Message("why")),
    )
    rows: list[tuple[object, ...]] = [
        (
            _at(segment.start, zone, catalog),
            _at(segment.end, zone, catalog),
            _KINDS[segment.kind],
            exact(segment.counted, catalog) if segment.counted else "",
            _reason(segment, ledger),
        )
        for segment in ledger.segments
    ]
    due = ledger.clock.due
    if due is not None:
        total = counted(ledger.segments, due)
        words = Message("up to the deadline")
        rows.append(("", _at(due, zone, catalog), "", exact(total, catalog), words))
    return Table(Message("Every segment"), columns, rows, name="segments")


def _reason(segment: Segment, ledger: Ledger) -> Message | str:
    """The segment's reason, and what happens at its end."""
    clock = ledger.clock
    marks = []
    if segment.end == clock.run.stopped:
        marks.append(Message("stopped here"))
    elif segment.end == ledger.end and clock.running:
        marks.append(Message("now"))
    if segment.end == clock.due:
        marks.append(Message("the deadline"))
    text = segment.reason
    for mark in marks:
        text = Message("{before}; {mark}", before=text, mark=mark) if text else mark
    return text or ""


def _moves_table(ledger: Ledger, zone: tzinfo, catalog: Catalog) -> Table:
    names = (("at", Message("at")), ("from", Message("from")), ("to", Message("to")), ("why", Message("why")))
    rows = [
        (_at(move.at, zone, catalog), _at(move.before, zone, catalog), _at(move.after, zone, catalog), move.why)
        for move in ledger.moves
    ]
    return Table(Message("What moved the deadline"), [Column(*name) for name in names], rows, name="moves")


def _levels_table(ledger: Ledger, zone: tzinfo, catalog: Catalog) -> Table:
    names = (
        ("level", Message("level")),
        ("at", Message("at")),
        ("tell", Message("tells")),
        ("assign", Message("gives it to")),
        ("told", Message("told")),
    )
    rows = [
        (
            level.level,
            _at(level.at, zone, catalog),
            ", ".join(level.tell),
            level.assign,
            Message("told") if level.told else "",
        )
        for level in ledger.levels
    ]
    return Table(Message("Escalation"), [Column(*name) for name in names], rows, name="levels")
