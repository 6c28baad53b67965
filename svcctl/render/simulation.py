"""What a proposed regulation would change, as people read it, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.regulation import Regulation
from svcctl.render.document import Document
from svcctl.reports.period import Period
from svcctl.reports.table import Column, Table
from svcctl.rules.simulation import ClockChange, OnTime, Simulation

MOST_DECISIONS = 20


def simulation_json(found: Simulation, proposed: Regulation, period: Period) -> dict[str, object]:
    """The stable document of ``regulation simulate --json``."""
    return {
        "regulation": proposed.ref,
        "period": period.name,
        "requests": found.requests,
        "clocks": [_clock_json(one) for one in found.clocks],
        "decided": found.decided,
        "decisions": [
            {
                "id": one.id,
                "title": one.title,
                "before": one.before or None,
                "after": one.after,
                "because": one.because or None,
            }
            for one in found.decisions
        ],
        "load": [
            {
                "department": one.department,
                "before": one.before,
                "after": one.after,
                "time_before_s": one.time_before,
                "time_after_s": one.time_after,
            }
            for one in found.load
        ],
    }


def _clock_json(one: ClockChange) -> dict[str, object]:
    sides = {
        name: {"n": side.n, "met": side.met, "share": side.share}
        for name, side in (("before", one.before), ("after", one.after))
    }
    return {"clock": one.name, **sides, "late_only_after": list(one.lost), "in_time_only_after": list(one.gained)}


def simulation_document(found: Simulation, proposed: Regulation, period: Period, titles: Mapping[str, str]) -> Document:
    """The simulation as text: on time by clock, decisions that differ, load by department; ``titles`` by department."""
    title = Message("{ref} on the requests of {period}", ref=proposed.ref, period=period.name)
    lead = [
        Message.plural("{n} request was opened in it.", "{n} requests were opened in it.", found.requests),
        *_sentences(found),
    ]
    tables = [_clocks(found), _decisions(found), _load(found, titles)]
    notes = [
        Message(
            "Everybody is taken to act when they did; deadlines, decisions and departments are those of the proposal."
        )
    ]
    if any(one.time_before or one.time_after for one in found.load):
        notes.append(Message("A piece of work is taken to last as its stage did on the average of these requests."))
    if len(found.decisions) > MOST_DECISIONS:
        notes.append(Message("{n} more decisions differ; --json has all", n=len(found.decisions) - MOST_DECISIONS))
    return Document(title, [table for table in tables if table.rows], lead, notes)


def _sentences(found: Simulation) -> list[Message]:
    said = [
        Message(
            "{clock}: {after} on time instead of {before}.",
            clock=one.name,
            after=_percent(one.after),
            before=_percent(one.before),
        )
        for one in found.clocks
        if one.before.n and one.after.n and one.before != one.after
    ]
    if found.decided:
        one, many = "{n} of {all} decisions would differ.", "{n} of {all} decisions would differ."
        said.append(Message.plural(one, many, len(found.decisions), all=found.decided))
    return said


def _percent(side: OnTime) -> str:
    return "–" if side.share is None else f"{side.share * 100:.1f} %"


def _clocks(found: Simulation) -> Table:
    columns = (
        Column("clock", Message("clock")),
        Column("n_before", Message("n before"), "number"),
        Column("before", Message("on time before"), "percent"),
        Column("n_after", Message("n after"), "number"),
        Column("after", Message("on time after"), "percent"),
        Column("late", Message("late only after"), "number"),
        Column("in_time", Message("in time only after"), "number"),
    )
    rows = [
        (one.name, one.before.n, one.before.share, one.after.n, one.after.share, len(one.lost), len(one.gained))
        for one in found.clocks
    ]
    return Table(Message("On time by clock"), columns, rows, name="clocks")


def _decisions(found: Simulation) -> Table:
    columns = (
        Column("id", Message("id")),
        Column("title", Message("title")),
        Column("before", Message("decided")),
        Column("after", Message("would be")),
        Column("because", Message("because")),
    )
    rows = [
        (short(one.id), one.title, one.before or None, Message(one.after), one.because)
        for one in found.decisions[:MOST_DECISIONS]
    ]
    return Table(Message("Decisions that would differ"), columns, rows, name="decisions")


def _load(found: Simulation, titles: Mapping[str, str]) -> Table:
    columns = (
        Column("department", Message("department")),
        Column("before", Message("pieces of work before"), "number"),
        Column("time_before", Message("their time"), "duration"),
        Column("after", Message("after"), "number"),
        Column("time_after", Message("their time"), "duration"),
    )
    rows = [
        (titles.get(one.department, one.department) or None, one.before, one.time_before, one.after, one.time_after)
        for one in found.load
    ]
    return Table(Message("Load by department"), columns, rows, name="load")
